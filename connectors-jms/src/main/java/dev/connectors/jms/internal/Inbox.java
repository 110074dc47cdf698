package dev.connectors.jms.internal;

import dev.connectors.core.internal.Lane;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What was received and not yet emitted: filled by the sessions' threads, emptied by the stage. */
final class Inbox {
  private final int maxElements;
  private final Runnable onAvailable;
  private final Runnable onTaken;

  private final ArrayDeque<MessageBatch> batches = new ArrayDeque<>();
  private int elements;
  private boolean wanted;

  /**
   * @param onAvailable called once when there is something after {@link #take} found nothing
   * @param onTaken called when the stage is through with a batch, or finds nothing
   */
  Inbox(int maxElements, Runnable onAvailable, Runnable onTaken) {
    this.maxElements = maxElements;
    this.onAvailable = onAvailable;
    this.onTaken = onTaken;
  }

  void add(MessageBatch batch) {
    boolean notify;
    synchronized (this) {
      batches.add(batch);
      elements += batch.size();
      notify = wanted;
      wanted = false;
    }
    if (notify) {
      onAvailable.run();
    }
  }

  /** The next batch; it counts as held until {@link #done}. */
  @Nullable MessageBatch take() {
    MessageBatch batch;
    synchronized (this) {
      batch = batches.poll();
      wanted = batch == null;
    }
    if (batch == null) {
      onTaken.run();
    }
    return batch;
  }

  void done(MessageBatch batch) {
    synchronized (this) {
      elements -= batch.size();
    }
    onTaken.run();
  }

  /** Drops what is held of {@code lane}. */
  synchronized void drop(Lane lane) {
    for (var i = batches.iterator(); i.hasNext(); ) {
      MessageBatch batch = i.next();
      if (batch.lane == lane) {
        i.remove();
        elements -= batch.size();
      }
    }
  }

  /** How many more may be received. */
  synchronized int room() {
    return maxElements - elements;
  }

  /** How many are held. */
  synchronized int elements() {
    return elements;
  }

  /** Whether all is emitted, and the stream waits for more. */
  synchronized boolean isWanted() {
    return wanted;
  }

  /** Whether the stage is through with all. */
  synchronized boolean isEmpty() {
    return elements == 0;
  }
}
