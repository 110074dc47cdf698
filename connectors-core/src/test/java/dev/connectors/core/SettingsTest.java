package dev.connectors.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.connectors.core.internal.SettingsReader;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private static final Config DEFAULTS = ConfigFactory.defaultReference().getConfig("connectors");

  private static Config with(String block, String key, String value) {
    return ConfigFactory.parseString(key + " = " + value).withFallback(DEFAULTS.getConfig(block));
  }

  private static RetrySettings retry() {
    return RetrySettings.create(DEFAULTS.getConfig("retry"));
  }

  private static InFlightSettings inFlight() {
    return InFlightSettings.create(DEFAULTS.getConfig("in-flight"));
  }

  private static CommitterSettings committer() {
    return CommitterSettings.create(DEFAULTS.getConfig("committer"));
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void defaults_all_areThoseOfReferenceConf() {
    assertThat(retry())
        .hasToString(
            "RetrySettings(minBackoff=PT0.1S, maxBackoff=PT10S, jitter=0.5, maxAttempts=1000, maxDuration=PT5M)");
    assertThat(inFlight())
        .hasToString(
            "InFlightSettings(maxElements=10000, maxBytes=33554432, maxUncommitted=100000, resumeAt=0.75, stuckAfter=PT1M)");
    assertThat(committer())
        .hasToString(
            "CommitterSettings(maxBatch=1000, maxInterval=PT0.5S, parallelism=32, order=IN_ORDER)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "min-backoff|0 ms|connectors.retry.min-backoff is PT0S, allowed is longer than zero",
        "min-backoff|soon|connectors.retry.min-backoff is soon, allowed is a duration such as 10 s",
        "min-backoff|1 h|connectors.retry.max-backoff is PT10S, allowed is at least min-backoff, PT1H",
        "max-backoff|-1 s|connectors.retry.max-backoff is PT-1S, allowed is longer than zero",
        "jitter|1.5|connectors.retry.jitter is 1.5, allowed is from 0.0 to 1.0",
        "jitter|much|connectors.retry.jitter is much, allowed is a number",
        "jitter|NaN|connectors.retry.jitter is NaN, allowed is from 0.0 to 1.0",
        "max-attempts|-1|connectors.retry.max-attempts is -1, allowed is at least 0",
        "max-attempts|null|connectors.retry.max-attempts is missing, allowed is a whole number",
        "max-duration|-1 s|connectors.retry.max-duration is PT-1S, allowed is zero or longer",
      })
  void retry_badValue_namesKeyValueAndAllowed(String key, String value, String message) {
    assertRefused(() -> RetrySettings.create(with("retry", key, value)), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-elements|0|connectors.in-flight.max-elements is 0, allowed is at least 1",
        "max-elements|many|connectors.in-flight.max-elements is many, allowed is a whole number",
        "max-elements|200000|connectors.in-flight.max-uncommitted is 100000, allowed is at least 200000",
        "max-bytes|0|connectors.in-flight.max-bytes is 0, allowed is at least 1",
        "max-bytes|16 apples|connectors.in-flight.max-bytes is 16 apples, allowed is a size such as 16 MiB",
        "max-uncommitted|1|connectors.in-flight.max-uncommitted is 1, allowed is at least 10000",
        "resume-at|-0.1|connectors.in-flight.resume-at is -0.1, allowed is from 0.0 to 1.0",
        "stuck-after|0 s|connectors.in-flight.stuck-after is PT0S, allowed is longer than zero",
      })
  void inFlight_badValue_namesKeyValueAndAllowed(String key, String value, String message) {
    assertRefused(() -> InFlightSettings.create(with("in-flight", key, value)), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-batch|0|connectors.committer.max-batch is 0, allowed is at least 1",
        "max-interval|0 s|connectors.committer.max-interval is PT0S, allowed is longer than zero",
        "parallelism|0|connectors.committer.parallelism is 0, allowed is at least 1",
        "order|sideways|connectors.committer.order is 'sideways', allowed is in-order, any-order",
        "order|IN_ORDER|connectors.committer.order is 'IN_ORDER', allowed is in-order, any-order",
      })
  void committer_badValue_namesKeyValueAndAllowed(String key, String value, String message) {
    assertRefused(() -> CommitterSettings.create(with("committer", key, value)), message);
  }

  @Test
  void withers_badValue_areRefusedAtOnce() {
    assertRefused(
        () -> retry().withMinBackoff(Duration.ofSeconds(11)),
        "connectors.retry.max-backoff is PT10S, allowed is at least min-backoff, PT11S");
    assertRefused(
        () -> inFlight().withMaxElements(20_000_000),
        "connectors.in-flight.max-elements is 20000000, allowed is at most 10000000");
    assertRefused(
        () -> committer().withParallelism(-3),
        "connectors.committer.parallelism is -3, allowed is at least 1");
  }

  @Test
  void withers_forEver_isWhatCanBeCountedInNanoseconds() {
    Duration longest = Duration.ofDays(36_500);
    for (Duration forEver :
        List.of(Duration.ofSeconds(Long.MAX_VALUE), ChronoUnit.FOREVER.getDuration())) {
      assertThat(retry().withMaxDuration(forEver).maxDuration()).isEqualTo(longest);
      assertThat(retry().withMaxBackoff(forEver).maxBackoff()).isEqualTo(longest);
      assertThat(inFlight().withStuckAfter(forEver).stuckAfter()).isEqualTo(longest);
      assertThat(committer().withMaxInterval(forEver).maxInterval()).isEqualTo(longest);
    }
    assertThat(retry().withMaxDuration(longest).maxDuration().toNanos()).isPositive();
  }

  @Test
  void withers_each_changeOnlyTheirValue() {
    assertThat(
            committer()
                .withMaxBatch(7)
                .withMaxInterval(Duration.ofSeconds(1))
                .withParallelism(2)
                .withOrder(CommitOrder.ANY_ORDER))
        .hasToString(
            "CommitterSettings(maxBatch=7, maxInterval=PT1S, parallelism=2, order=ANY_ORDER)");
    assertThat(
            inFlight()
                .withMaxElements(200_000)
                .withMaxBytes(5)
                .withResumeAt(0.25)
                .withStuckAfter(Duration.ofSeconds(1)))
        .hasToString(
            "InFlightSettings(maxElements=200000, maxBytes=5, maxUncommitted=200000, resumeAt=0.25, stuckAfter=PT1S)");
    assertThat(
            retry()
                .withMaxBackoff(Duration.ofMinutes(1))
                .withMinBackoff(Duration.ofSeconds(20))
                .withJitter(0)
                .withMaxAttempts(3)
                .withMaxDuration(Duration.ofHours(1)))
        .hasToString(
            "RetrySettings(minBackoff=PT20S, maxBackoff=PT1M, jitter=0.0, maxAttempts=3, maxDuration=PT1H)");
  }

  @Test
  void backoff_withoutJitter_doublesUpToTheLongest() {
    RetrySettings settings = retry().withJitter(0);
    assertThat(IntStream.range(0, 9).mapToObj(settings::backoff).map(Duration::toMillis))
        .containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L);
    assertThat(settings.backoff(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void backoff_withJitter_staysWithinItsPart() {
    RetrySettings settings = retry().withJitter(0.5);
    for (int i = 0; i < 1000; i++) {
      assertThat(settings.backoff(1)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
    }
  }

  @Test
  void retries_boundsAndPredicate_allHaveToAllow() {
    RetrySettings settings =
        retry()
            .withMaxAttempts(2)
            .withMaxDuration(Duration.ofSeconds(10))
            .withRetryOn(IOException.class::isInstance);
    Exception transientOne = new IOException();
    assertThat(settings.retries(transientOne, 1, Duration.ofSeconds(9))).isTrue();
    assertThat(settings.retries(transientOne, 2, Duration.ofSeconds(9))).isFalse();
    assertThat(settings.retries(transientOne, 1, Duration.ofSeconds(10))).isFalse();
    assertThat(settings.retries(new IllegalStateException(), 0, Duration.ZERO)).isFalse();
  }

  @Test
  void policy_written_isTheConstant() {
    SettingsReader reader =
        SettingsReader.of(
            ConfigFactory.parseString("one = any-order, two = {}, three = 5"), "connectors.x");
    assertThat(reader.policy("one", CommitOrder.class)).isEqualTo(CommitOrder.ANY_ORDER);
    assertRefused(
        () -> reader.policy("three", CommitOrder.class),
        "connectors.x.three is '5', allowed is in-order, any-order");
    assertThatThrownBy(() -> reader.policy("two", CommitOrder.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("connectors.x.two is ");
    assertRefused(
        () -> reader.policy("four", CommitOrder.class),
        "connectors.x.four is missing, allowed is a text");
    assertThat(reader.in("two").key("a")).isEqualTo("connectors.x.two.a");
  }

  @Test
  void secret_printed_showsNothingOfItsValue() {
    Secret secret = Secret.of("hunter2");
    assertThat(secret).hasToString("***").isEqualTo(Secret.of("hunter2"));
    assertThat(secret.hashCode()).isEqualTo(Secret.of("hunter2").hashCode());
    assertThat(secret).isNotEqualTo(Secret.of("hunter3"));
    assertThat(secret.reveal()).isEqualTo("hunter2");
  }

  @Test
  void rolling_defaultsAndChanges_areChecked() {
    RollingSettings rolling = RollingSettings.create(DEFAULTS.getConfig("rolling"));
    assertThat(rolling)
        .hasToString(
            "RollingSettings(maxBytes=134217728, maxElements=1000000, maxAge=PT5M, maxIdle=PT5S, maxOpen=100, maxHeld=100000)");
    assertThat(
            rolling
                .withMaxBytes(1)
                .withMaxElements(2)
                .withMaxAge(Duration.ofSeconds(3))
                .withMaxIdle(Duration.ofSeconds(4))
                .withMaxOpen(5)
                .withMaxHeld(6))
        .hasToString(
            "RollingSettings(maxBytes=1, maxElements=2, maxAge=PT3S, maxIdle=PT4S, maxOpen=5, maxHeld=6)");
    assertRefused(
        () -> rolling.withMaxBytes(0), "connectors.rolling.max-bytes is 0, allowed is at least 1");
    assertRefused(
        () -> rolling.withMaxElements(0),
        "connectors.rolling.max-elements is 0, allowed is at least 1");
    assertRefused(
        () -> rolling.withMaxAge(Duration.ZERO),
        "connectors.rolling.max-age is PT0S, allowed is longer than zero");
    assertRefused(
        () -> rolling.withMaxIdle(Duration.ZERO),
        "connectors.rolling.max-idle is PT0S, allowed is longer than zero");
    assertRefused(
        () -> rolling.withMaxOpen(0), "connectors.rolling.max-open is 0, allowed is at least 1");
    assertRefused(
        () -> rolling.withMaxHeld(0), "connectors.rolling.max-held is 0, allowed is at least 1");
  }
}
