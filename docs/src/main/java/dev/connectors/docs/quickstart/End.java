package dev.connectors.docs.quickstart;

import dev.connectors.core.Health;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Judges by a pipeline's progress whether it has reached the end that its topic had at the start.
 */
final class End {
  private static final long ASK_EVERY = Duration.ofMillis(500).toNanos();
  private static final long IDLE_FOR = Duration.ofSeconds(5).toNanos();

  private final long toRead;
  private final LongSupplier clock;
  private long askedAt;
  private long progressAt;
  private long countSeen = -1;

  /**
   * @param toRead how many records there are at most up to the end
   */
  End(long toRead) {
    this(toRead, System::nanoTime);
  }

  End(long toRead, LongSupplier clock) {
    this.toRead = toRead;
    this.clock = clock;
    this.askedAt = clock.getAsLong();
    this.progressAt = askedAt;
  }

  /** Whether it is worth asking the broker if all is committed. */
  boolean isDue(Health health, long count) {
    long now = clock.getAsLong();
    if (count != countSeen || health.elementsInFlight() > 0 || health.lag() != 0) {
      countSeen = count;
      progressAt = now;
    }
    // A topic that others write to has a lag for ever; one with gaps has fewer records than
    // offsets.
    if ((health.lag() != 0 && count < toRead) || now - askedAt < ASK_EVERY) {
      return false;
    }
    askedAt = now;
    return true;
  }

  /**
   * Whether there has been nothing left to do for some seconds: the end of the topic may be the
   * mark of a transaction, which is no record and so never committed.
   */
  boolean isIdle() {
    return clock.getAsLong() - progressAt > IDLE_FOR;
  }
}
