package dev.connectors.file.internal;

import dev.connectors.core.Health;
import dev.connectors.core.Observer;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import dev.connectors.core.internal.Tracked;
import dev.connectors.file.TailSettings;
import dev.connectors.file.TailedFiles;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of a tail: looks at the files, reads ahead, saves positions, and ends in order. */
final class TailLoop implements Runnable, InFlight.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(TailLoop.class);
  private static final long DRAIN_PARK_NANOS = 5_000_000;

  /** What the stage is told, on whichever thread it happens. */
  interface Listener {
    /** There are lines to take, room to emit them, or an end to take note of. */
    void wake();
  }

  private enum Phase {
    RUNNING,
    /** Stopped by the control. */
    DRAINING,
    /** Reading has failed: the stream is still given what was read before. */
    FAILED,
    /** The stream was cancelled or has failed: what is in flight may never be settled. */
    CANCELLED
  }

  private final TailedFiles files;
  private final TailSettings settings;
  private final @Nullable TailCommits commits;
  private final Listener listener;
  private final Observer observer;
  private final String name;
  private final @Nullable InFlight window;
  private final TailInbox inbox;
  private final TailVitals vitals;
  private final CompletableFuture<Done> shutdown = new CompletableFuture<>();
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);

  // The tail's thread only.
  private @Nullable Tailing tailing;
  private boolean isOpen; // else not all positions are known, and what was saved has to stay
  private long lookedAt;

  private volatile @Nullable Thread thread;
  private volatile @Nullable Throwable failure;
  private volatile boolean rejected;
  private volatile boolean streamEnded;

  /**
   * @param commits null for a plain source
   */
  TailLoop(
      String name,
      TailedFiles files,
      TailSettings settings,
      @Nullable TailCommits commits,
      Listener listener) {
    this.name = name;
    this.files = files;
    this.settings = settings;
    this.commits = commits;
    this.listener = listener;
    this.observer = settings.observer();
    this.window = commits == null ? null : new InFlight(settings.inFlight(), this);
    this.inbox = new TailInbox(settings.bufferBytes(), listener::wake, this::unpark);
    this.vitals = new TailVitals(name, window, observer, settings.inFlight().stuckAfter());
  }

  /** Starts the thread; it is a daemon, so that a forgotten stream doesn't keep the JVM alive. */
  void start() {
    Thread started = new Thread(this, name);
    started.setDaemon(true);
    thread = started;
    started.start();
  }

  // ---- for the stage and the control

  String name() {
    return name;
  }

  @Nullable InFlight window() {
    return window;
  }

  TailInbox inbox() {
    return inbox;
  }

  /** The stage has emitted what it could of {@code batch}. */
  void emitted(TailBatch batch) {
    inbox.done(batch);
    if (batch.emitted() > 0) {
      observer.emitted(name, batch.emitted(), batch.emittedBytes());
    }
  }

  /** Whether the stage is to emit no more. */
  boolean isStopped() {
    return phase.get() != Phase.RUNNING && failure == null;
  }

  /** Why the stream has to fail, when all that was read before is emitted. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Whether the failure is a rejection, after which nothing more is to be emitted. */
  boolean isRejected() {
    return rejected;
  }

  CompletionStage<Done> whenShutdown() {
    return shutdown;
  }

  void stop() {
    if (phase.compareAndSet(Phase.RUNNING, Phase.DRAINING)) {
      listener.wake();
      unpark();
    }
  }

  /** The stream was cancelled or has failed; after a stop this is its ordinary end. */
  void cancel() {
    if (phase.compareAndSet(Phase.RUNNING, Phase.CANCELLED)
        || phase.compareAndSet(Phase.FAILED, Phase.CANCELLED)) {
      unpark();
    }
  }

  /** The stream has come to its end: what is not settled now never will be. */
  void streamEnded() {
    streamEnded = true;
    unpark();
  }

  Health health() {
    return vitals.health(phase.get() == Phase.RUNNING);
  }

  private void unpark() {
    LockSupport.unpark(thread);
  }

  // ---- the loop

  @Override
  public void run() {
    try {
      open();
      while (phase.get() == Phase.RUNNING) {
        turn();
      }
    } catch (Throwable cause) { // an Error too must reach the stream
      fail(cause);
    }
    try {
      drain();
    } catch (IOException | RuntimeException cause) {
      LOG.warn("{}: draining ended early, what is not saved will be read again", name, cause);
    } finally {
      close();
    }
  }

  private void open() throws IOException {
    Tailing opened = new Tailing(files, settings, window);
    tailing = opened;
    lookedAt = System.nanoTime();
    List<TailPosition> saved = commits == null ? null : commits.load();
    if (saved == null) {
      opened.begin(lookedAt);
    } else {
      opened.resume(saved, lookedAt);
    }
    isOpen = true;
    saveAndWait(); // or a crash before the first commit would begin elsewhere
    vitals.started();
  }

  private void turn() throws IOException {
    Tailing open = Objects.requireNonNull(tailing);
    long now = System.nanoTime();
    if (now - lookedAt >= settings.pollInterval().toNanos()) {
      lookedAt = now;
      open.look(now);
      save(); // also what has come, gone and moved
    }
    saveIfAsked(now);
    vitals.look(now);
    if (!inbox.hasRoom() || !readOn(open, now)) {
      park(now);
    }
  }

  private boolean readOn(Tailing open, long now) throws IOException {
    TailBatch batch = open.read(now);
    if (batch == null) {
      return false;
    }
    if (batch.size() > 0) {
      inbox.add(batch);
      vitals.progressed(now);
    }
    IOException failed = batch.failure();
    if (failed != null) {
      throw failed;
    }
    return true;
  }

  private void saveIfAsked(long now) throws IOException {
    Tailing open = tailing;
    if (commits != null && open != null) {
      commits.proceed(open, now);
    }
  }

  private void save() throws IOException {
    Tailing open = tailing;
    if (commits != null && open != null) {
      commits.save(open);
    }
  }

  private void saveAndWait() throws IOException {
    Tailing open = tailing;
    if (commits != null && open != null) {
      commits.saveAndWait(open);
    }
  }

  private void park(long now) {
    long pause = settings.pollInterval().toNanos() - (now - lookedAt);
    if (commits != null) {
      pause = Math.min(pause, commits.pauseNanos(now));
    }
    if (pause > 0 && phase.get() == Phase.RUNNING) {
      LockSupport.parkNanos(this, pause);
    }
  }

  private void fail(Throwable cause) {
    failure = cause;
    phase.compareAndSet(Phase.RUNNING, Phase.FAILED);
    listener.wake();
  }

  // ---- the end

  /** Waits for what is in flight, and saves meanwhile. */
  private void drain() throws IOException {
    InFlight inFlight = window;
    if (inFlight == null) {
      return;
    }
    if (failure == null) {
      sealAll();
    }
    long start = System.nanoTime();
    long progress = start;
    long before = inFlight.elements();
    while (!streamEnded && (inFlight.elements() > 0 || phase.get() == Phase.FAILED)) {
      long now = System.nanoTime();
      if (inFlight.elements() != before) {
        before = inFlight.elements();
        progress = now;
      }
      if (now - start > settings.drainTimeout().toNanos()
          || (phase.get() == Phase.CANCELLED
              && now - progress > settings.cancelGrace().toNanos())) {
        return;
      }
      saveIfAsked(now);
      vitals.look(now);
      LockSupport.parkNanos(this, DRAIN_PARK_NANOS);
    }
  }

  private void sealAll() {
    if (tailing != null) {
      tailing.lanes().forEach(Lane::seal);
    }
  }

  private void close() {
    sealAll();
    Throwable failed = null;
    try {
      if (isOpen) {
        saveAndWait();
      }
    } catch (IOException | RuntimeException | Error cause) { // there may be no threads any more
      failed = cause;
      LOG.warn("{}: saving failed, what is not saved will be read again", name, cause);
    }
    if (commits != null) {
      commits.close(failed);
    }
    try {
      if (tailing != null) {
        tailing.lanes().forEach(Lane::revoke);
        tailing.close();
      }
    } catch (IOException cause) {
      LOG.warn("{}: closing a file failed", name, cause);
    } finally {
      vitals.closed();
      shutdown.complete(Done.getInstance());
    }
  }

  // ---- what the window asks of its source

  @Override
  public void resume() {
    listener.wake();
  }

  @Override
  public CompletionStage<Done> commit() {
    CompletionStage<Done> asked = Objects.requireNonNull(commits).ask();
    unpark();
    return asked;
  }

  @Override
  public CompletionStage<Done> rejected(Tracked element, Throwable cause) {
    observer.rejected(name, cause);
    rejected = true;
    failure = cause;
    phase.compareAndSet(Phase.RUNNING, Phase.CANCELLED);
    listener.wake();
    unpark();
    return CompletableFuture.completedFuture(Done.getInstance());
  }
}
