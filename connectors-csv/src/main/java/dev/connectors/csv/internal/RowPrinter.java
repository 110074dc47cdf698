package dev.connectors.csv.internal;

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
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Writes rows as Commons CSV's printer does, and gives their bytes in pieces. */
final class RowPrinter {
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
    String name = charset.name().toUpperCase(Locale.ROOT);
    boolean marksItself = name.equals("UTF-16") || name.contains("BOM");
    if (settings.byteOrderMark() == MarkPolicy.WRITE && name.contains("UTF-") && !marksItself) {
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

  void print(Iterable<?> values) {
    rows++;
    try {
      int column = 0;
      for (Object value : values) {
        format.print(guarded(value, column), text, column == 0);
        column++;
      }
      format.println(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable Object guarded(@Nullable Object value, int column) {
    if (settings.onFormula() == FormulaPolicy.KEEP
        || !(value instanceof CharSequence sequence)
        || sequence.length() == 0
        || "=+-@\t\r".indexOf(sequence.charAt(0)) < 0) {
      return value;
    }
    if (settings.onFormula() == FormulaPolicy.REJECT) {
      throw new IllegalArgumentException(
          "column %d of row %d looks like a formula".formatted(column + 1, rows));
    }
    return "'" + sequence;
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
