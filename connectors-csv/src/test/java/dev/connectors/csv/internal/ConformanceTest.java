package dev.connectors.csv.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files as programs write them, cut at every place. */
class ConformanceTest {
  private record Case(
      String name, CSVFormat format, String text, List<List<@Nullable String>> rows) {
    @Override
    public String toString() {
      return name;
    }
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // the rows are only read
  private static Case of(
      String name, CSVFormat format, String text, List<@Nullable String>... rows) {
    return new Case(name, format, text, List.of(rows));
  }

  private static List<@Nullable String> row(@Nullable String... values) {
    return Arrays.asList(values);
  }

  static Stream<Case> cases() {
    CSVFormat plain = CSVFormat.RFC4180;
    return Stream.of(
        of("nothing", plain, ""),
        of("one value, no line end", plain, "a", row("a")),
        of("line end at the end", plain, "a,b\r\nc,d\r\n", row("a", "b"), row("c", "d")),
        of("line feeds", plain, "a,b\nc,d", row("a", "b"), row("c", "d")),
        of("carriage returns", plain, "a,b\rc,d\r", row("a", "b"), row("c", "d")),
        of("empty values", plain, ",\n,,\n", row("", ""), row("", "", "")),
        of("delimiter at the very end", plain, "a,", row("a", "")),
        of("empty line", plain, "a\n\nb\n", row("a"), row(""), row("b")),
        of("empty lines ignored", CSVFormat.DEFAULT, "\n\na\r\n\r\n\nb\n\n", row("a"), row("b")),
        of("CR CR LF", plain, "a\r\r\nb", row("a"), row(""), row("b")),
        of("empty quotes", plain, "\"\",\"\"\n\"\"", row("", ""), row("")),
        of("doubled quotes", plain, "\"a \"\"b\"\"\",\"\"\"\"\n", row("a \"b\"", "\"")),
        of("delimiter in quotes", plain, "\"a,b\",c\n", row("a,b", "c")),
        of("line ends in quotes", plain, "\"a\r\nb\nc\rd\",e\n", row("a\r\nb\nc\rd", "e")),
        of("quote inside a value", plain, "a \"b\" c,d\n", row("a \"b\" c", "d")),
        of("space behind a quote", plain, "\"a\" ,\"b\"\t\n", row("a", "b")),
        of("spaces kept", plain, " a , b \n", row(" a ", " b ")),
        of("JSON", plain, "1,\"{\"\"a\"\": [1, \"\"x\"\"]}\"\n", row("1", "{\"a\": [1, \"x\"]}")),
        of("UTF-8", plain, "é,€,\uD83D\uDE00\n", row("é", "€", "\uD83D\uDE00")),
        of("NUL", plain, "a\u0000b,c\n", row("a\u0000b", "c")),
        of(
            "Excel, German",
            CSVFormat.EXCEL.builder().setDelimiter(';').get(),
            "Name;Betrag;Notiz\r\nMüller;1.234,50;\"Zeile 1\nZeile 2\"\r\n;;\r\n",
            row("Name", "Betrag", "Notiz"),
            row("Müller", "1.234,50", "Zeile 1\nZeile 2"),
            row("", "", "")),
        of(
            "Excel, tabs",
            CSVFormat.EXCEL.builder().setDelimiter('\t').get(),
            "a\t\"b\tc\"\t\"d\"\"\"\r\n",
            row("a", "b\tc", "d\"")),
        of(
            "Google Docs: CRLF between rows, none at the end",
            plain,
            "Date,Text\r\n2026-11-01,\"one, two\"\r\n,\"line\nbreak\"",
            row("Date", "Text"),
            row("2026-11-01", "one, two"),
            row("", "line\nbreak")),
        of(
            "Numbers: rows filled up with empty cells",
            plain,
            "Table 1,,\n\"a;b\",\"1,5\",\n,,\n",
            row("Table 1", "", ""),
            row("a;b", "1,5", ""),
            row("", "", "")),
        of(
            "PostgreSQL COPY, CSV",
            CSVFormat.POSTGRESQL_CSV,
            "1,,\"\"\n2,\"a\"\"b\",x\n",
            row("1", null, ""),
            row("2", "a\"b", "x")),
        of(
            "PostgreSQL COPY, text",
            CSVFormat.POSTGRESQL_TEXT,
            "1\t\\N\ta\\tb\n2\tback\\\\slash\tline\\nbreak\n",
            row("1", null, "a\tb"),
            row("2", "back\\slash", "line\nbreak")),
        of(
            "MySQL SELECT INTO OUTFILE",
            CSVFormat.MYSQL,
            "1\t\\N\ta\\\tb\n2\tback\\\\slash\tline\\\nbreak\n",
            row("1", null, "a\tb"),
            row("2", "back\\slash", "line\nbreak")),
        of(
            "comments",
            CSVFormat.DEFAULT.builder().setCommentMarker('#').get(),
            "# one\n#,\"two\na,#b\n#three",
            row("a", "#b")),
        of(
            "delimiter of several characters",
            plain.builder().setDelimiter("||").get(),
            "a||b|c||\n\"d||\"||e\n",
            row("a", "b|c", ""),
            row("d||", "e")),
        of(
            "spaces ignored",
            CSVFormat.DEFAULT.builder().setIgnoreSurroundingSpaces(true).get(),
            "  a\u2003,\t\"b \" , c\n",
            row("a", "b ", "c")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void read_cutAnywhere_givesTheRows(Case one) {
    byte[] bytes = one.text.getBytes(UTF_8);
    Reading expected =
        new Reading(
            Stream.iterate(0, i -> i + 1)
                .limit(one.rows.size())
                .map(i -> "%d %s {}".formatted(i + 1, one.rows.get(i)))
                .toList(),
            null);

    assertThat(Reading.reference(one.text, one.format, false)).isEqualTo(expected);
    for (int cut = 0; cut <= bytes.length; cut++) {
      assertThat(read(bytes, List.of(cut), one, UTF_8)).as("cut at %d", cut).isEqualTo(expected);
    }
    assertThat(read(bytes, eachByte(bytes), one, UTF_8)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void read_otherCharsetsWithMark_givesTheSame(Case one) {
    Reading expected = Reading.reference(one.text, one.format, false);
    for (String name : List.of("UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
      byte[] bytes = ("\uFEFF" + one.text).getBytes(Charset.forName(name));

      for (int cut = 0; cut <= Math.min(bytes.length, 12); cut++) {
        assertThat(read(bytes, List.of(cut), one, UTF_8))
            .as("%s, cut at %d", name, cut)
            .isEqualTo(expected);
      }
      assertThat(read(bytes, eachByte(bytes), one, UTF_8)).as(name).isEqualTo(expected);
    }
    for (Charset charset : List.of(UTF_16LE, UTF_16BE, Charset.forName("UTF-32LE"))) {
      byte[] bytes = one.text.getBytes(charset);
      assertThat(read(bytes, eachByte(bytes), one, charset)).isEqualTo(expected);
    }
  }

  @Test
  void read_bytesOfAMarkInLatin1_areText() {
    Case one = of("latin", CSVFormat.RFC4180, "ï»¿é,b\n", row("ï»¿é", "b"));

    assertThat(read(one.text.getBytes(ISO_8859_1), List.of(), one, ISO_8859_1))
        .isEqualTo(new Reading(List.of("1 [ï»¿é, b] {}"), null));
  }

  private static Reading read(byte[] bytes, List<Integer> cuts, Case one, Charset charset) {
    return Reading.ours(
        SameAsCommonsTest.pieces(bytes, cuts),
        one.format,
        Reading.settings().withCharset(charset).withBatchBytes(8),
        false);
  }

  private static List<Integer> eachByte(byte[] bytes) {
    List<Integer> cuts = new ArrayList<>();
    for (int i = 1; i < bytes.length; i++) {
      cuts.add(i);
    }
    return cuts;
  }
}
