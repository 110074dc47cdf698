package dev.connectors.file;

import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Input that is not what a flow reads: malformed text, JSON, XML or records, or longer or deeper
 * than the settings allow. The message names the place and the reason, and quotes nothing of the
 * input.
 */
public final class CodecException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final long UNKNOWN = 0;

  private final String reason;
  private final long byteOffset;
  private final long line;

  /**
   * For the connector and for tests of code that handles this exception.
   *
   * @param line from 1 on; 0 if lines are not counted
   * @param cause a library's own exception, or null
   */
  public CodecException(String reason, long byteOffset, long line, @Nullable Throwable cause) {
    super(
        line == UNKNOWN
            ? "%s at byte %d".formatted(reason, byteOffset)
            : "%s at line %d, byte %d".formatted(reason, line, byteOffset),
        cause);
    this.reason = reason;
    this.byteOffset = byteOffset;
    this.line = line;
  }

  /** Without line and cause. */
  public CodecException(String reason, long byteOffset) {
    this(reason, byteOffset, UNKNOWN, null);
  }

  /** What is wrong. */
  public String reason() {
    return reason;
  }

  /** Where in all the input, from 0 on. */
  public long byteOffset() {
    return byteOffset;
  }

  /** The line, from 1 on, where the format has lines and they are counted. */
  public OptionalLong line() {
    return line == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(line);
  }
}
