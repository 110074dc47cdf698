package dev.connectors.jms.internal;

import dev.connectors.core.RetrySettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A series of failures, which ends with the first success: something was received or confirmed, or
 * a connection lasted for longer than the longest pause. Not thread-safe.
 */
final class Backoff {
  private final RetrySettings settings;
  private int retries;
  private long firstFailureAt;
  private boolean connected;
  private long connectedAt;

  Backoff(RetrySettings settings) {
    this.settings = settings;
  }

  void succeeded() {
    retries = 0;
  }

  /** A connection was made. That alone is no success: the next call may fail again. */
  void connected(long nowNanos) {
    connected = true;
    connectedAt = nowNanos;
  }

  /** The pause before the next try, or null if there is to be none. */
  @Nullable Duration failed(Throwable failure, long nowNanos) {
    if (connected && nowNanos - connectedAt >= settings.maxBackoff().toNanos()) {
      succeeded();
    }
    connected = false;
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
