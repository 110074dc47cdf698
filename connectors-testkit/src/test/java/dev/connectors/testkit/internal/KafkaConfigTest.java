package dev.connectors.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaConfigTest {
  private static final KafkaConfig.Listeners LISTENERS =
      new KafkaConfig.Listeners("0.0.0.0", 9092, "127.0.0.1:21000", 9093, 9094);

  @Test
  void of_container_isTunedLikeAProcess() {
    Map<String, String> process =
        KafkaConfig.of(
            new KafkaConfig.Listeners("127.0.0.1", 21_000, "127.0.0.1:21000", 21_001, 21_002),
            "data",
            Map.of());
    Map<String, String> container = KafkaConfig.of(LISTENERS, "data", Map.of());

    process.keySet().removeIf(key -> key.contains("listeners") || key.contains("voters"));
    assertThat(container)
        .containsAllEntriesOf(process)
        .containsEntry("broker.session.timeout.ms", "1000")
        .containsEntry(
            "advertised.listeners", "BROKER://127.0.0.1:21000,INTERNAL://127.0.0.1:9093");
  }

  @Test
  void of_override_wins() {
    assertThat(KafkaConfig.of(LISTENERS, "data", Map.of("broker.session.timeout.ms", "9")))
        .containsEntry("broker.session.timeout.ms", "9");
  }

  @Test
  void of_advertisedListeners_keepsTheInternalOne() {
    assertThat(KafkaConfig.of(LISTENERS, "data", Map.of("advertised.listeners", "BROKER://a:1")))
        .containsEntry("advertised.listeners", "BROKER://a:1,INTERNAL://127.0.0.1:9093");
  }

  @Test
  void asEnvironment_anyKey_isWrittenAsTheImageReadsIt() {
    assertThat(KafkaConfig.asEnvironment(Map.of("log.dirs", "a", "x_y-z", "b")))
        .containsOnly(Map.entry("KAFKA_LOG_DIRS", "a"), Map.entry("KAFKA_X__Y___Z", "b"));
  }
}
