package dev.connectors.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.file.LineTooLongException;
import dev.connectors.file.LongLinePolicy;
import java.io.BufferedReader;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineSplitterTest {
  private static final Path PATH = Path.of("orders.log");

  private record Line(long offset, long end, String text) {}

  private static LineSplitter splitter(int limit, LongLinePolicy policy) {
    return new LineSplitter(PATH, 0, StandardCharsets.UTF_8, limit, policy);
  }

  private static List<Line> lines(LineSplitter splitter, byte[] bytes, int chunk)
      throws LineTooLongException {
    List<Line> lines = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += chunk) {
      splitter.feed(bytes, from, Math.min(chunk, bytes.length - from));
      for (String text = splitter.next(); text != null; text = splitter.next()) {
        lines.add(new Line(splitter.lineOffset(), splitter.lineEnd(), text));
      }
    }
    String last = splitter.last();
    if (last != null) {
      lines.add(new Line(splitter.lineOffset(), splitter.lineEnd(), last));
    }
    return lines;
  }

  private static List<String> texts(String input, int chunk, int limit, LongLinePolicy policy)
      throws LineTooLongException {
    return lines(splitter(limit, policy), input.getBytes(StandardCharsets.UTF_8), chunk).stream()
        .map(Line::text)
        .toList();
  }

  @Test
  void next_byteOrderMark_isLeftOutAndOffsetsStay() throws Exception {
    byte[] bytes = "\uFEFFab\n\uFEFFc\nd".getBytes(StandardCharsets.UTF_8);
    for (int chunk = 1; chunk <= bytes.length; chunk++) {
      assertThat(lines(splitter(100, LongLinePolicy.FAIL), bytes, chunk))
          .containsExactly(new Line(0, 6, "ab"), new Line(6, 11, "\uFEFFc"), new Line(11, 12, "d"));
    }
    assertThat(texts("\uFEFF\n", 1, 100, LongLinePolicy.FAIL)).containsExactly("");
    assertThat(texts("\uFEFF", 1, 100, LongLinePolicy.FAIL)).isEmpty();
    assertThat(texts("\uFEFFa", 1, 100, LongLinePolicy.FAIL)).containsExactly("a");
  }

  @Test
  void next_byteOrderMarkThatIsNone_isText() throws Exception {
    byte[] bytes = "\uFEFFa\n".getBytes(StandardCharsets.UTF_8);
    Charset latin = StandardCharsets.ISO_8859_1;

    assertThat(lines(new LineSplitter(PATH, 0, latin, 9, LongLinePolicy.FAIL), bytes, 9))
        .containsExactly(new Line(0, 5, new String(bytes, 0, 4, latin)));
    assertThat(
            lines(
                new LineSplitter(PATH, 7, StandardCharsets.UTF_8, 9, LongLinePolicy.FAIL),
                bytes,
                9))
        .containsExactly(new Line(7, 12, "\uFEFFa"));
  }

  @Test
  void next_noLimitAndCutByAChunk_isWhole() throws Exception {
    for (LongLinePolicy policy : LongLinePolicy.values()) {
      assertThat(texts("abc\nd", 2, Integer.MAX_VALUE, policy)).containsExactly("abc", "d");
    }
  }

  @Provide
  Arbitrary<String> text() {
    return Arbitraries.strings()
        .withChars('a', 'ä', '€', '\n', '\u000b', '\r', ' ')
        .ofMaxLength(60);
  }

  /** CR by itself ends a line for BufferedReader only, so it is left out of the comparison. */
  @Property
  void next_anyTextAndChunks_isWhatBufferedReaderReads(
      @ForAll("text") String text, @ForAll @IntRange(min = 1, max = 70) int chunk)
      throws Exception {
    String comparable = text.replace("\r", "").replace(" ", "\r\n");

    List<String> expected = new BufferedReader(new StringReader(comparable)).lines().toList();

    assertThat(texts(comparable, chunk, 1000, LongLinePolicy.FAIL)).isEqualTo(expected);
  }

  @Property
  void next_anyTextAndChunks_offsetsAreGapless(
      @ForAll("text") String text, @ForAll @IntRange(min = 1, max = 70) int chunk)
      throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long end = 0;
    for (Line line : lines(splitter(1000, LongLinePolicy.FAIL), bytes, chunk)) {
      assertThat(line.offset()).isEqualTo(end);
      end = line.end();
      String raw =
          new String(
              bytes,
              (int) line.offset(),
              (int) (line.end() - line.offset()),
              StandardCharsets.UTF_8);
      assertThat(raw).startsWith(line.text());
      assertThat(raw.substring(line.text().length())).isIn("\n", "\r\n", "");
    }
    assertThat(end).isEqualTo(bytes.length);
  }

  @Property
  void next_longLinesCut_isIndependentOfTheChunks(
      @ForAll @IntRange(min = 1, max = 40) int chunk, @ForAll("text") String text)
      throws Exception {
    String ascii = text.replace("ä", "b").replace("€", "c");
    for (LongLinePolicy policy : List.of(LongLinePolicy.TRUNCATE, LongLinePolicy.SKIP)) {
      List<String> expected = new ArrayList<>();
      for (String line : texts(ascii, 1000, 1000, LongLinePolicy.FAIL)) {
        if (line.length() <= 4) {
          expected.add(line);
        } else if (policy == LongLinePolicy.TRUNCATE) {
          expected.add(line.substring(0, 4));
        }
      }
      assertThat(texts(ascii, chunk, 4, policy)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 100})
  void next_lineTooLong_failsAndSaysWhere(int chunk) {
    assertThatThrownBy(() -> texts("ab\nabcde\n", chunk, 4, LongLinePolicy.FAIL))
        .isInstanceOfSatisfying(
            LineTooLongException.class,
            e -> {
              assertThat(e.offset()).isEqualTo(3);
              assertThat(e.path()).isEqualTo(PATH);
            })
        .hasMessageNotContaining("abc");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 100})
  void next_longestAllowed_isEmitted(int chunk) throws Exception {
    assertThat(texts("abcd\nabcd\r\nabcd", chunk, 4, LongLinePolicy.FAIL))
        .containsExactly("abcd", "abcd", "abcd");
  }

  @Test
  void last_unterminatedAndTooLong_fails() {
    assertThatThrownBy(() -> texts("abcde", 5, 4, LongLinePolicy.FAIL))
        .isInstanceOf(LineTooLongException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "IBM1047"})
  void ofLines_lineFeedIsNotAByte_isRefused(String charset) {
    assertThatThrownBy(() -> Values.ofLines(Charset.forName(charset)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(charset);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "US-ASCII", "ISO-8859-1", "windows-1252", "Shift_JIS", "GBK"})
  void ofLines_lineFeedIsAByte_isAllowed(String charset) {
    assertThat(Values.ofLines(Charset.forName(charset))).isEqualTo(Charset.forName(charset));
  }
}
