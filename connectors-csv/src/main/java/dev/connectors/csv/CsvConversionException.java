package dev.connectors.csv;

import org.jspecify.annotations.Nullable;

/**
 * A value that does not fit the type that {@link CsvRow#as} is to make of it. Neither message nor
 * fields hold the value; the cause may quote it.
 */
public final class CsvConversionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final long line;
  private final int columnNumber;
  private final String column;
  private final String type;

  /** For the connector and for tests of code that handles this exception. */
  public CsvConversionException(
      long line, int columnNumber, String column, String type, @Nullable Throwable cause) {
    super(
        "line %d, column %d (%s): the value is no %s".formatted(line, columnNumber, column, type),
        cause);
    this.line = line;
    this.columnNumber = columnNumber;
    this.column = column;
    this.type = type;
  }

  /** The line in which the row begins, from 1 on. */
  public long line() {
    return line;
  }

  /** The column of the value, from 1 on. */
  public int columnNumber() {
    return columnNumber;
  }

  /** The column's name, or the component's where there is no header. */
  public String column() {
    return column;
  }

  /** The simple name of the type. */
  public String type() {
    return type;
  }
}
