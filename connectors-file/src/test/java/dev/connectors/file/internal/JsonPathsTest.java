package dev.connectors.file.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import dev.connectors.file.CodecSettings;
import dev.connectors.file.internal.Pieces.Decoded;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPathsTest {
  private static final String SHOP =
      """
      {"orders": [{"id": "a", "lines": [1, 2.5]}, {"id": "b{", "lines": []}, "none"],
       "more": {"orders": [{"id": "nested"}]}, "total": -17}
      """;

  private static CodecSettings settings() {
    return CodecSettings.create(ConfigFactory.load().getConfig("connectors.file.codec"));
  }

  private static Decoded<JsonNode> decode(
      String path, List<ByteString> pieces, CodecSettings settings) {
    return Pieces.decode(
        new JsonPaths<>(Names.of(path), new ObjectMapper().readerFor(JsonNode.class), settings),
        pieces);
  }

  private static Decoded<JsonNode> decode(String path, String input) {
    return decode(path, Pieces.whole(input.getBytes(UTF_8)), settings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/orders/* | {\"id\":\"a\",\"lines\":[1,2.5]} {\"id\":\"b{\",\"lines\":[]} \"none\"",
        "/orders/*/id | \"a\" \"b{\"",
        "/orders/*/lines/* | 1 2.5",
        "/total | -17",
        "/*/orders/* | {\"id\":\"nested\"}",
        "/orders | [{\"id\":\"a\",\"lines\":[1,2.5]},{\"id\":\"b{\",\"lines\":[]},\"none\"]",
        "/id | ''",
        "/orders/id | ''"
      })
  void next_path_findsItsValues(String path, String values) {
    Decoded<JsonNode> decoded = decode(path, SHOP);

    assertThat(decoded.failure()).isEmpty();
    assertThat(String.join(" ", decoded.records().stream().map(JsonNode::toString).toList()))
        .isEqualTo(values);
  }

  @Test
  void next_severalDocuments_areReadOneAfterTheOther() {
    assertThat(decode("/a", "{\"a\":1}\n{\"a\":2} [] {\"b\":{\"a\":3}}").records())
        .extracting(JsonNode::intValue)
        .containsExactly(1, 2);
  }

  @Test
  void next_malformed_failsWithThePlace() {
    assertThat(decode("/b", "{\"a\":1]").failure()).isEqualTo("malformed JSON at line 1, byte 6");
    assertThat(decode("/b", "{\"a\":\n x}").failure())
        .startsWith("malformed JSON at line 2, byte ");
    assertThat(decode("/b", "{\"a\":[1").failure()).startsWith("malformed JSON at line 1, byte ");
  }

  @Test
  void next_limits_hold() {
    CodecSettings limited = settings().withMaxRecord(20).withMaxDepth(4);
    assertThat(decode("/a", Pieces.whole("{\"a\":[[[[1]]]]}".getBytes(UTF_8)), limited).failure())
        .startsWith("malformed JSON");
    for (String large :
        List.of(
            "{\"a\":\"" + "x".repeat(30) + "\"}",
            "{\"a\":[" + "1,".repeat(15) + "1]}",
            "{\"b\":\"" + "x".repeat(20_000) + "\"}")) {
      assertThat(decode("/a", Pieces.whole(large.getBytes(UTF_8)), limited).failure())
          .as(large)
          .isNotEmpty();
    }
  }

  @Property(tries = 300)
  void next_cutAnywhere_isTheSame(
      @ForAll @IntRange(min = 1, max = 9) int most, @ForAll Random random) {
    byte[] bytes = (SHOP + "\n" + SHOP).getBytes(UTF_8);
    if (random.nextBoolean()) {
      bytes[random.nextInt(bytes.length)] = (byte) "{}[]\",:x1 ".charAt(random.nextInt(10));
    }
    for (String path : List.of("/orders/*", "/more", "/total")) {
      Decoded<JsonNode> whole = decode(path, Pieces.whole(bytes), settings());
      Decoded<JsonNode> cut = decode(path, Pieces.random(bytes, most, random), settings());
      assertThat(cut.records()).isEqualTo(whole.records());
      assertThat(cut.ranges()).isEqualTo(whole.ranges());
      assertThat(cut.failure()).isEqualTo(whole.failure());
    }
  }
}
