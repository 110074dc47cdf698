package dev.connectors.file.internal;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What was read and not yet emitted: filled by the tail's thread, emptied by the stage. */
final class TailInbox {
  private final long maxBytes;
  private final Runnable onAvailable;
  private final Runnable onRoom;

  private final ArrayDeque<TailBatch> batches = new ArrayDeque<>();
  private long bytes;
  private boolean wanted;
  private boolean full;

  /**
   * @param onAvailable called once when there is something after {@link #take} found nothing
   * @param onRoom called once when there is room after {@link #hasRoom} found none
   */
  TailInbox(long maxBytes, Runnable onAvailable, Runnable onRoom) {
    this.maxBytes = maxBytes;
    this.onAvailable = onAvailable;
    this.onRoom = onRoom;
  }

  void add(TailBatch batch) {
    boolean notify;
    synchronized (this) {
      batches.add(batch);
      bytes += batch.bytes();
      notify = wanted;
      wanted = false;
    }
    if (notify) {
      onAvailable.run();
    }
  }

  /** The next batch; it counts as held until {@link #done}. */
  synchronized @Nullable TailBatch take() {
    TailBatch batch = batches.poll();
    wanted = batch == null;
    return batch;
  }

  void done(TailBatch batch) {
    boolean notify;
    synchronized (this) {
      bytes -= batch.bytes();
      notify = full && bytes <= maxBytes / 2;
      full &= !notify;
    }
    if (notify) {
      onRoom.run();
    }
  }

  synchronized boolean hasRoom() {
    full |= bytes >= maxBytes;
    return !full;
  }

  /** Whether the stage is through with all. */
  synchronized boolean isEmpty() {
    return bytes == 0;
  }
}
