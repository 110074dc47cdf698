package dev.connectors.core.internal;

import dev.connectors.core.RollingSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which files or objects are open, one for each partition, and when each has to be completed. Does
 * no IO and has no clock: times are nanoseconds of any origin. Not thread-safe.
 *
 * @param <F> what is open
 */
public final class OpenRolls<F> {
  /** The deadline when nothing is open. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  /** Far beyond any process, and far from an overflow. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /** One that is open. */
  public static final class Roll<F> {
    private final String partition;
    private final F file;
    private final long begunAt;
    private long writtenAt;
    private long elements;

    private Roll(String partition, F file, long now) {
      this.partition = partition;
      this.file = file;
      this.begunAt = now;
      this.writtenAt = now;
    }

    public String partition() {
      return partition;
    }

    public F file() {
      return file;
    }

    /** How many were written to it. */
    public long elements() {
      return elements;
    }
  }

  private final RollingSettings settings;
  private final long maxAge;
  private final long maxIdle;

  /** In the order in which they were last written to. */
  private final Map<String, Roll<F>> byPartition = new LinkedHashMap<>(16, 0.75f, true);

  /** In the order in which they were begun. */
  private final Set<Roll<F>> begun = new LinkedHashSet<>();

  public OpenRolls(RollingSettings settings) {
    this.settings = settings;
    this.maxAge = nanos(settings.maxAge());
    this.maxIdle = nanos(settings.maxIdle());
  }

  private static long nanos(Duration duration) {
    return (duration.compareTo(LONGEST) > 0 ? LONGEST : duration).toNanos();
  }

  /** The one of this partition, to be written to now; or null. */
  public @Nullable Roll<F> of(String partition) {
    return byPartition.get(partition);
  }

  /** The one to be completed before one more is begun; null if there is room. */
  public @Nullable Roll<F> toMakeRoom() {
    return byPartition.size() < settings.maxOpen() ? null : byPartition.values().iterator().next();
  }

  /** One is begun, for a partition that has none. */
  public Roll<F> begin(String partition, F file, long now) {
    Roll<F> roll = new Roll<>(partition, file, now);
    if (byPartition.put(partition, roll) != null) {
      throw new IllegalStateException("one is open already");
    }
    begun.add(roll);
    return roll;
  }

  /**
   * An element was written to what {@link #of} or {@link #begin} gave last.
   *
   * @param bytes that it has now
   * @return whether it is full
   */
  public boolean wrote(Roll<F> roll, long bytes, long now) {
    roll.elements++;
    roll.writtenAt = now;
    return roll.elements >= settings.maxElements() || bytes >= settings.maxBytes();
  }

  /** One whose time is over; or null. */
  public @Nullable Roll<F> due(long now) {
    Roll<F> oldest = first();
    if (oldest == null) {
      return null;
    }
    if (now - oldest.begunAt >= maxAge) {
      return oldest;
    }
    Roll<F> idlest = byPartition.values().iterator().next();
    return now - idlest.writtenAt >= maxIdle ? idlest : null;
  }

  /** When {@link #due} has to be asked again. */
  public long deadline() {
    Roll<F> oldest = first();
    if (oldest == null) {
      return NO_DEADLINE;
    }
    Roll<F> idlest = byPartition.values().iterator().next();
    return Math.min(oldest.begunAt + maxAge, idlest.writtenAt + maxIdle);
  }

  /** The one that was begun first; or null. */
  public @Nullable Roll<F> first() {
    return begun.isEmpty() ? null : begun.iterator().next();
  }

  /** It is no longer open. */
  public void remove(Roll<F> roll) {
    byPartition.remove(roll.partition);
    begun.remove(roll);
  }

  /** All that are open, in the order in which they were begun. */
  public List<Roll<F>> all() {
    return List.copyOf(begun);
  }
}
