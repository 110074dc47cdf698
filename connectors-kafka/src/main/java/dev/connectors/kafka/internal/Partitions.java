package dev.connectors.kafka.internal;

import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that the consumer has now, and how they are taken over and handed over. For the
 * consumer's thread.
 */
final class Partitions {
  private static final Duration SLICE = Duration.ofMillis(20);

  private final @Nullable InFlight window;
  private final ReadAhead<?, ?> readAhead;
  private final Map<TopicPartition, PartitionLane> lanes = new HashMap<>();

  /**
   * @param window null for a plain source
   */
  Partitions(@Nullable InFlight window, ReadAhead<?, ?> readAhead) {
    this.window = window;
    this.readAhead = readAhead;
  }

  Collection<PartitionLane> all() {
    return lanes.values();
  }

  @Nullable PartitionLane get(TopicPartition partition) {
    return lanes.get(partition);
  }

  void assigned(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      Lane lane = window == null ? null : window.lane(partition.toString());
      lanes.put(partition, new PartitionLane(partition, lane));
    }
  }

  /** Emits no more of {@code partitions}, and drops what was read of them and not emitted. */
  List<PartitionLane> seal(Collection<TopicPartition> partitions) {
    List<PartitionLane> leaving = new ArrayList<>(partitions.size());
    for (TopicPartition partition : partitions) {
      PartitionLane lane = lanes.get(partition);
      if (lane != null) {
        lane.seal();
        leaving.add(lane);
      }
    }
    readAhead.drop(leaving);
    return leaving;
  }

  /** Emits no more of any partition; what was read of them is left to the stage. */
  void sealAll() {
    lanes.values().forEach(PartitionLane::seal);
  }

  /**
   * Waits until nothing of {@code leaving} is in flight.
   *
   * @param whileWaiting run every now and then
   * @return false when {@code limit} was over first, or when {@code settlesNoMore}
   */
  boolean awaitSettled(
      Collection<PartitionLane> leaving,
      Duration limit,
      BooleanSupplier settlesNoMore,
      Runnable whileWaiting) {
    InFlight inFlight = window;
    if (inFlight == null) {
      return true;
    }
    List<Lane> tracked = new ArrayList<>(leaving.size());
    for (PartitionLane lane : leaving) {
      if (lane.lane != null) {
        tracked.add(lane.lane);
      }
    }
    long start = System.nanoTime();
    while (true) {
      Duration left =
          settlesNoMore.getAsBoolean()
              ? Duration.ZERO
              : limit.minusNanos(System.nanoTime() - start);
      boolean last = left.compareTo(SLICE) <= 0;
      if (inFlight.awaitSettled(tracked, last ? left : SLICE, whileWaiting)) {
        return true;
      }
      if (last) {
        return false;
      }
    }
  }

  /** What is settled of them from now on has no effect. */
  void forget(Collection<PartitionLane> leaving) {
    for (PartitionLane lane : leaving) {
      lanes.remove(lane.partition);
      if (lane.lane != null) {
        lane.lane.revoke();
      }
    }
  }

  void forgetAll() {
    forget(new ArrayList<>(lanes.values()));
  }
}
