package dev.connectors.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.connectors.core.RetrySettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FailureSeriesTest {
  private static final Duration LITTLE = Duration.ofNanos(1);

  private final RetrySettings settings =
      RetrySettings.create(ConfigFactory.load().getConfig("connectors.retry"))
          .withMinBackoff(Duration.ofSeconds(1))
          .withMaxBackoff(Duration.ofSeconds(5))
          .withJitter(0)
          .withMaxAttempts(100)
          .withMaxDuration(Duration.ofMinutes(1));
  // Near the overflow, which System.nanoTime may be.
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

  private FailureSeries series(RetrySettings with) {
    return new FailureSeries(with, clock::get);
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  /** The source starts, emits or does not, and fails after a time. */
  private @Nullable Duration run(FailureSeries series, boolean emits, Duration up) {
    series.started();
    if (emits) {
      series.emitted();
    }
    pass(up);
    return series.failed(new IOException("connection lost"));
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void failed_againAndAgain_pausesAsTheSettingsSay() {
    FailureSeries series = series(settings);
    List<Duration> pauses =
        Stream.generate(() -> run(series, false, Duration.ZERO)).limit(5).toList();
    assertThat(pauses).containsExactly(seconds(1), seconds(2), seconds(4), seconds(5), seconds(5));
  }

  @Test
  void failed_attemptsUsedUp_ends() {
    FailureSeries series = series(settings.withMaxAttempts(2));
    assertThat(run(series, false, seconds(1))).isEqualTo(seconds(1));
    assertThat(run(series, false, seconds(1))).isEqualTo(seconds(2));
    assertThat(run(series, false, seconds(1))).isNull();
  }

  @Test
  void failed_longAfterTheStart_isTriedAgain() {
    assertThat(run(series(settings), false, Duration.ofDays(7))).isEqualTo(seconds(1));
  }

  @Test
  void failed_maxDurationAfterTheFirstFailure_ends() {
    FailureSeries series = series(settings);
    assertThat(run(series, false, seconds(30))).isNotNull();
    assertThat(run(series, false, Duration.ofMinutes(1).minus(LITTLE))).isNotNull();
    assertThat(run(series, false, LITTLE)).isNull();
  }

  @Test
  void failed_noMaxDuration_endsWithTheFirstFailure() {
    assertThat(run(series(settings.withMaxDuration(Duration.ZERO)), false, seconds(1))).isNull();
  }

  @Test
  void failed_refused_ends() {
    FailureSeries series = series(settings.withRetryOn(failure -> false));
    assertThat(run(series, true, seconds(60))).isNull();
  }

  @Test
  void failed_emittedAndUpForMaxBackoff_isTheFirstOfAnotherSeries() {
    FailureSeries series = series(settings.withMaxAttempts(2));
    run(series, false, LITTLE);
    assertThat(run(series, false, LITTLE)).isEqualTo(seconds(2));
    assertThat(run(series, true, seconds(5))).isEqualTo(seconds(1));
    assertThat(run(series, false, LITTLE)).isEqualTo(seconds(2));
    assertThat(run(series, false, LITTLE)).isNull();
  }

  @Test
  void failed_maxDurationAfterAnEarlierSeries_isTriedAgain() {
    FailureSeries series = series(settings);
    run(series, false, LITTLE);
    assertThat(run(series, true, seconds(59))).isEqualTo(seconds(1));
    assertThat(run(series, false, seconds(59))).isEqualTo(seconds(2));
    assertThat(run(series, false, seconds(1))).isNull();
  }

  @Test
  void failed_emittedButUpForLess_staysInItsSeries() {
    FailureSeries series = series(settings);
    run(series, true, LITTLE);
    assertThat(run(series, true, seconds(5).minus(LITTLE))).isEqualTo(seconds(2));
  }

  @Test
  void failed_nothingToEmitButUpForMaxDuration_isTheFirstOfAnotherSeries() {
    FailureSeries series = series(settings);
    run(series, false, LITTLE);
    assertThat(run(series, false, Duration.ofMinutes(1))).isEqualTo(seconds(1));
  }

  @Test
  void failed_emittedOnlyInAnEarlierRun_staysInItsSeries() {
    FailureSeries series = series(settings);
    run(series, true, seconds(1));
    assertThat(run(series, false, seconds(10))).isEqualTo(seconds(2));
  }
}
