package dev.connectors.file.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import dev.connectors.file.CodecSettings;
import dev.connectors.file.internal.Pieces.Decoded;
import dev.connectors.file.internal.Pieces.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDecoderTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static CodecSettings settings() {
    return CodecSettings.create(ConfigFactory.load().getConfig("connectors.file.codec"));
  }

  private static List<String> texts(Decoded<ByteString> decoded) {
    return decoded.records().stream().map(ByteString::utf8String).toList();
  }

  private static Decoded<ByteString> decode(String input, CodecSettings settings) {
    return Pieces.decode(JsonDecoder.ofBytes(settings), Pieces.whole(input.getBytes(UTF_8)));
  }

  private static Decoded<ByteString> decode(String input) {
    return decode(input, settings());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1}{\"b\":[{}]}{}",
        "{\"a\":1}\n{\"b\":[{}]}\r\n{}\n",
        "{\"a\":1}, {\"b\":[{}]},\t{}",
        "[{\"a\":1},{\"b\":[{}]},{}]",
        " [ {\"a\":1} , {\"b\":[{}]} ]\n[]\n[{}] ",
        "\u001E{\"a\":1}\n\u001E{\"b\":[{}]}\n\u001E{}\n",
        "\uFEFF{\"a\":1}\n{\"b\":[{}]}\n{}\n"
      })
  void next_anyArrangement_findsTheObjects(String input) {
    Decoded<ByteString> decoded = decode(input);

    assertThat(decoded.failure()).isEmpty();
    assertThat(texts(decoded)).containsExactly("{\"a\":1}", "{\"b\":[{}]}", "{}");
    byte[] bytes = input.getBytes(UTF_8);
    for (int i = 0; i < 3; i++) {
      Range range = decoded.ranges().get(i);
      assertThat(new String(bytes, (int) range.from(), (int) (range.to() - range.from()), UTF_8))
          .isEqualTo(texts(decoded).get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "[]", "[ ]\n[\n]", "\uFEFF"})
  void next_noObjects_findsNone(String input) {
    assertThat(decode(input)).isEqualTo(new Decoded<ByteString>(List.of(), List.of(), ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1} x | 1 | neither an object nor an array of objects at line 1, byte 8",
        "1 | 0 | neither an object nor an array of objects at line 1, byte 0",
        "[[{}]] | 0 | an array where an object is expected at line 1, byte 1",
        "[{}{}] | 1 | no comma between two objects at line 1, byte 3",
        "[{},] | 1 | a closing bracket where an object is expected at line 1, byte 4",
        "[,{}] | 0 | a comma where an object is expected at line 1, byte 1",
        "{},,{} | 1 | a comma where an object is expected at line 1, byte 3",
        "{}] | 1 | a closing bracket where an object is expected at line 1, byte 2",
        "{\"a\":[1} | 0 | a bracket is closed by another at line 1, byte 7",
        "{\"a\":1]  | 0 | a bracket is closed by another at line 1, byte 6",
        "{}, | 1 | the input ends after a comma at line 1, byte 3",
        "[{} | 1 | the input ends within an array at line 1, byte 3"
      })
  void next_somethingElse_failsWithItsPlaceAfterTheObjectsBefore(
      String input, int objects, String failure) {
    Decoded<ByteString> decoded = decode(input);

    assertThat(decoded.records()).hasSize(objects);
    assertThat(decoded.failure()).isEqualTo(failure);
  }

  @Test
  void next_endsWithinAnObject_namesTheLineWhereItBegins() {
    assertThat(decode("{}\n{\"a\":\n\n\"b").failure())
        .isEqualTo("the input ends within an object that begins at line 2, at line 4, byte 12");
  }

  @Test
  void next_bracketsAndQuotesInStrings_belongToTheStrings() {
    String object = "{\"}{\\\"]\":\"\\\\\",\"ü\":\"[\"}";

    assertThat(texts(decode(object + object))).containsExactly(object, object);
  }

  @Test
  void next_lineFeedInAString_isMalformed() {
    assertThat(decode("{\"a\":\"open\n\"}").failure())
        .isEqualTo("a control character within a string at line 1, byte 10");
  }

  @Test
  void next_utf16_isMalformed() {
    byte[] bytes = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_16BE);

    assertThat(Pieces.decode(JsonDecoder.ofBytes(settings()), Pieces.whole(bytes)).failure())
        .isEqualTo("neither an object nor an array of objects at line 1, byte 0");
  }

  @Test
  void next_limits_holdToTheByte() {
    CodecSettings limited = settings().withMaxRecord(10).withMaxDepth(3);
    assertThat(decode("{\"a\":1234}{\"a\":12345}", limited).failure())
        .isEqualTo("an object is longer than max-record, 10 bytes, at line 1, byte 10");
    assertThat(texts(decode("{\"a\":1234}", limited))).hasSize(1);
    assertThat(decode("{\"\":[{}]}", limited).failure()).isEmpty();
    assertThat(decode("{\"\":[[[", limited).failure())
        .isEqualTo("brackets are nested deeper than max-depth, 3, at line 1, byte 6");
  }

  @Test
  void next_quoteThatIsNeverClosed_failsAtTheLimit() {
    Decoder<ByteString> decoder = JsonDecoder.ofBytes(settings());
    List<ByteString> endless = new ArrayList<>();
    endless.add(ByteString.fromString("{\"a\":\""));
    IntStream.range(0, 100).forEach(i -> endless.add(ByteString.fromString("x".repeat(100_000))));

    assertThat(Pieces.decode(decoder, endless).failure()).contains("longer than max-record");
  }

  @Provide
  Arbitrary<String> objects() {
    Arbitrary<String> scalars =
        Arbitraries.oneOf(
            Arbitraries.of("1", "-2.5e3", "true", "null", "{}", "[ ]"),
            Arbitraries.strings()
                .withChars("ab\\\"{}[],:\n\u0001ü€")
                .ofMaxLength(6)
                .map(JsonDecoderTest::quoted));
    return Arbitraries.recursive(
        () -> scalars.list().ofMaxSize(3).map(JsonDecoderTest::object),
        inner -> Arbitraries.oneOf(scalars, inner).list().ofMaxSize(3).map(JsonDecoderTest::object),
        0,
        3);
  }

  private static String object(List<String> values) {
    return IntStream.range(0, values.size())
        .mapToObj(i -> "\"" + i + "\" :\n[" + values.get(i) + "]")
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String quoted(String text) {
    try {
      return MAPPER.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Property(tries = 1_000)
  void next_cutAnywhere_findsTheSameObjects(
      @ForAll @Size(max = 5) List<@From("objects") String> objects,
      @ForAll boolean isArray,
      @ForAll @IntRange(min = 1, max = 20) int most,
      @ForAll Random random)
      throws Exception {
    String input =
        isArray ? "[" + String.join("\n,", objects) + "]" : String.join("\n", objects) + "\n";
    byte[] bytes = input.getBytes(UTF_8);

    Decoded<ByteString> decoded =
        Pieces.decode(JsonDecoder.ofBytes(settings()), Pieces.random(bytes, most, random));

    assertThat(texts(decoded)).containsExactlyElementsOf(objects);
    assertThat(decoded.failure()).isEmpty();
    for (String object : objects) {
      assertThat(MAPPER.readTree(object)).isInstanceOf(ObjectNode.class); // the test's own input
    }
  }

  /** Failures and their places included. */
  @Property(tries = 2_000)
  void next_anyBytesCutAnywhere_endTheSameWay(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 9) int most) {
    String alphabet = "{{{}}}[],\"\\ \na1:";
    StringBuilder input = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      input.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    CodecSettings limited = settings().withMaxRecord(12).withMaxDepth(3);
    byte[] bytes = input.toString().getBytes(UTF_8);

    assertThat(Pieces.decode(JsonDecoder.ofBytes(limited), Pieces.random(bytes, most, random)))
        .isEqualTo(Pieces.decode(JsonDecoder.ofBytes(limited), Pieces.whole(bytes)));
  }
}
