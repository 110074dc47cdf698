package dev.connectors.file.internal;

import dev.connectors.core.CheckpointStore;
import dev.connectors.core.Observer;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/**
 * Saves the positions: any number of requests become one saving. All but {@link #ask} is for the
 * tail's thread.
 */
final class TailCommits {
  private final String name;
  private final CheckpointStore store;
  private final Observer observer;
  private final long intervalNanos;

  private @Nullable CompletableFuture<Done> asked; // guarded by this
  private boolean closed; // guarded by this

  // The tail's thread only.
  private Set<TailPosition> saved = Set.of();
  private boolean isSaved;
  private long savedAt;
  private long counted;

  TailCommits(String name, CheckpointStore store, Observer observer, Duration interval) {
    this.name = name;
    this.store = store;
    this.observer = observer;
    this.intervalNanos = interval.toNanos();
    this.savedAt = System.nanoTime() - intervalNanos;
  }

  /** The positions that were saved last; null if there are none. */
  @Nullable List<TailPosition> load() throws IOException {
    byte[] value = store.load(name).orElse(null);
    if (value == null) {
      return null;
    }
    List<TailPosition> positions = TailPosition.decode(value);
    saved = new HashSet<>(positions);
    isSaved = true;
    return positions;
  }

  /** Asks for what is settled by now. After the end there is nothing left to save. */
  synchronized CompletionStage<Done> ask() {
    if (closed) {
      return CompletableFuture.completedFuture(Done.getInstance());
    }
    if (asked == null) {
      asked = new CompletableFuture<>();
    }
    return asked;
  }

  synchronized boolean isAsked() {
    return asked != null;
  }

  /** How long until what is asked for may be saved. */
  long pauseNanos(long now) {
    return Math.max(0, intervalNanos - (now - savedAt));
  }

  /** Saves, unless nothing has changed, and tells who asked. */
  void save(Tailing tailing) throws IOException {
    CompletableFuture<Done> request = takeAsked(); // before the positions are read
    long start = System.nanoTime();
    try {
      Collection<TailPosition> now = tailing.positions();
      Set<TailPosition> changed = new HashSet<>(now);
      if (!isSaved || !changed.equals(saved)) {
        store.save(name, TailPosition.encode(now));
        saved = changed;
        isSaved = true;
        savedAt = System.nanoTime();
        long lines = tailing.settled() - counted;
        if (lines > 0) {
          observer.committed(name, lines, Duration.ofNanos(savedAt - start));
          counted += lines;
        }
      }
    } catch (IOException | RuntimeException failure) {
      if (request == null) {
        throw failure;
      }
      request.completeExceptionally(failure);
      return;
    }
    if (request != null) {
      request.complete(Done.getInstance());
    }
  }

  private synchronized @Nullable CompletableFuture<Done> takeAsked() {
    CompletableFuture<Done> taken = asked;
    asked = null;
    return taken;
  }

  /**
   * From now on there is nothing to save.
   *
   * @param failure why the last saving failed, or null
   */
  void close(@Nullable Throwable failure) {
    CompletableFuture<Done> request;
    synchronized (this) {
      closed = true;
      request = asked;
      asked = null;
    }
    if (request != null && failure == null) {
      request.complete(Done.getInstance());
    } else if (request != null) {
      request.completeExceptionally(failure);
    }
  }
}
