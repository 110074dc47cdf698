package dev.connectors.core.internal;

import dev.connectors.core.RetrySettings;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The failures of a source that is started anew after each, counted and timed from the first one. A
 * source that emits and stays up for {@code max-backoff}, or stays up for {@code max-duration}
 * without emitting, ends the series: its failure is the first of another. Not thread-safe.
 */
final class FailureSeries {
  private final RetrySettings settings;
  private final LongSupplier clock;
  private int retries;
  private long firstFailureAt;
  private long startedAt;
  private boolean hasEmitted;

  /**
   * Starts without a failure.
   *
   * @param clock nanoseconds, as of {@link System#nanoTime}
   */
  FailureSeries(RetrySettings settings, LongSupplier clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** The source is being started. */
  void started() {
    startedAt = clock.getAsLong();
    hasEmitted = false;
  }

  /** The source has emitted an element. */
  void emitted() {
    hasEmitted = true;
  }

  /** The pause before the next start, or null if there is to be none. */
  @Nullable Duration failed(Throwable failure) {
    long now = clock.getAsLong();
    if (hasRecovered(now - startedAt)) {
      retries = 0;
    }
    if (retries == 0) {
      firstFailureAt = now;
    }
    return settings.retries(failure, retries, Duration.ofNanos(now - firstFailureAt))
        ? settings.backoff(retries++)
        : null;
  }

  private boolean hasRecovered(long up) {
    return (hasEmitted && up >= settings.maxBackoff().toNanos())
        || up >= settings.maxDuration().toNanos();
  }
}
