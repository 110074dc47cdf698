package dev.connectors.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  private static DeadLetter<String> letter(String message) {
    return new DeadLetter<>(
        "orders",
        "orders-3@42",
        "java.io.IOException",
        message,
        2,
        Instant.parse("2026-11-01T12:00:00.5Z"),
        "payload");
  }

  @Test
  void headers_areTheSixOfTheEnvelope() {
    assertThat(letter("disk full").headers())
        .containsExactly(
            Map.entry("dead_letter_source", "orders"),
            Map.entry("dead_letter_position", "orders-3@42"),
            Map.entry("dead_letter_cause", "java.io.IOException"),
            Map.entry("dead_letter_message", "disk full"),
            Map.entry("dead_letter_attempts", "2"),
            Map.entry("dead_letter_time", "2026-11-01T12:00:00.500Z"));
  }

  @Test
  void headers_controlCharacters_areSpaces() {
    assertThat(letter("a\r\nb\tc").headers()).containsEntry(DeadLetter.MESSAGE, "a  b c");
  }

  @Test
  void create_longMessage_isCutOff() {
    assertThat(letter("x".repeat(5_000)).message()).hasSize(DeadLetter.MAX_MESSAGE);
  }

  @Test
  void toString_showsNeitherMessageNorPayload() {
    assertThat(letter("hunter2").toString())
        .contains("orders-3@42")
        .doesNotContain("hunter2", "payload");
  }

  @Property
  void of_itsHeaders_isTheSameLetter(
      @ForAll String source,
      @ForAll String message,
      @ForAll @IntRange(min = 1) int attempts,
      @ForAll Instant time) {
    DeadLetter<String> letter =
        new DeadLetter<>(source, "p@1", "C", message, attempts, time, "payload");

    DeadLetter<String> again = DeadLetter.of(letter.headers(), "payload");

    assertThat(again.headers()).isEqualTo(letter.headers());
    assertThat(again.attempts()).isEqualTo(attempts);
    assertThat(again.time()).isEqualTo(time);
  }

  @Test
  void of_headerMissing_namesIt() {
    for (String name : letter("").headers().keySet()) {
      Map<String, String> headers = new HashMap<>(letter("").headers());
      headers.remove(name);

      assertThatThrownBy(() -> DeadLetter.of(headers, ""))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void of_headerMalformed_namesItAndTheValue() {
    Map<String, String> headers = new HashMap<>(letter("").headers());
    headers.put(DeadLetter.ATTEMPTS, "many");
    assertThatThrownBy(() -> DeadLetter.of(headers, ""))
        .hasMessage("dead_letter_attempts is 'many', allowed is a whole number");

    headers.put(DeadLetter.ATTEMPTS, "0");
    assertThatThrownBy(() -> DeadLetter.of(headers, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("attempts is 0");

    headers.put(DeadLetter.ATTEMPTS, "1");
    headers.put(DeadLetter.TIME, "noon");
    assertThatThrownBy(() -> DeadLetter.of(headers, ""))
        .hasMessageStartingWith("dead_letter_time is 'noon'");
  }
}
