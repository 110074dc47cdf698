package dev.connectors.kafka.internal;

import dev.connectors.core.internal.Lane;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One assigned partition, from its assignment to its revocation. */
final class PartitionLane {
  final TopicPartition partition;

  /** Null for a plain source. */
  final @Nullable Lane lane;

  // The consumer's thread only.
  private long committed = Lane.NONE;
  private long counted;

  private volatile boolean sealed;

  PartitionLane(TopicPartition partition, @Nullable Lane lane) {
    this.partition = partition;
    this.lane = lane;
  }

  /** Emits no more from now on. */
  void seal() {
    sealed = true;
    if (lane != null) {
      lane.seal();
    }
  }

  boolean isSealed() {
    return sealed;
  }

  /**
   * The offset of the last record that is done with all before it, or {@link Lane#NONE} when that
   * is committed.
   */
  long uncommittedFrontier() {
    if (lane == null) {
      return Lane.NONE;
    }
    long frontier = lane.frontier();
    return frontier == committed ? Lane.NONE : frontier;
  }

  /** Takes note of a commit, and tells how many elements it was the first to cover. */
  long committed(long frontier) {
    committed = Math.max(committed, frontier);
    long before = counted;
    counted = lane == null ? 0 : lane.done();
    return counted - before;
  }
}
