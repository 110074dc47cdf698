package dev.connectors.jms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.connectors.core.RetrySettings;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MINUTE = 60 * SECOND;

  private final JMSException lost = new JMSException("lost");
  private final Backoff backoff =
      new Backoff(
          RetrySettings.create(ConfigFactory.load().getConfig("connectors.retry"))
              .withMaxBackoff(Duration.ofSeconds(10))
              .withMaxDuration(Duration.ofMinutes(5)));

  @Test
  void failed_againAfterMaxDuration_givesUp() {
    assertThat(backoff.failed(lost, 0)).isNotNull();
    assertThat(backoff.failed(lost, 5 * MINUTE - 1)).isNotNull();
    assertThat(backoff.failed(lost, 5 * MINUTE)).isNull();
  }

  @Test
  void failed_afterAConnectionThatLastedIdle_beginsANewSeries() {
    assertThat(backoff.failed(lost, 0)).isNotNull();
    backoff.connected(SECOND);

    assertThat(backoff.failed(lost, 60 * MINUTE)).isNotNull();
    assertThat(backoff.failed(lost, 64 * MINUTE)).isNotNull();
    assertThat(backoff.failed(lost, 65 * MINUTE)).isNull();
  }

  @Test
  void failed_afterConnectionsThatDidNotLast_givesUp() {
    for (long now = 0; now < 5 * MINUTE; now += 5 * SECOND) {
      assertThat(backoff.failed(lost, now)).isNotNull();
      backoff.connected(now + SECOND);
    }
    assertThat(backoff.failed(lost, 5 * MINUTE)).isNull();
  }

  @Test
  void failed_afterASuccess_beginsANewSeries() {
    assertThat(backoff.failed(lost, 0)).isNotNull();
    backoff.succeeded();

    assertThat(backoff.failed(lost, 60 * MINUTE)).isNotNull();
  }

  @Test
  void failed_forGood_givesUpAtOnce() {
    assertThat(backoff.failed(new JMSSecurityException("who?"), 0)).isNull();
  }
}
