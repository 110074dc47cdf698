package dev.connectors.csv;

/**
 * A row that is not CSV in the dialect, or exceeds a limit.
 *
 * <p>The message names the place and the reason, and quotes nothing of the row. There is no stack
 * trace, since it would show the connector's own threads only.
 */
public final class CsvException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String reason;
  private final long line;
  private final int column;
  private final long byteOffset;

  /** For the connector and for tests of code that handles this exception. */
  public CsvException(String reason, long line, int column, long byteOffset) {
    super(
        "%s at line %d, column %d, byte %d".formatted(reason, line, column, byteOffset),
        null,
        true,
        false);
    this.reason = reason;
    this.line = line;
    this.column = column;
    this.byteOffset = byteOffset;
  }

  /** What is wrong. */
  public String reason() {
    return reason;
  }

  /** The line of the input, from 1 on; a quoted line end counts, too. */
  public long line() {
    return line;
  }

  /** The character in that line, from 1 on. */
  public int column() {
    return column;
  }

  /**
   * The byte of the input, from 0 on. For charsets other than UTF-8, UTF-16, UTF-32 and those of
   * one byte per character it is what the text before it has when it is encoded again.
   */
  public long byteOffset() {
    return byteOffset;
  }
}
