package dev.connectors.file.internal;

import dev.connectors.file.FileChange;
import java.util.ArrayDeque;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Changes on their way into the stream: filled by the watching thread, emptied by the stage. */
final class ChangeQueue {
  private final int maxElements;
  private final Runnable onAvailable;
  private final ArrayDeque<FileChange> changes = new ArrayDeque<>();
  private boolean wanted;
  private boolean released;

  /**
   * @param onAvailable called once when there is something after {@link #take} found nothing
   */
  ChangeQueue(int maxElements, Runnable onAvailable) {
    this.maxElements = maxElements;
    this.onAvailable = onAvailable;
  }

  void add(Collection<FileChange> more) {
    boolean notify;
    synchronized (this) {
      changes.addAll(more);
      notify = wanted && !changes.isEmpty();
      wanted &= !notify;
    }
    if (notify) {
      onAvailable.run();
    }
  }

  synchronized @Nullable FileChange take() {
    FileChange change = changes.poll();
    wanted = change == null;
    if (changes.size() == maxElements - 1) {
      notifyAll();
    }
    return change;
  }

  synchronized boolean isEmpty() {
    return changes.isEmpty();
  }

  /** Blocks until there is room, or {@link #release}. */
  synchronized void awaitRoom() throws InterruptedException {
    while (changes.size() >= maxElements && !released) {
      wait();
    }
  }

  /** Nobody takes anything more. */
  synchronized void release() {
    released = true;
    notifyAll();
  }
}
