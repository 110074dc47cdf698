package dev.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private static final String CONSUMER = "connectors.kafka.consumer";
  private static final String PRODUCER = "connectors.kafka.producer";
  private static final String SENTINEL = "s3cr3t-sentinel";
  private static final Map<String, String> SECRETS =
      Map.of(
          "sasl.jaas.config",
          "org.apache.kafka.common.security.plain.PlainLoginModule required password=\"%s\";"
              .formatted(SENTINEL),
          "ssl.keystore.password",
          SENTINEL,
          "ssl.key.password",
          SENTINEL,
          "ssl.truststore.password",
          SENTINEL,
          "ssl.keystore.key",
          SENTINEL,
          "sasl.oauthbearer.client.credentials.client.secret",
          SENTINEL,
          "an.unknown.property",
          SENTINEL);

  private static Config config(String path, String overrides) {
    return ConfigFactory.parseString(overrides)
        .withFallback(ConfigFactory.load().getConfig(path))
        .resolve();
  }

  private static ConsumerSettings<String, String> consumer(String overrides) {
    return ConsumerSettings.create(
        config(CONSUMER, overrides), new StringDeserializer(), new StringDeserializer());
  }

  private static ProducerSettings<String, String> producer(String overrides) {
    return ProducerSettings.create(
        config(PRODUCER, overrides), new StringSerializer(), new StringSerializer());
  }

  @Test
  void consumer_default_isThatOfReferenceConf() {
    ConsumerSettings<String, String> settings = consumer("");
    assertThat(settings.bufferElements()).isEqualTo(5000);
    assertThat(settings.bufferBytes()).isEqualTo(16 * 1024 * 1024);
    assertThat(settings.pollTimeout()).isEqualTo(Duration.ofMillis(50));
    assertThat(settings.commitTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.handOverTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.cancelGrace()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.closeTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.inFlight().maxElements()).isEqualTo(10_000);
    assertThat(settings.properties()).isEmpty();
  }

  @Test
  void producer_default_isThatOfReferenceConf() {
    ProducerSettings<String, String> settings = producer("");
    assertThat(settings.maxInFlight()).isEqualTo(10_000);
    assertThat(settings.closeTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.isShared()).isFalse();
    assertThat(settings.properties()).isEmpty();
  }

  @Test
  void create_ofASystem_readsItsConfiguration() {
    ActorSystem system =
        ActorSystem.create(
            "settings",
            ConfigFactory.parseString(
                    """
                    connectors.kafka.consumer { buffer-elements = 7, properties { group.id = a, "client.id" = b } }
                    connectors.kafka.producer { max-in-flight = 8, properties.linger.ms = 5 }
                    """)
                .withFallback(ConfigFactory.load()));
    try {
      ConsumerSettings<String, String> consumer =
          ConsumerSettings.create(system, new StringDeserializer(), new StringDeserializer());
      ProducerSettings<String, String> producer =
          ProducerSettings.create(system, new StringSerializer(), new StringSerializer());

      assertThat(consumer.bufferElements()).isEqualTo(7);
      assertThat(consumer.properties()).isEqualTo(Map.of("group.id", "a", "client.id", "b"));
      assertThat(producer.maxInFlight()).isEqualTo(8);
      assertThat(producer.properties()).isEqualTo(Map.of("linger.ms", "5"));
    } finally {
      TestKit.shutdownActorSystem(system);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "buffer-elements = 0|buffer-elements is 0, allowed is at least 1",
        "buffer-elements = many|buffer-elements is many, allowed is a whole number",
        "buffer-bytes = 0|buffer-bytes is 0, allowed is at least 1",
        "poll-timeout = 0 s|poll-timeout is PT0S, allowed is longer than zero",
        "commit-timeout = 0 s|commit-timeout is PT0S, allowed is longer than zero",
        "hand-over-timeout = -1 s|hand-over-timeout is PT-1S, allowed is zero or longer",
        "drain-timeout = -1 s|drain-timeout is PT-1S, allowed is zero or longer",
        "cancel-grace = -1 s|cancel-grace is PT-1S, allowed is zero or longer",
        "close-timeout = -1 s|close-timeout is PT-1S, allowed is zero or longer",
      })
  void consumer_badValue_namesKeyValueAndAllowed(String override, String message) {
    assertThatThrownBy(() -> consumer(override))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(CONSUMER + "." + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-in-flight = 0|max-in-flight is 0, allowed is at least 1",
        "close-timeout = -1 s|close-timeout is PT-1S, allowed is zero or longer",
      })
  void producer_badValue_namesKeyValueAndAllowed(String override, String message) {
    assertThatThrownBy(() -> producer(override))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(PRODUCER + "." + message);
  }

  @Test
  void with_badValue_isRefusedAtOnce() {
    assertRefused(s -> s.withBufferElements(0), "buffer-elements is 0");
    assertRefused(s -> s.withBufferBytes(0), "buffer-bytes is 0");
    assertRefused(s -> s.withPollTimeout(Duration.ZERO), "poll-timeout is PT0S");
    assertRefused(s -> s.withCommitTimeout(Duration.ZERO), "commit-timeout is PT0S");
    assertRefused(s -> s.withHandOverTimeout(Duration.ofSeconds(-1)), "hand-over-timeout is");
    assertRefused(s -> s.withDrainTimeout(Duration.ofSeconds(-1)), "drain-timeout is");
    assertRefused(s -> s.withCancelGrace(Duration.ofSeconds(-1)), "cancel-grace is");
    assertRefused(s -> s.withCloseTimeout(Duration.ofSeconds(-1)), "close-timeout is");
    assertRefused(s -> s.withGroupId(" "), "group.id is ' '");
    assertRefused(s -> s.withBootstrapServers(""), "bootstrap.servers is ''");
  }

  private static void assertRefused(
      UnaryOperator<ConsumerSettings<String, String>> change, String message) {
    assertThatThrownBy(() -> change.apply(consumer("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void with_anotherValue_leavesTheFirstAsItWas() {
    ConsumerSettings<String, String> before = consumer("");
    ConsumerSettings<String, String> after =
        before
            .withGroupId("orders")
            .withBufferElements(1)
            .withPollTimeout(Duration.ofSeconds(2))
            .withCancelGrace(Duration.ofSeconds(3))
            .withCloseTimeout(Duration.ofSeconds(4));
    assertThat(before.properties()).isEmpty();
    assertThat(before.bufferElements()).isEqualTo(5000);
    assertThat(after.properties()).isEqualTo(Map.of("group.id", "orders"));
    assertThat(after.bufferElements()).isEqualTo(1);
    assertThat(after.pollTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(after.cancelGrace()).isEqualTo(Duration.ofSeconds(3));
    assertThat(after.closeTimeout()).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void properties_givenMapChangesLater_stayAsTheyWere() {
    Map<String, Object> given = new HashMap<>(Map.of("group.id", "orders"));
    ConsumerSettings<String, String> settings = consumer("").withProperties(given);
    given.put("group.id", "others");
    assertThat(settings.properties()).isEqualTo(Map.of("group.id", "orders"));
    assertThatThrownBy(() -> settings.properties().put("a", "b"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void toString_withSecrets_showsNamesOnly() {
    String consumer = consumer("").withGroupId("orders").withProperties(SECRETS).toString();
    String producer =
        producer("").withBootstrapServers("broker:9092").withProperties(SECRETS).toString();

    assertThat(consumer).doesNotContain(SENTINEL).contains("group.id=orders");
    assertThat(producer).doesNotContain(SENTINEL).contains("bootstrap.servers=broker:9092");
    SECRETS
        .keySet()
        .forEach(
            name -> {
              assertThat(consumer).contains(name + "=***");
              assertThat(producer).contains(name + "=***");
            });
  }
}
