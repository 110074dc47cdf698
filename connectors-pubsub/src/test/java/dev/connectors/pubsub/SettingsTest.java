package dev.connectors.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.pubsub.v1.ProjectSubscriptionName;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private static final ProjectSubscriptionName ORDERS =
      ProjectSubscriptionName.of("project", "orders");

  private static SubscriberSettings source(String overrides) {
    Config config =
        ConfigFactory.parseString(overrides)
            .withFallback(ConfigFactory.load().getConfig("connectors.pubsub.source"))
            .resolve();
    return SubscriberSettings.create(config, ORDERS);
  }

  @Test
  void source_default_isThatOfReferenceConf() {
    SubscriberSettings settings = source("client.emulator-host = \"\"");

    assertThat(settings.subscription()).isEqualTo(ORDERS);
    assertThat(settings.emulatorHost()).isEmpty();
    assertThat(settings.threads()).isEqualTo(2);
    assertThat(settings.shutdownTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.pull()).isEqualTo(PullMode.STREAMING);
    assertThat(settings.pullElements()).isEqualTo(100);
    assertThat(settings.pullLease()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.pullPause()).isEqualTo(Duration.ofMillis(200));
    assertThat(settings.maxLease()).isEqualTo(Duration.ofMinutes(60));
    assertThat(settings.settleTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.onUnanswered()).isEqualTo(UnansweredPolicy.CONTINUE);
    assertThat(settings.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.cancelGrace()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.inFlight().maxElements()).isEqualTo(10_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          client.threads = 1         | connectors.pubsub.client.threads is 1, allowed is at least 2
          client.emulator-host = x   | connectors.pubsub.client.emulator-host is 'x', allowed is host:port, or nothing
          client.shutdown-timeout = 0s | connectors.pubsub.client.shutdown-timeout is PT0S, allowed is longer than zero
          pull = sometimes           | connectors.pubsub.source.pull is 'sometimes', allowed is streaming, unary
          pull-elements = 0          | connectors.pubsub.source.pull-elements is 0, allowed is from 1 to 1000
          pull-elements = 1001       | connectors.pubsub.source.pull-elements is 1001, allowed is from 1 to 1000
          pull-lease = 9 s           | connectors.pubsub.source.pull-lease is PT9S, allowed is from 10 s to 600 s
          pull-lease = 601 s         | connectors.pubsub.source.pull-lease is PT10M1S, allowed is from 10 s to 600 s
          pull-pause = 0 s           | connectors.pubsub.source.pull-pause is PT0S, allowed is longer than zero
          max-lease = 0 s            | connectors.pubsub.source.max-lease is PT0S, allowed is longer than zero
          settle-timeout = 0 s       | connectors.pubsub.source.settle-timeout is PT0S, allowed is longer than zero
          on-unanswered = hope       | connectors.pubsub.source.on-unanswered is 'hope', allowed is continue, fail
          drain-timeout = -1 s       | connectors.pubsub.source.drain-timeout is PT-1S, allowed is zero or longer
          cancel-grace = -1 s        | connectors.pubsub.source.cancel-grace is PT-1S, allowed is zero or longer
          """)
  void source_outOfRange_namesKeyValueAndWhatIsAllowed(String override, String message) {
    assertThatThrownBy(() -> source(override))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void source_changed_leavesTheOtherAsItWas() {
    SubscriberSettings settings = source("");

    SubscriberSettings changed =
        settings.withPull(PullMode.UNARY).withThreads(3).withEmulatorHost("localhost:8085");

    assertThat(changed.pull()).isEqualTo(PullMode.UNARY);
    assertThat(changed.threads()).isEqualTo(3);
    assertThat(changed.emulatorHost()).isEqualTo("localhost:8085");
    assertThat(settings.pull()).isEqualTo(PullMode.STREAMING);
    assertThat(changed).hasToString(changed.toString()).asString().contains("orders", "UNARY");
  }
}
