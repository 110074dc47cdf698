package dev.connectors.kafka.internal;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was polled and not yet emitted: filled by the consumer's thread, emptied by the stage,
 * bounded by marks that tell the consumer's thread when to pause and when to resume.
 */
final class ReadAhead<K, V> {
  private final int maxElements;
  private final long maxBytes;
  private final Runnable onAvailable;
  private final Runnable onLow;

  private final ArrayDeque<RecordBatch<K, V>> batches = new ArrayDeque<>();
  private int elements;
  private long bytes;
  private boolean full;
  private boolean wanted;

  /**
   * @param onAvailable called once when there is something after {@link #take} found nothing
   * @param onLow called once when what is held has fallen to half of a bound after it had reached
   *     it
   */
  ReadAhead(int maxElements, long maxBytes, Runnable onAvailable, Runnable onLow) {
    this.maxElements = maxElements;
    this.maxBytes = maxBytes;
    this.onAvailable = onAvailable;
    this.onLow = onLow;
  }

  void add(List<RecordBatch<K, V>> polled) {
    boolean notify;
    synchronized (this) {
      for (RecordBatch<K, V> batch : polled) {
        batches.add(batch);
        elements += batch.size;
        bytes += batch.bytes;
      }
      full |= elements >= maxElements || bytes >= maxBytes;
      notify = wanted;
      wanted = false;
    }
    if (notify) {
      onAvailable.run();
    }
  }

  /** The next batch; it counts as held until {@link #done}. */
  synchronized @Nullable RecordBatch<K, V> take() {
    RecordBatch<K, V> batch = batches.poll();
    wanted = batch == null;
    return batch;
  }

  void done(RecordBatch<K, V> batch) {
    boolean notify;
    synchronized (this) {
      notify = removed(batch);
    }
    if (notify) {
      onLow.run();
    }
  }

  /** Drops what is held of {@code lanes}. */
  void drop(Collection<PartitionLane> lanes) {
    boolean notify = false;
    synchronized (this) {
      for (var i = batches.iterator(); i.hasNext(); ) {
        RecordBatch<K, V> batch = i.next();
        if (lanes.contains(batch.lane)) {
          i.remove();
          notify |= removed(batch);
        }
      }
    }
    if (notify) {
      onLow.run();
    }
  }

  synchronized boolean isFull() {
    return full;
  }

  synchronized boolean isEmpty() {
    return batches.isEmpty();
  }

  private boolean removed(RecordBatch<K, V> batch) {
    elements -= batch.size;
    bytes -= batch.bytes;
    if (full && elements <= maxElements / 2 && bytes <= maxBytes / 2) {
      full = false;
      return true;
    }
    return false;
  }
}
