package dev.connectors.csv.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.csv.CsvParseSettings;
import dev.connectors.csv.MalformedPolicy;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.QuoteMode;

/**
 * For any input, dialect, charset and cutting, the rows are those that Commons CSV finds in the
 * whole, and malformed is what it calls so.
 */
class SameAsCommonsTest {
  private static final List<CSVFormat> NAMED =
      List.of(
          CSVFormat.DEFAULT,
          CSVFormat.RFC4180,
          CSVFormat.EXCEL,
          CSVFormat.TDF,
          CSVFormat.MYSQL,
          CSVFormat.POSTGRESQL_CSV,
          CSVFormat.POSTGRESQL_TEXT,
          CSVFormat.ORACLE,
          CSVFormat.INFORMIX_UNLOAD,
          CSVFormat.INFORMIX_UNLOAD_CSV,
          CSVFormat.MONGODB_CSV,
          CSVFormat.MONGODB_TSV);

  @Provide
  Arbitrary<CSVFormat> named() {
    return Arbitraries.of(NAMED).map(format -> withHeader(format));
  }

  private static CSVFormat withHeader(CSVFormat format) {
    return format.builder().setAllowMissingColumnNames(true).get();
  }

  /** Dialects that Commons CSV takes; one that it refuses is replaced by the default. */
  @Provide
  Arbitrary<CSVFormat> any() {
    Arbitrary<String> delimiters = Arbitraries.of(",", ";", "|", "\t", " ", "||", "[|]", "§", "a");
    Arbitrary<Character> quotes = Arbitraries.of('"', '\'', '“').injectNull(0.2);
    Arbitrary<Character> escapes = Arbitraries.of('\\', '"', '!', '”').injectNull(0.5);
    Arbitrary<Character> comments = Arbitraries.of('#', 'b', '€').injectNull(0.5);
    Arbitrary<Integer> flags = Arbitraries.integers().between(0, 511);
    Arbitrary<String> nulls = Arbitraries.of("", "a", "\\N").injectNull(0.6);
    Arbitrary<QuoteMode> modes = Arbitraries.of(QuoteMode.class).injectNull(0.5);
    return Combinators.combine(delimiters, quotes, escapes, comments, flags, nulls, modes)
        .as(SameAsCommonsTest::format);
  }

  private static CSVFormat format(
      String delimiter,
      Character quote,
      Character escape,
      Character comment,
      int flags,
      String nullString,
      QuoteMode mode) {
    CSVFormat.Builder builder =
        CSVFormat.DEFAULT
            .builder()
            .setDelimiter(delimiter)
            .setQuote(quote)
            .setEscape(escape)
            .setCommentMarker(comment)
            .setNullString(nullString)
            .setQuoteMode(mode)
            .setIgnoreSurroundingSpaces((flags & 1) != 0)
            .setIgnoreEmptyLines((flags & 2) != 0)
            .setTrailingData((flags & 4) != 0)
            .setLenientEof((flags & 8) != 0)
            .setTrim((flags & 16) != 0)
            .setTrailingDelimiter((flags & 32) != 0)
            .setAllowMissingColumnNames((flags & 64) != 0);
    if ((flags & 128) != 0) {
      builder.setHeader().setSkipHeaderRecord((flags & 256) != 0);
    } else if ((flags & 256) != 0) {
      builder.setHeader("x", "y").setSkipHeaderRecord((flags & 1) != 0);
    }
    try {
      return builder.get();
    } catch (IllegalArgumentException e) {
      return CSVFormat.DEFAULT;
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.frequency(
            tuple(6, "a"),
            tuple(3, "b"),
            tuple(6, ","),
            tuple(5, "\""),
            tuple(3, "\n"),
            tuple(3, "\r\n"),
            tuple(2, "\r"),
            tuple(3, "\\"),
            tuple(2, ";"),
            tuple(3, "|"),
            tuple(2, "["),
            tuple(2, "]"),
            tuple(2, " "),
            tuple(2, "\t"),
            tuple(2, "#"),
            tuple(2, "'"),
            tuple(1, "!"),
            tuple(1, "§"),
            tuple(1, "“"),
            tuple(1, "”"),
            tuple(1, "€"),
            tuple(1, "\uD83D\uDE00"),
            tuple(1, "\u2003"),
            tuple(1, "\\N"),
            tuple(1, "\u0000"),
            tuple(1, "\"\""),
            tuple(1, "\uFEFF"))
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  private static net.jqwik.api.Tuple.Tuple2<Integer, String> tuple(int weight, String part) {
    return net.jqwik.api.Tuple.of(weight, part);
  }

  @Property(tries = 20_000)
  void read_namedDialects_isTheSame(
      @ForAll("texts") String text,
      @ForAll("named") CSVFormat format,
      @ForAll @Size(max = 4) List<@IntRange(max = 60) Integer> cuts,
      @ForAll boolean positions,
      @ForAll @IntRange(min = 1, max = 30) int batch) {
    assertSame(text, format, UTF_8, cuts, positions, batch);
  }

  @Property(tries = 20_000)
  void read_anyDialect_isTheSame(
      @ForAll("texts") String text,
      @ForAll("any") CSVFormat format,
      @ForAll @Size(max = 4) List<@IntRange(max = 60) Integer> cuts,
      @ForAll boolean positions,
      @ForAll @IntRange(min = 1, max = 30) int batch) {
    assertSame(text, format, UTF_8, cuts, positions, batch);
  }

  @Property(tries = 2_000)
  void read_anyCharset_isTheSame(
      @ForAll("texts") String text,
      @ForAll("any") CSVFormat format,
      @ForAll @Size(max = 6) List<@IntRange(max = 200) Integer> cuts,
      @ForAll("charsets") Charset charset,
      @ForAll @IntRange(min = 1, max = 30) int batch) {
    String writable = new String(text.getBytes(charset), charset);
    assertSame(writable, format, charset, cuts, true, batch);
  }

  @Example
  void read_twoMarks_theSecondIsText() {
    for (String name : List.of("UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
      Charset charset = Charset.forName(name);
      assertSame("\uFEFF\uFEFFa,b\n", CSVFormat.DEFAULT, charset, List.of(), true, 1);
    }
  }

  @Provide
  Arbitrary<Charset> charsets() {
    return Arbitraries.of(
            "UTF-16LE",
            "UTF-16BE",
            "UTF-32LE",
            "UTF-32BE",
            "ISO-8859-1",
            "windows-1252",
            "Shift_JIS",
            "GB18030",
            "ISO-2022-JP",
            "IBM1047",
            "US-ASCII")
        .map(Charset::forName);
  }

  /**
   * What is beyond a limit or malformed is the same, and what comes behind it, however it is cut.
   */
  @Property(tries = 20_000)
  void read_withLimits_isTheSameHoweverCut(
      @ForAll("texts") String text,
      @ForAll("any") CSVFormat format,
      @ForAll @Size(max = 4) List<@IntRange(max = 60) Integer> cuts,
      @ForAll @IntRange(min = 1, max = 12) int maxRecord,
      @ForAll @IntRange(min = 1, max = 4) int maxFields) {
    CsvParseSettings settings =
        Reading.settings()
            .withBatchBytes(1 + maxRecord)
            .withMaxRecordBytes(maxRecord)
            .withMaxFields(maxFields)
            .withOnMalformed(MalformedPolicy.EMIT);
    byte[] bytes = text.getBytes(UTF_8);

    assertThat(Reading.ours(pieces(bytes, cuts), format, settings, false))
        .isEqualTo(Reading.ours(List.of(bytes), format, settings, false));
  }

  @Example
  void read_spacesBeyondTheLimitBeforeADelimiter_isTheSameHoweverCut() {
    CSVFormat format = CSVFormat.DEFAULT.builder().setIgnoreSurroundingSpaces(true).get();
    CsvParseSettings settings =
        Reading.settings()
            .withBatchBytes(2)
            .withMaxRecordBytes(1)
            .withMaxFields(1)
            .withOnMalformed(MalformedPolicy.EMIT);
    byte[] bytes = "\u2003,b\n".getBytes(UTF_8);
    for (int cut = 1; cut < bytes.length; cut++) {
      assertThat(Reading.ours(pieces(bytes, List.of(cut)), format, settings, false))
          .isEqualTo(Reading.ours(List.of(bytes), format, settings, false));
    }
  }

  private static void assertSame(
      String written,
      CSVFormat format,
      Charset charset,
      List<Integer> cuts,
      boolean positions,
      int batch) {
    // Where less than a long delimiter is left, Commons CSV compares with what it read before.
    String text = format.getDelimiterString().length() > 1 ? written + "\n" : written;
    byte[] bytes = text.getBytes(charset);
    CsvParseSettings settings = Reading.settings().withCharset(charset).withBatchBytes(batch);
    boolean isUnicode = charset.name().startsWith("UTF-");
    String read = isUnicode && text.startsWith("\uFEFF") ? text.substring(1) : text;

    Reading expected = Reading.reference(read, format, positions);
    Reading ours = Reading.ours(pieces(bytes, cuts), format, settings, positions);

    if (Reading.STOPPED.equals(ours.failure())) {
      // Commons CSV takes a record without values for the end; that is told, and not done.
      assertThat(format.getTrailingDelimiter()).isTrue();
      assertThat(expected.failure()).isNull();
      return;
    }
    assertThat(ours).isEqualTo(expected);
  }

  static List<byte[]> pieces(byte[] bytes, List<Integer> cuts) {
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    for (int cut : cuts.stream().sorted().toList()) {
      int to = Math.min(cut, bytes.length);
      pieces.add(Arrays.copyOfRange(bytes, from, to));
      from = to;
    }
    pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
    return pieces;
  }
}
