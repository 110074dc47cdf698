package dev.connectors.testkit.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what happens on other threads and servers. */
public final class Waiting {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** A condition that may ask a server. */
  public interface Condition {
    boolean holds() throws Exception;
  }

  private Waiting() {}

  /** Waits until the condition holds, for a minute at most. */
  public static void until(String what, Condition condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - start > LIMIT_NANOS) {
        throw new AssertionError("not within a minute: " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Watches that the condition holds all the time. */
  public static void during(long millis, String what, Condition condition) throws Exception {
    long start = System.nanoTime();
    while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(millis)) {
      if (!condition.holds()) {
        throw new AssertionError("no longer: " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
