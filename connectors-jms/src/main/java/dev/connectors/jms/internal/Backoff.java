package dev.connectors.jms.internal;

import dev.connectors.core.RetrySettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A series of failures, which ends with the first success. Not thread-safe. */
final class Backoff {
  private final RetrySettings settings;
  private int retries;
  private long firstFailureAt;

  Backoff(RetrySettings settings) {
    this.settings = settings;
  }

  void succeeded() {
    retries = 0;
  }

  /** The pause before the next try, or null if there is to be none. */
  @Nullable Duration failed(Throwable failure, long nowNanos) {
    if (retries == 0) {
      firstFailureAt = nowNanos;
    }
    if (!Failures.isTransient(failure)
        || !settings.retries(failure, retries, Duration.ofNanos(nowNanos - firstFailureAt))) {
      return null;
    }
    return settings.backoff(retries++);
  }
}
