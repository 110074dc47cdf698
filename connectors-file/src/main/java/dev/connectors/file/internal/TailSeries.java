package dev.connectors.file.internal;

import dev.connectors.core.internal.Lane;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The files that have a name one after the other: one lane, in which their lines are numbered. So a
 * line of the successor also settles, in order, what the stream has dropped at the end of a rotated
 * file.
 */
final class TailSeries {
  /** Null for a plain source. */
  final @Nullable Lane lane;

  private final Deque<TailBatch> open = new ArrayDeque<>();
  private long next;
  private long done;

  /**
   * @param lane null for a plain source
   */
  TailSeries(@Nullable Lane lane) {
    this.lane = lane;
  }

  TailBatch newBatch(TailContent content) {
    return new TailBatch(content, lane, next);
  }

  /** The batch is about to be handed over. */
  void add(TailBatch batch) {
    next += batch.size();
    if (lane != null) {
      open.add(batch);
      batch.content.opened();
    }
  }

  /** Tells the files how far they are done; returns how many lines more that are. */
  long settle() {
    if (lane == null || open.isEmpty()) {
      return 0;
    }
    long frontier = lane.frontier();
    for (TailBatch batch = open.peek();
        batch != null && batch.first <= frontier;
        batch = open.peek()) {
      if (batch.last() > frontier) {
        batch.content.done(batch.end(frontier));
        break;
      }
      open.remove();
      batch.content.closed(batch.end(batch.last()));
    }
    long lines = Math.max(0, frontier + 1 - done);
    done += lines;
    return lines;
  }

  /** Whether all was done at the last {@link #settle}. */
  boolean isSettled() {
    return open.isEmpty();
  }
}
