package dev.connectors.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.connectors.core.Secret;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private static final String CONSUMER = "connectors.jms.consumer";
  private static final String REQUEST = "connectors.jms.request";
  private static final String PRODUCER = "connectors.jms.producer";

  private static Config config(String path, String overrides) {
    return ConfigFactory.parseString(overrides)
        .withFallback(ConfigFactory.load().getConfig(path))
        .resolve();
  }

  private static JmsConsumerSettings consumer(String overrides) {
    return JmsConsumerSettings.create(config(CONSUMER, overrides), EmbeddedBroker.factory());
  }

  private static JmsProducerSettings producer(String overrides) {
    return JmsProducerSettings.create(config(PRODUCER, overrides), EmbeddedBroker.factory());
  }

  private static JmsRequestSettings request(String overrides) {
    return JmsRequestSettings.create(config(REQUEST, overrides), producer(""));
  }

  @Test
  void consumer_default_isThatOfReferenceConf() {
    JmsConsumerSettings settings = consumer("");

    assertThat(settings.acknowledgement()).isEqualTo(JmsAcknowledgement.TRANSACTED);
    assertThat(settings.sessions()).isEqualTo(1);
    assertThat(settings.batchSize()).isEqualTo(100);
    assertThat(settings.batchInterval()).isEqualTo(Duration.ofMillis(500));
    assertThat(settings.bufferElements()).isEqualTo(256);
    assertThat(settings.pollTimeout()).isEqualTo(Duration.ofMillis(100));
    assertThat(settings.commitTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.cancelGrace()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.closeTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.inFlight().maxElements()).isEqualTo(10_000);
    assertThat(settings.reconnect().maxDuration()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void producer_default_isThatOfReferenceConf() {
    JmsProducerSettings settings = producer("");

    assertThat(settings.confirmation()).isEqualTo(JmsConfirmation.TRANSACTED);
    assertThat(settings.batchSize()).isEqualTo(100);
    assertThat(settings.maxInFlight()).isEqualTo(1_000);
    assertThat(settings.closeTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.destination()).isNull();
  }

  @Test
  void request_default_isThatOfReferenceConf() {
    JmsRequestSettings settings = request("");

    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.onTimeout()).isEqualTo(JmsTimeoutPolicy.FAIL);
    assertThat(settings.correlation()).isEqualTo(JmsCorrelation.CORRELATION_ID);
  }

  @ParameterizedTest
  @CsvSource({
    "timeout = 0 s, longer than zero",
    "on-timeout = wait, emit",
    "correlation = none, message-id"
  })
  void request_badValue_namesKeyAndWhatIsAllowed(String setting, String allowed) {
    assertThatThrownBy(() -> request(setting))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(REQUEST + "." + setting.substring(0, setting.indexOf(' ')))
        .hasMessageContaining(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "acknowledgement = auto, transacted",
    "sessions = 0, at least 1",
    "batch-size = 0, at least 1",
    "batch-interval = 0 s, longer than zero",
    "buffer-elements = 0, at least 1",
    "poll-timeout = 0 s, at least 1 ms",
    "commit-timeout = 0 s, longer than zero",
    "drain-timeout = -1 s, zero or longer",
    "cancel-grace = -1 s, zero or longer",
    "close-timeout = -1 s, zero or longer"
  })
  void consumer_badValue_namesKeyAndWhatIsAllowed(String setting, String allowed) {
    assertThatThrownBy(() -> consumer(setting))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(CONSUMER + "." + setting.substring(0, setting.indexOf(' ')))
        .hasMessageContaining(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "confirmation = none, transacted",
    "batch-size = 0, at least 1",
    "max-in-flight = 0, at least 1",
    "close-timeout = -1 s, zero or longer"
  })
  void producer_badValue_namesKeyAndWhatIsAllowed(String setting, String allowed) {
    assertThatThrownBy(() -> producer(setting))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(PRODUCER + "." + setting.substring(0, setting.indexOf(' ')))
        .hasMessageContaining(allowed);
  }

  @Test
  void with_changesACopy() {
    JmsConsumerSettings before = consumer("");
    JmsConsumerSettings after = before.withSessions(4).withClientId("bridge");

    assertThat(before.sessions()).isEqualTo(1);
    assertThat(before.clientId()).isNull();
    assertThat(after.sessions()).isEqualTo(4);
    assertThat(after.clientId()).isEqualTo("bridge");
  }

  @Test
  void toString_withCredentials_showsNoSecret() {
    Secret password = Secret.of("s3cr3t-sentinel");

    assertThat(consumer("").withCredentials("user", password).toString())
        .doesNotContain("s3cr3t-sentinel");
    assertThat(producer("").withCredentials("user", password).toString())
        .doesNotContain("s3cr3t-sentinel");
  }

  @Test
  void subscription_noLocalOfAQueue_isRefused() {
    assertThatThrownBy(() -> JmsSubscription.queue("orders").withNoLocal())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a topic or a durable subscription");
  }
}
