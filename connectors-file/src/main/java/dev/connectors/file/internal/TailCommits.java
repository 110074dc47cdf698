package dev.connectors.file.internal;

import dev.connectors.core.CheckpointStore;
import dev.connectors.core.Observer;
import dev.connectors.file.TailSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/**
 * Saves the positions: any number of requests become one saving, one at a time, on a thread of its
 * own, since the tail reads on meanwhile. All but {@link #ask} is for the tail's thread.
 */
final class TailCommits {
  private final String checkpoint;
  private final String name;
  private final CheckpointStore store;
  private final Observer observer;
  private final long intervalNanos;
  private final int maxWaiting;
  private final ExecutorService saver;

  private @Nullable CompletableFuture<Done> asked; // guarded by this
  private int waiting; // guarded by this: how often it was asked for
  private boolean closed; // guarded by this

  // The tail's thread only.
  private Set<TailPosition> saved = Set.of();
  private boolean isSaved;
  private @Nullable Saving saving;
  private long begunAt;
  private long counted;

  /**
   * @param checkpoint the name in the store
   * @param name of the source
   */
  TailCommits(String checkpoint, String name, CheckpointStore store, TailSettings settings) {
    this(checkpoint, name, store, settings, task -> daemon(task, name + "-positions"));
  }

  /**
   * @param threads where the positions are saved
   */
  TailCommits(
      String checkpoint,
      String name,
      CheckpointStore store,
      TailSettings settings,
      ThreadFactory threads) {
    this.checkpoint = checkpoint;
    this.name = name;
    this.store = store;
    this.observer = settings.observer();
    this.intervalNanos = settings.commitInterval().toNanos();
    this.maxWaiting = settings.maxWaitingCommits();
    this.begunAt = System.nanoTime() - intervalNanos;
    this.saver = Executors.newSingleThreadExecutor(threads);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** The positions that were saved last; null if there are none. */
  @Nullable List<TailPosition> load() throws IOException {
    byte[] value = store.load(checkpoint).orElse(null);
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
    waiting++;
    return asked;
  }

  /** How long until there is something to be done; the end of a saving unparks the thread. */
  long pauseNanos(long now) {
    int count = waiting();
    if (saving != null || count == 0) {
      return Long.MAX_VALUE;
    }
    return count >= maxWaiting ? 0 : Math.max(0, intervalNanos - (now - begunAt));
  }

  private synchronized int waiting() {
    return waiting;
  }

  /** Begins a saving if that was asked for and is due. */
  void proceed(Tailing tailing, long now) throws IOException {
    if (isIdle() && pauseNanos(now) == 0) {
      begin(tailing);
    }
  }

  /** Begins a saving if something has changed, unless one is under way. */
  void save(Tailing tailing) throws IOException {
    if (isIdle()) {
      begin(tailing);
    }
  }

  /** Saves if something has changed, and waits for it. */
  void saveAndWait(Tailing tailing) throws IOException {
    var unused = await(); // what it has failed to save is part of what is saved now
    begin(tailing);
    check(await());
  }

  private boolean isIdle() throws IOException {
    if (saving != null && saving.outcome.isDone()) {
      check(await());
    }
    return saving == null;
  }

  private static void check(@Nullable Throwable failure) throws IOException {
    if (failure instanceof RuntimeException cause) {
      throw cause;
    } else if (failure != null) {
      throw failure instanceof IOException cause ? cause : new IOException(failure);
    }
  }

  private void begin(Tailing tailing) throws IOException {
    CompletableFuture<Done> request = takeAsked(); // before the positions are read
    try {
      List<TailPosition> positions = tailing.positions();
      Set<TailPosition> changed = new HashSet<>(positions);
      if (!isSaved || !changed.equals(saved)) {
        Saving next = new Saving(positions, changed, tailing.settled(), request);
        saver.execute(next);
        saving = next; // only now: what has not begun would be waited for in vain
        begunAt = next.begunAt;
        return;
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
    waiting = 0;
    return taken;
  }

  /** Takes note of how a saving ends; gives what it failed with if nobody had asked for it. */
  private @Nullable Throwable await() {
    Saving ended = saving;
    if (ended == null) {
      return null;
    }
    Throwable failure = ended.outcome.join().orElse(null);
    saving = null;
    if (failure != null) {
      return ended.request == null ? failure : null;
    }
    saved = ended.changed;
    isSaved = true;
    long lines = ended.settled - counted;
    if (lines > 0) {
      counted += lines;
      observer.committed(name, lines, Duration.ofNanos(ended.endedAt - ended.begunAt));
    }
    return null;
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
    saver.shutdown();
    if (request != null && failure == null) {
      request.complete(Done.getInstance());
    } else if (request != null) {
      request.completeExceptionally(failure);
    }
  }

  private final class Saving implements Runnable {
    private final List<TailPosition> positions;
    final Set<TailPosition> changed;
    final long settled;
    final @Nullable CompletableFuture<Done> request;
    final CompletableFuture<Optional<Throwable>> outcome = new CompletableFuture<>();
    final long begunAt = System.nanoTime();
    long endedAt; // once there is the outcome
    private final Thread tail = Thread.currentThread();

    /**
     * @param changed the positions as a set
     * @param settled how many lines are behind them
     * @param request who is told, or null
     */
    Saving(
        List<TailPosition> positions,
        Set<TailPosition> changed,
        long settled,
        @Nullable CompletableFuture<Done> request) {
      this.positions = positions;
      this.changed = changed;
      this.settled = settled;
      this.request = request;
    }

    @Override
    public void run() {
      Throwable failure = null;
      try {
        store.save(checkpoint, TailPosition.encode(positions));
      } catch (Throwable cause) { // an Error too, or the tail would wait for ever
        failure = cause;
      }
      endedAt = System.nanoTime();
      outcome.complete(Optional.ofNullable(failure));
      LockSupport.unpark(tail);
      if (request != null && failure == null) {
        request.complete(Done.getInstance());
      } else if (request != null) {
        request.completeExceptionally(failure);
      }
    }
  }
}
