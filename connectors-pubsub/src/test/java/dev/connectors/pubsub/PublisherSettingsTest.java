package dev.connectors.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.pubsub.v1.TopicName;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublisherSettingsTest {
  private static final TopicName TOPIC = TopicName.of("project", "orders");

  private static PublisherSettings settings(String overrides) {
    return PublisherSettings.create(
        ConfigFactory.parseString(overrides)
            .withFallback(ConfigFactory.load().getConfig("connectors.pubsub.publish"))
            .resolve(),
        TOPIC);
  }

  @Test
  void create_default_isThatOfReferenceConf() {
    PublisherSettings settings = settings("");

    assertThat(settings.topic()).isEqualTo(TOPIC);
    assertThat(settings.maxInFlight()).isEqualTo(5_000);
    assertThat(settings.maxInFlightBytes()).isEqualTo(32 * 1024 * 1024);
    assertThat(settings.batchElements()).isEqualTo(100);
    assertThat(settings.batchBytes()).isEqualTo(256 * 1024);
    assertThat(settings.batchDelay()).isEqualTo(Duration.ofMillis(1));
    assertThat(settings.retry().maxAttempts()).isZero();
    assertThat(settings.retry().maxDuration()).isEqualTo(Duration.ofMinutes(5));
    assertThat(settings.shutdownTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.client()).isNull();
    assertThat(settings.channelProvider()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-in-flight = 0|connectors.pubsub.publish.max-in-flight is 0, allowed is at least 1",
        "max-in-flight-bytes = 0|max-in-flight-bytes is 0, allowed is at least 1",
        "batch-elements = 0|batch-elements is 0, allowed is from 1 to 1000",
        "batch-elements = 1001|batch-elements is 1001, allowed is from 1 to 1000",
        "batch-bytes = 0|batch-bytes is 0, allowed is from 1 to 10000000",
        "batch-bytes = 10000001|batch-bytes is 10000001, allowed is from 1 to 10000000",
        "batch-delay = 999 us|batch-delay is PT0.000999S, allowed is at least 1 ms",
        "max-in-flight = many|connectors.pubsub.publish.max-in-flight is many, allowed is a whole number",
      })
  void create_outOfRange_namesKeyValueAndWhatIsAllowed(String override, String message) {
    assertThatThrownBy(() -> settings(override))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void with_each_changesThatAlone() {
    PublisherSettings settings = settings("");

    PublisherSettings changed =
        settings
            .withMaxInFlight(1)
            .withMaxInFlightBytes(2)
            .withBatchElements(3)
            .withBatchBytes(4)
            .withBatchDelay(Duration.ofMillis(5));

    assertThat(changed.maxInFlight()).isEqualTo(1);
    assertThat(changed.maxInFlightBytes()).isEqualTo(2);
    assertThat(changed.batchElements()).isEqualTo(3);
    assertThat(changed.batchBytes()).isEqualTo(4);
    assertThat(changed.batchDelay()).isEqualTo(Duration.ofMillis(5));
    assertThat(changed.topic()).isEqualTo(TOPIC);
    assertThat(settings.maxInFlight()).isEqualTo(5_000);
  }

  @Test
  void toString_namesTopicAndBounds() {
    assertThat(settings(""))
        .asString()
        .startsWith("PublisherSettings(topic=projects/project/topics/orders, maxInFlight=5000");
  }
}
