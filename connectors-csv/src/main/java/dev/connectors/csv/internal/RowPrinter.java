package dev.connectors.csv.internal;

import dev.connectors.core.RollingFormat;
import dev.connectors.core.internal.ByteOrderMark;
import dev.connectors.csv.CsvFormatSettings;
import dev.connectors.csv.FormulaPolicy;
import dev.connectors.csv.MarkPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Writes rows as Commons CSV's printer does, and gives their bytes in pieces. */
public final class RowPrinter {
  /** The number of a row that is written by itself. */
  private static final long UNKNOWN = 0;

  private final CSVFormat format;
  private final CsvFormatSettings settings;
  private final Charset charset;
  private final StringBuilder text = new StringBuilder(1 << 14);
  private @Nullable CharsetEncoder encoder;
  private long rows;

  /** Begins with the mark and the header, if there are to be any. */
  RowPrinter(CSVFormat format, CsvFormatSettings settings) {
    this.format = format;
    this.settings = settings;
    this.charset = settings.charset();
    if (settings.byteOrderMark() == MarkPolicy.WRITE
        && ByteOrderMark.isOf(charset, "UTF-")
        && !marksItself(charset)) {
      text.append('\uFEFF');
    }
    if (!charset.equals(StandardCharsets.UTF_8)
        && !charset.equals(StandardCharsets.ISO_8859_1)
        && !charset.equals(StandardCharsets.US_ASCII)) {
      encoder = // one for all pieces: it may have a state, or put a mark before the first
          charset
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPLACE)
              .onUnmappableCharacter(CodingErrorAction.REPLACE);
    }
    try {
      var unused = new CSVPrinter(text, format); // prints the header
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Rows for files that roll, each of which begins with the mark and the header.
   *
   * @throws IllegalArgumentException if the charset marks each text by itself
   */
  public static <R extends Iterable<?>> RollingFormat<R> rolling(
      CSVFormat format, CsvFormatSettings settings) {
    Charset charset = settings.charset();
    if (marksItself(charset)) {
      throw new IllegalArgumentException(
          charset + " would mark every row: name its byte order, and have a mark written");
    }
    return RollingFormat.<R>of(
            values -> {
              StringBuilder row = new StringBuilder();
              print(format, settings, values, UNKNOWN, row);
              return ByteString.fromArrayUnsafe(row.toString().getBytes(charset));
            })
        .withHeader(new RowPrinter(format, settings).take(true));
  }

  private static boolean marksItself(Charset charset) {
    return charset.name().equalsIgnoreCase("UTF-16") || ByteOrderMark.isOf(charset, "BOM");
  }

  void print(Iterable<?> values) {
    rows++;
    print(format, settings, values, rows, text);
  }

  private static void print(
      CSVFormat format,
      CsvFormatSettings settings,
      Iterable<?> values,
      long row,
      StringBuilder text) {
    try {
      int column = 0;
      for (Object value : values) {
        format.print(guarded(format, settings, value, column, row), text, column == 0);
        column++;
      }
      format.println(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Object guarded(
      CSVFormat format, CsvFormatSettings settings, @Nullable Object value, int column, long row) {
    if (settings.onFormula() == FormulaPolicy.KEEP || !(value instanceof CharSequence sequence)) {
      return value;
    }
    String printed = format.getTrim() ? sequence.toString().trim() : sequence.toString();
    if (printed.isEmpty() || "=+-@\t\r".indexOf(printed.charAt(0)) < 0) {
      return value;
    }
    if (settings.onFormula() == FormulaPolicy.REJECT) {
      throw new IllegalArgumentException(
          row == UNKNOWN
              ? "column %d looks like a formula".formatted(column + 1)
              : "column %d of row %d looks like a formula".formatted(column + 1, row));
    }
    return "'" + printed;
  }

  /** How many characters {@link #take} would give. */
  int length() {
    return text.length();
  }

  /** What was printed since the last call. */
  ByteString take(boolean isLast) {
    ByteString bytes =
        encoder == null
            ? ByteString.fromArrayUnsafe(text.toString().getBytes(charset))
            : encoded(encoder, isLast);
    text.setLength(0);
    return bytes;
  }

  private ByteString encoded(CharsetEncoder to, boolean isLast) {
    ByteBuffer out =
        ByteBuffer.allocate((int) ((text.length() + 8) * (double) to.maxBytesPerChar()) + 16);
    to.encode(CharBuffer.wrap(text), out, isLast);
    if (isLast) {
      to.flush(out);
    }
    return ByteString.fromByteBuffer(out.flip());
  }
}
