package dev.connectors.pubsub.internal;

import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.Health;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import dev.connectors.core.internal.Tracked;
import dev.connectors.pubsub.SubscriberSettings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a source does between its link and its stage, and how it ends. */
final class Receiver implements InFlight.Owner, Link.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);
  private static final long END_POLL_MILLIS = 10;
  private static final long GIVE_BACK_MILLIS = 50;
  private static final long LAST_ANSWERS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private enum Phase {
    STARTING,
    RUNNING,
    /** Stopped by the control. */
    DRAINING,
    /** The stream was cancelled or has failed: what is in flight may never be settled. */
    CANCELLED,
    /** What was in flight is given back; the link comes to its end. */
    CLOSING,
    CLOSED
  }

  private final SubscriberSettings settings;
  private final Link.Factory links;
  private final Runnable wake;
  private final String name;
  private final InFlight window;
  private final Lane lane;
  private final Inbox inbox;
  private final Ledger ledger;
  private final Transport transport;
  private final ScheduledExecutorService executor;
  private final Acknowledger acks;
  private final Watch watch;
  private final CompletableFuture<Done> shutdown = new CompletableFuture<>();

  private Phase phase = Phase.STARTING; // under the lock, as is the link
  private @Nullable Link link;
  private boolean linkEnded;
  private long linkEndedAt;
  private long endingSince;
  private volatile @Nullable Throwable failure;
  private volatile boolean streamEnded;

  /**
   * @param wake called when there are messages to take, room to emit them, or an end to take note
   *     of
   */
  Receiver(SubscriberSettings settings, Link.Factory links, Runnable wake) {
    this.settings = settings;
    this.links = links;
    this.wake = wake;
    this.name = "pubsub-" + settings.subscription().getSubscription();
    this.window = new InFlight(settings.inFlight(), this);
    this.lane = window.lane(settings.subscription().getSubscription());
    this.inbox = new Inbox(settings.inFlight().maxElements(), wake);
    this.ledger = new Ledger(lane);
    this.transport =
        new Transport(
            name,
            new ClientSettings(
                settings.emulatorHost(), settings.threads(), settings.shutdownTimeout()));
    this.executor = transport.executor();
    this.acks = new Acknowledger(name, settings, ledger, this::replied, executor);
    this.watch = new Watch(name, settings, window, ledger);
  }

  void start() {
    executor.execute(this::connect);
    long interval = watch.intervalNanos();
    var unused =
        executor.scheduleWithFixedDelay(watch::look, interval, interval, TimeUnit.NANOSECONDS);
  }

  private void connect() {
    try {
      Link made = links.create(settings, transport);
      synchronized (this) {
        link = made;
      }
      made.start(this);
      synchronized (this) {
        if (phase == Phase.STARTING || phase == Phase.RUNNING) {
          return;
        }
      }
      made.stop(); // ended meanwhile
    } catch (Exception | LinkageError cause) {
      failed(cause);
    }
  }

  // ---- for the stage

  String name() {
    return name;
  }

  /** The next delivery to emit, or null: then {@code wake} is called when there may be one. */
  @Nullable Delivery next() {
    if (!window.hasCapacity()) {
      return null;
    }
    long now = System.nanoTime();
    Delivery delivery = poll(now);
    if (delivery == null) {
      if (ledger.size() > window.elements()) {
        acks.request(); // the client has to get rid of these before it takes more
      }
      Link current = current();
      if (current != null) {
        current.wanted();
      }
      return null;
    }
    if (!ledger.enter(delivery)) {
      if (!inbox.putBack(delivery)) {
        giveBackSoon(List.of(delivery));
      }
      return null; // the lane is full, and the window wakes us; or this is the end
    }
    watch.progressed(now);
    return delivery;
  }

  /** The next one whose lease has not run out, after which the server has delivered it again. */
  private @Nullable Delivery poll(long now) {
    long maxLease = settings.maxLease().toNanos();
    boolean expired = false;
    Delivery next = inbox.poll();
    while (next != null && now - next.receivedAt() >= maxLease) {
      next.reply().nack(); // so that the client forgets it, too
      expired = true;
      next = inbox.poll();
    }
    if (expired) {
      replied();
    }
    return next;
  }

  /** Why the stream has to fail. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Whether the stage is to emit no more. */
  synchronized boolean isStopped() {
    return isEnding();
  }

  /** The stream was cancelled or has failed; after a stop this is its ordinary end. */
  void cancel() {
    end(Phase.CANCELLED);
  }

  // ---- for the control

  void stop() {
    end(Phase.DRAINING);
  }

  /** The stream has come to its end: what is not settled now never will be. */
  void streamEnded() {
    streamEnded = true;
  }

  CompletionStage<Done> whenShutdown() {
    return shutdown;
  }

  Health health() {
    Phase now;
    synchronized (this) {
      now = phase;
    }
    return watch.health(
        switch (now) {
          case STARTING -> Health.State.STARTING;
          case RUNNING -> Health.State.RUNNING;
          case DRAINING, CANCELLED, CLOSING -> Health.State.DRAINING;
          case CLOSED -> Health.State.STOPPED;
        });
  }

  // ---- the end

  private void end(Phase how) {
    Link current;
    synchronized (this) {
      if (isEnding()) {
        return;
      }
      phase = how;
      endingSince = System.nanoTime();
      watch.progressed(endingSince);
      current = link;
    }
    lane.seal();
    if (current != null) {
      current.stop();
    }
    giveBackSoon(inbox.close());
    wake.run();
    var unused =
        executor.scheduleWithFixedDelay(
            this::tryToClose, 0, END_POLL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** When the link's stream is closed: what is given back before that comes over it again. */
  private void giveBackSoon(List<Delivery> rest) {
    var unused =
        executor.schedule(
            () -> {
              rest.forEach(delivery -> delivery.reply().nack());
              replied();
            },
            GIVE_BACK_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  private boolean isEnding() {
    return phase != Phase.STARTING && phase != Phase.RUNNING;
  }

  private void tryToClose() {
    boolean settled = lane.isSettled(); // before the flush, which then replies to all of it
    acks.flush();
    long now = System.nanoTime();
    watch.noteProgress(now);
    synchronized (this) {
      if ((phase != Phase.DRAINING && phase != Phase.CANCELLED) || !mayClose(now, settled)) {
        return;
      }
      phase = Phase.CLOSING;
    }
    lane.revoke();
    acks.flush(); // what was settled until then
    for (Delivery rest : ledger.clear()) {
      rest.reply().nack();
    }
    replied();
    boolean ended;
    synchronized (this) {
      ended = linkEnded || link == null;
    }
    if (ended) {
      close();
    } else {
      var unused =
          executor.schedule(
              this::closeAnyway, settings.shutdownTimeout().toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private boolean mayClose(long now, boolean settled) {
    if (now - endingSince > settings.drainTimeout().toNanos()) {
      return true;
    }
    if (!acks.isIdle()) { // the last answers may come just after the end of the link
      return linkEnded && now - linkEndedAt > LAST_ANSWERS_NANOS;
    }
    return linkEnded
        || settled
        || (phase == Phase.DRAINING && streamEnded)
        || (phase == Phase.CANCELLED
            && now - watch.progressAt() > settings.cancelGrace().toNanos());
  }

  private void closeAnyway() {
    LOG.warn("{}: the client has not closed within {}", name, settings.shutdownTimeout());
    close();
  }

  private void close() {
    synchronized (this) {
      if (phase == Phase.CLOSED) {
        return;
      }
      phase = Phase.CLOSED;
    }
    acks.close();
    Link current = current();
    if (current != null) {
      current.close();
    }
    transport.close();
    watch.reportEmitted();
    shutdown.complete(Done.getInstance());
  }

  // ---- what the link tells

  @Override
  public void running() {
    synchronized (this) {
      if (phase == Phase.STARTING) {
        phase = Phase.RUNNING;
      }
    }
    wake.run();
  }

  @Override
  public void received(PubsubMessage message, int attempt, Link.Reply reply) {
    Delivery delivery =
        new Delivery(settings.subscription(), message, attempt, reply, System.nanoTime());
    Delivery surplus = inbox.add(delivery);
    if (surplus == delivery && !isClosing()) {
      giveBackSoon(List.of(delivery));
    } else if (surplus != null) { // at the end at once: a thread of the client may wait for room
      surplus.reply().nack();
      replied();
    }
  }

  private synchronized boolean isClosing() {
    return phase == Phase.CLOSING || phase == Phase.CLOSED;
  }

  @Override
  public void failed(Throwable cause) {
    if (!ended()) {
      failure = cause;
      wake.run();
    }
  }

  @Override
  public void terminated() {
    ended();
  }

  /** Returns whether this is the end that was wanted. */
  private boolean ended() {
    boolean wanted;
    boolean last;
    synchronized (this) {
      linkEnded = true;
      linkEndedAt = System.nanoTime();
      wanted = isEnding();
      last = phase == Phase.CLOSING;
    }
    if (last) {
      close();
    }
    return wanted;
  }

  private synchronized @Nullable Link current() {
    return link;
  }

  private void replied() {
    Link current = current();
    if (current != null) {
      current.replied();
    }
  }

  // ---- what the window asks of its source

  @Override
  public void resume() {
    wake.run();
  }

  @Override
  public CompletionStage<Done> commit() {
    return acks.commit();
  }

  @Override
  public CompletionStage<Done> rejected(Tracked element, Throwable cause) {
    settings.observer().rejected(name, cause);
    acks.request();
    return CompletableFuture.completedFuture(Done.getInstance());
  }
}
