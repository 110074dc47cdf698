package dev.connectors.csv.internal;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.QuoteMode;
import org.jspecify.annotations.Nullable;

/** What of a {@code CSVFormat} decides where records end, in bytes. */
final class Dialect {
  /** A byte that ends a run of uninteresting ones, by what it may begin. */
  static final byte PLAIN = 0;

  static final byte EOL = 1;
  static final byte DELIMITER = 2;
  static final byte QUOTE = 3;
  static final byte ESCAPE = 4;

  final CSVFormat format;

  /** What the bytes are in: UTF-8, or a charset of one byte per character that has ASCII in it. */
  final Charset charset;

  final byte[] delimiter;

  /** The delimiter as it is escaped: with an escape character between any two of its own. */
  final byte[] escapedDelimiter;

  final byte @Nullable [] quote;
  final byte @Nullable [] escape;
  final byte @Nullable [] comment;
  final boolean ignoresSpaces;
  final boolean ignoresEmptyLines;
  final boolean allowsTrailingData;
  final boolean isLenient;

  /** Whether the delimiter is one byte, and white space before a quote is part of the field. */
  final boolean hasPlainFields;

  /** The quote, or what it begins with; no byte if there is none. */
  final int quoteByte;

  /** Outside quotes: line ends, delimiter, escape. */
  final byte[] unquoted = new byte[256];

  /** Inside quotes: line ends, which are counted, quote, escape. */
  final byte[] quoted = new byte[256];

  private Dialect(CSVFormat format, Charset charset) {
    this.format = format;
    this.charset = charset;
    String text = format.getDelimiterString();
    delimiter = text.getBytes(charset);
    quote = bytes(format.getQuoteCharacter());
    escape = bytes(format.getEscapeCharacter());
    comment = bytes(format.getCommentMarker());
    escapedDelimiter =
        escape == null
            ? delimiter
            : String.join(String.valueOf(format.getEscapeCharacter()), text.split(""))
                .getBytes(charset);
    ignoresSpaces = format.getIgnoreSurroundingSpaces();
    ignoresEmptyLines = format.getIgnoreEmptyLines();
    allowsTrailingData = format.getTrailingData();
    isLenient = format.getLenientEof();
    hasPlainFields = delimiter.length == 1 && !ignoresSpaces;
    quoteByte = quote == null ? Integer.MIN_VALUE : quote[0];
    mark(unquoted, delimiter, DELIMITER);
    mark(unquoted, escape, ESCAPE);
    mark(quoted, escape, ESCAPE);
    mark(quoted, quote, QUOTE);
    for (byte[] table : new byte[][] {unquoted, quoted}) {
      table['\r'] = EOL;
      table['\n'] = EOL;
    }
  }

  /** The dialect in the charset that {@link #scanned} says. */
  static Dialect of(CSVFormat format, Charset charset) {
    return new Dialect(format, scanned(format, charset));
  }

  /**
   * The charset in which input of {@code charset} is scanned: itself where an ASCII byte is always
   * that character, and else UTF-8, into which it is converted.
   */
  static Charset scanned(CSVFormat format, Charset charset) {
    return hasOneBytePerCharacter(charset) && isAscii(format) ? charset : StandardCharsets.UTF_8;
  }

  private static boolean hasOneBytePerCharacter(Charset charset) {
    String name = charset.name().toLowerCase(Locale.ROOT);
    return name.equals("us-ascii")
        || (name.startsWith("iso-8859-") && charset.newEncoder().maxBytesPerChar() == 1)
        || (name.startsWith("windows-125") && charset.newEncoder().maxBytesPerChar() == 1);
  }

  private static boolean isAscii(CSVFormat format) {
    return format.getDelimiterString().chars().allMatch(c -> c < 128)
        && isAscii(format.getQuoteCharacter())
        && isAscii(format.getEscapeCharacter())
        && isAscii(format.getCommentMarker());
  }

  private static boolean isAscii(@Nullable Character c) {
    return c == null || c < 128;
  }

  private byte @Nullable [] bytes(@Nullable Character c) {
    if (c == null) {
      return null;
    }
    if (Character.isSurrogate(c)) {
      throw new IllegalArgumentException("half a surrogate pair can't be part of a dialect");
    }
    return String.valueOf(c).getBytes(charset);
  }

  private static void mark(byte[] table, byte @Nullable [] token, byte kind) {
    if (token != null && table[token[0] & 0xFF] == PLAIN) {
      table[token[0] & 0xFF] = kind;
    }
  }

  /**
   * Whether fields can be told apart by delimiter and quotes alone, so that Commons CSV is not
   * needed for it.
   */
  boolean isSimple() {
    return delimiter.length == 1
        && (quote == null || quote.length == 1)
        && escape == null
        && !ignoresSpaces
        && !allowsTrailingData
        && !format.getTrim()
        && !format.getTrailingDelimiter()
        && format.getNullString() == null
        && format.getQuoteMode() != QuoteMode.ALL_NON_NULL
        && format.getQuoteMode() != QuoteMode.NON_NUMERIC;
  }
}
