package dev.connectors.jms.internal;

import dev.connectors.core.Health;
import dev.connectors.core.Observer;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import dev.connectors.core.internal.Tracked;
import dev.connectors.jms.JmsAcknowledgement;
import dev.connectors.jms.JmsConsumerSettings;
import dev.connectors.jms.JmsSubscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All sessions of one source: what they share, and how they end. */
final class Receiver implements InFlight.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** What the stage is told, on whichever thread it happens. */
  interface Listener {
    /** There are messages to take, room to emit them, or an end to take note of. */
    void wake();
  }

  private enum Phase {
    RUNNING,
    /** Stopped by the control. */
    DRAINING,
    /** Receiving has failed for good. */
    FAILED,
    /** The stream was cancelled or has failed: what is in flight may never be settled. */
    CANCELLED
  }

  private final JmsConsumerSettings settings;
  private final JmsSubscription subscription;
  private final Listener listener;
  private final String name;
  private final @Nullable InFlight window;
  private final Inbox inbox;
  private final List<SessionLoop> sessions = new ArrayList<>();
  private final AtomicInteger alive = new AtomicInteger();
  private final CompletableFuture<Done> shutdown = new CompletableFuture<>();
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);
  private final long lookNanos;
  private final AtomicLong lookedAt;

  private volatile @Nullable Throwable failure;
  private volatile boolean streamEnded;
  private volatile boolean stageStopped;
  private volatile boolean restGivenUp;
  private volatile long progressAt = System.nanoTime();
  private volatile long elementsSeen;
  private volatile List<String> stuck = List.of();

  Receiver(
      JmsConsumerSettings settings,
      JmsSubscription subscription,
      boolean committable,
      Listener listener) {
    this.settings = settings;
    this.subscription = subscription;
    this.listener = listener;
    this.name = "jms-" + subscription;
    this.window = committable ? new InFlight(settings.inFlight(), this) : null;
    this.inbox = new Inbox(settings.bufferElements(), listener::wake, this::unpark);
    this.lookNanos =
        Math.min(LOOK.toNanos(), Math.max(1, settings.inFlight().stuckAfter().toNanos() / 2));
    this.lookedAt = new AtomicLong(System.nanoTime() - lookNanos);
    for (int i = 0; i < settings.sessions(); i++) {
      sessions.add(new SessionLoop(this, settings.sessions() == 1 ? name : name + "-" + i));
    }
  }

  void start() {
    alive.set(sessions.size());
    sessions.forEach(SessionLoop::start);
  }

  // ---- for the stage and the control

  String name() {
    return name;
  }

  @Nullable InFlight window() {
    return window;
  }

  Inbox inbox() {
    return inbox;
  }

  /** The stage has emitted what it could of {@code batch}. */
  void emitted(MessageBatch batch) {
    inbox.done(batch);
    if (batch.emitted() > 0) {
      observer().emitted(name, batch.emitted(), batch.emittedBytes());
    }
  }

  /** Whether the stage is to emit no more. */
  boolean isStopped() {
    return switch (Objects.requireNonNull(phase.get())) {
      case RUNNING, FAILED -> false;
      case CANCELLED -> true;
      case DRAINING -> failure == null && (!emitsTheRest() || isRestOver());
    };
  }

  /** Whether nothing of what was received before a stop will be emitted any more. */
  private boolean isRestOver() {
    return restGivenUp
        || hasEmittedAll()
        || (isTracking() && alive.get() == 0); // what is left is the broker's again
  }

  /** Whether nothing more is received, and all that was is emitted. */
  boolean hasEmittedAll() {
    return isQuiet() && inbox.isEmpty(); // in this order: what is quiet adds no more
  }

  /** Why the stream has to fail. */
  @Nullable Throwable failure() {
    return failure;
  }

  CompletionStage<Done> whenShutdown() {
    return shutdown;
  }

  void stop() {
    if (phase.compareAndSet(Phase.RUNNING, Phase.DRAINING)) {
      listener.wake();
      unpark();
      interruptAfter(settings.drainTimeout().plus(settings.closeTimeout()));
      if (!isTracking()) {
        CompletableFuture.delayedExecutor(settings.drainTimeout().toNanos(), TimeUnit.NANOSECONDS)
            .execute(this::giveUpTheRest);
      }
    }
  }

  /** A stream that doesn't pull doesn't hold up the end for longer than the drain may take. */
  private void giveUpTheRest() {
    if (!stageStopped) {
      LOG.warn(
          "{}: stopped, and the stream has not taken the last of what was received and"
              + " acknowledged, up to {} messages",
          name,
          inbox.elements());
      restGivenUp = true;
      listener.wake();
    }
  }

  /** The stream was cancelled or has failed; after a stop this is its ordinary end. */
  void cancel() {
    stageStopped = true;
    unpark();
    if (phase.compareAndSet(Phase.RUNNING, Phase.CANCELLED)
        || phase.compareAndSet(Phase.FAILED, Phase.CANCELLED)) {
      unpark();
      interruptAfter(settings.drainTimeout().plus(settings.closeTimeout()));
    }
  }

  /** The stream has come to its end: what is not settled now never will be. */
  void streamEnded() {
    streamEnded = true;
    unpark();
  }

  Health health() {
    if (shutdown.isDone()) {
      return new Health(Health.State.STOPPED, 0, 0, Duration.ZERO, -1, List.of());
    }
    return new Health(
        state(),
        window == null ? 0 : window.elements(),
        window == null ? 0 : window.bytes(),
        Duration.ofNanos(System.nanoTime() - progressAt),
        -1,
        stuck);
  }

  private Health.State state() {
    if (!isRunning()) {
      return Health.State.DRAINING;
    }
    return sessions.stream().allMatch(SessionLoop::isConnected)
        ? Health.State.RUNNING
        : Health.State.STARTING;
  }

  private boolean isQuiet() {
    return sessions.stream().allMatch(SessionLoop::isQuiet);
  }

  private void unpark() {
    for (SessionLoop session : sessions) {
      session.unpark();
    }
  }

  /** A client may block for as long as its broker does; nobody is to wait for it that long. */
  private void interruptAfter(Duration limit) {
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(
            () -> sessions.forEach(SessionLoop::interruptUnlessEnded),
            CompletableFuture.delayedExecutor(limit.toNanos(), TimeUnit.NANOSECONDS));
    var unused = shutdown.whenComplete((done, cause) -> late.cancel(false));
  }

  // ---- for the sessions

  JmsConsumerSettings settings() {
    return settings;
  }

  JmsSubscription subscription() {
    return subscription;
  }

  Observer observer() {
    return settings.observer();
  }

  boolean isTracking() {
    return window != null;
  }

  @Nullable Lane newLane(String laneName) {
    return window == null ? null : window.lane(laneName);
  }

  /** Whether the window would let one more be emitted. */
  boolean hasRoom() {
    return window == null
        || (window.elements() < settings.inFlight().maxElements()
            && window.bytes() < settings.inFlight().maxBytes());
  }

  boolean isRunning() {
    return phase.get() == Phase.RUNNING;
  }

  boolean hasFailed() {
    return phase.get() == Phase.FAILED;
  }

  boolean isCancelled() {
    return phase.get() == Phase.CANCELLED;
  }

  /** Whether nothing more will be emitted. */
  boolean isStageStopped() {
    return stageStopped;
  }

  boolean isStreamEnded() {
    return streamEnded;
  }

  /**
   * Whether what was received before a stop is still emitted: what is acknowledged already, and
   * what can't be confirmed without it.
   */
  boolean emitsTheRest() {
    return window == null || settings.acknowledgement() != JmsAcknowledgement.INDIVIDUAL;
  }

  void wake() {
    listener.wake();
  }

  void progressed() {
    progressAt = System.nanoTime();
  }

  /** Why it ends, if that is not wanted; for who has seen that it does. */
  synchronized @Nullable Throwable endCause() {
    return failure;
  }

  void fail(Throwable cause) {
    synchronized (this) { // who sees the phase sees the cause
      if (phase.compareAndSet(Phase.RUNNING, Phase.FAILED)) {
        failure = cause;
      }
    }
    listener.wake();
    unpark();
  }

  void ended() {
    if (alive.decrementAndGet() == 0) {
      shutdown.complete(Done.getInstance());
    }
    listener.wake();
  }

  /** About once a second, whichever session comes first. */
  void look(long now) {
    long last = lookedAt.get();
    InFlight inFlight = window;
    if (inFlight == null || now - last < lookNanos || !lookedAt.compareAndSet(last, now)) {
      return;
    }
    long elements = inFlight.elements();
    observer().inFlight(name, elements, inFlight.bytes());
    if (elements != elementsSeen) {
      elementsSeen = elements;
      progressAt = now;
    }
    for (Tracked element : inFlight.newlyStuck(now)) {
      LOG.warn("{}: {}", name, element.stuckFor(settings.inFlight().stuckAfter()));
    }
    stuck = inFlight.stuck().stream().map(Tracked::toString).toList();
  }

  // ---- what the window asks of its source

  @Override
  public void resume() {
    listener.wake();
  }

  @Override
  public CompletionStage<Done> commit() {
    if (sessions.size() == 1) {
      return sessions.get(0).ask();
    }
    CompletableFuture<?>[] all = new CompletableFuture<?>[sessions.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = sessions.get(i).ask().toCompletableFuture();
    }
    return CompletableFuture.allOf(all).thenApply(nothing -> Done.getInstance());
  }

  @Override
  public boolean commitsAsWhole() {
    return settings.acknowledgement() != JmsAcknowledgement.INDIVIDUAL;
  }

  @Override
  public CompletionStage<Done> rejected(Tracked element, Throwable cause) {
    observer().rejected(name, cause);
    for (SessionLoop session : sessions) {
      session.rejected(element);
    }
    return CompletableFuture.completedFuture(Done.getInstance());
  }
}
