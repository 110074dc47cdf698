package dev.connectors.docs.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The named characters of the Unicode character database as this JDK knows them, about 150,000:
 * every assigned code point but surrogates and those for private use.
 */
final class Unicode {
  private static final ObjectWriter JSON = new ObjectMapper().writerFor(Named.class);

  /** One document. */
  record Named(
      String codePoint,
      String character,
      String name,
      String block,
      String script,
      String category) {

    static Named of(int codePoint) {
      return new Named(
          String.format("U+%04X", codePoint),
          Character.toString(codePoint),
          Objects.requireNonNull(Character.getName(codePoint)),
          words(String.valueOf(Character.UnicodeBlock.of(codePoint))),
          words(Character.UnicodeScript.of(codePoint).name()),
          generalCategory(codePoint));
    }

    private static String words(String constant) {
      return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  private Unicode() {}

  static long count() {
    return codePoints().count();
  }

  /** The characters as JSON, one object each. */
  static Iterator<byte[]> json() {
    return codePoints().mapToObj(Named::of).map(Unicode::json).iterator();
  }

  private static IntStream codePoints() {
    return IntStream.rangeClosed(0, Character.MAX_CODE_POINT).filter(Unicode::isNamed);
  }

  private static boolean isNamed(int codePoint) {
    int type = Character.getType(codePoint);
    return type != Character.UNASSIGNED
        && type != Character.SURROGATE
        && type != Character.PRIVATE_USE;
  }

  private static byte[] json(Named character) {
    try {
      return JSON.writeValueAsBytes(character);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The general category, in the words of the Unicode standard. */
  private static String generalCategory(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.UPPERCASE_LETTER -> "uppercase letter";
      case Character.LOWERCASE_LETTER -> "lowercase letter";
      case Character.TITLECASE_LETTER -> "titlecase letter";
      case Character.MODIFIER_LETTER -> "modifier letter";
      case Character.OTHER_LETTER -> "other letter";
      case Character.NON_SPACING_MARK -> "nonspacing mark";
      case Character.COMBINING_SPACING_MARK -> "spacing mark";
      case Character.ENCLOSING_MARK -> "enclosing mark";
      case Character.DECIMAL_DIGIT_NUMBER -> "decimal number";
      case Character.LETTER_NUMBER -> "letter number";
      case Character.OTHER_NUMBER -> "other number";
      case Character.CONNECTOR_PUNCTUATION -> "connector punctuation";
      case Character.DASH_PUNCTUATION -> "dash punctuation";
      case Character.START_PUNCTUATION -> "open punctuation";
      case Character.END_PUNCTUATION -> "close punctuation";
      case Character.INITIAL_QUOTE_PUNCTUATION -> "initial punctuation";
      case Character.FINAL_QUOTE_PUNCTUATION -> "final punctuation";
      case Character.OTHER_PUNCTUATION -> "other punctuation";
      case Character.MATH_SYMBOL -> "math symbol";
      case Character.CURRENCY_SYMBOL -> "currency symbol";
      case Character.MODIFIER_SYMBOL -> "modifier symbol";
      case Character.OTHER_SYMBOL -> "other symbol";
      case Character.SPACE_SEPARATOR -> "space separator";
      case Character.LINE_SEPARATOR -> "line separator";
      case Character.PARAGRAPH_SEPARATOR -> "paragraph separator";
      case Character.CONTROL -> "control";
      case Character.FORMAT -> "format";
      default -> "other";
    };
  }
}
