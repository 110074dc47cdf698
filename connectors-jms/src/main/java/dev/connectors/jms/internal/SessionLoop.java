package dev.connectors.jms.internal;

import dev.connectors.core.internal.Lane;
import dev.connectors.core.internal.Tracked;
import dev.connectors.jms.JmsConnections;
import dev.connectors.jms.JmsConsumerSettings;
import dev.connectors.jms.JmsSubscription;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of one session: connects, receives, confirms, gives back, reconnects. Everything that
 * touches the connection happens here.
 */
final class SessionLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SessionLoop.class);

  private static final long IN_FLIGHT_MILLIS = 5;
  private static final long STILL_NANOS = Duration.ofMillis(5).toNanos();
  private static final long LONGEST_PATIENCE = Duration.ofMinutes(10).toNanos();
  private static final long SHORTEST_PARK = Duration.ofNanos(50_000).toNanos();
  private static final long LONGEST_PARK = Duration.ofMillis(2).toNanos();

  private final Receiver owner;
  private final JmsConsumerSettings settings;
  private final JmsSubscription subscription;
  private final String name;
  private final int hardLimit;
  private final int batchLimit;
  private final long bytesLimit;
  private final Requests requests = new Requests();

  // The session's thread only.
  private @Nullable Link link;
  private long received; // in the lane
  private long confirmed; // likewise
  private final Sizes held = new Sizes(); // of what is received and not confirmed
  private long seenDone;
  private long progressAt;
  private long batchStartedAt;
  private long isolated; // to be received one at a time, since one of them was rejected
  private long patienceNanos; // how long the stream may have one of them in hand
  private boolean idle; // nothing came while it was waited for
  private long endingSince;
  private @Nullable Throwable lastFailure; // of the last confirmation

  private volatile @Nullable Lane lane;
  private volatile @Nullable Tracked rejected; // of this lane
  private volatile boolean connected;
  private volatile boolean quiet;
  private volatile boolean ended;
  private volatile @Nullable Thread thread;

  SessionLoop(Receiver owner, String name) {
    this.owner = owner;
    this.settings = owner.settings();
    this.subscription = owner.subscription();
    this.name = name;
    int share = Math.max(1, settings.inFlight().maxElements() / settings.sessions());
    this.batchLimit = Math.min(settings.batchSize(), share);
    this.hardLimit = Math.max(share, settings.inFlight().maxUncommitted() / settings.sessions());
    this.bytesLimit = Math.max(1, settings.inFlight().maxBytes() / settings.sessions());
    this.patienceNanos = settings.batchInterval().toNanos();
  }

  /** Starts the thread; it is a daemon, so that a forgotten stream doesn't keep the JVM alive. */
  void start() {
    Thread started = new Thread(this, name);
    started.setDaemon(true);
    thread = started;
    started.start();
  }

  // ---- for any thread

  boolean isConnected() {
    return connected;
  }

  /** Whether it receives no more. */
  boolean isQuiet() {
    return quiet;
  }

  CompletionStage<Done> ask() {
    CompletionStage<Done> asked = requests.ask();
    unpark();
    return asked;
  }

  /** Takes note of a rejection, if the element is of this session's. */
  synchronized void rejected(Tracked element) {
    if (element.lane() == lane) {
      rejected = element;
      unpark();
    }
  }

  void unpark() {
    LockSupport.unpark(thread);
  }

  /** Ends what it may be blocked in. */
  void interruptUnlessEnded() {
    Thread known = thread;
    if (known != null && !ended) {
      known.interrupt();
    }
  }

  // ---- the loop

  @Override
  public void run() {
    Backoff backoff = new Backoff(settings.reconnect());
    try {
      while (owner.isRunning()) {
        try {
          connect();
          backoff.connected(System.nanoTime());
          serve(backoff);
        } catch (JMSException | RuntimeException cause) {
          lost(cause, backoff);
        }
      }
    } catch (Throwable cause) { // an Error too must reach the stream
      owner.fail(cause);
      lastFailure = owes() ? cause : lastFailure;
    } finally {
      end();
    }
  }

  private void connect() throws JMSException {
    report(JmsConnections.State.CONNECTING, null);
    link = Link.open(settings, subscription, owner.isTracking(), this::unpark);
    openLane();
    connected = true;
    owner.progressed();
    report(JmsConnections.State.CONNECTED, null);
  }

  private void report(JmsConnections.State state, @Nullable Throwable cause) {
    settings.connectionListener().accept(new JmsConnections.Change(name, state, cause));
  }

  private void openLane() {
    received = 0;
    confirmed = 0;
    seenDone = 0;
    held.clear();
    Lane opened = owner.newLane(name);
    synchronized (this) { // a rejection of the lane before must not count for this one
      rejected = null;
      lane = opened;
    }
    progressAt = System.nanoTime();
  }

  private void serve(Backoff backoff) throws JMSException {
    Link here = Objects.requireNonNull(link);
    while (true) {
      long now = System.nanoTime();
      here.check();
      Tracked known = rejected;
      if (known != null) {
        giveBack(here.acks(), known);
      }
      confirm(here.acks(), now);
      owner.look(now);
      if (!owner.isRunning() && isDrained(now)) {
        confirmLast(here.acks());
        return;
      }
      int room = room(here.acks(), now);
      if (room > 0) {
        receive(here, room, backoff);
      } else {
        park(now);
      }
    }
  }

  /** How many messages may be received now. */
  private int room(Acks acks, long now) {
    if (!owner.isRunning()) {
      return 0;
    }
    Lane tracking = lane;
    if (tracking == null) {
      return Math.min(MessageBatch.MOST, owner.inbox().room());
    }
    if (!acks.asWhole() && isFull()) {
      return 0;
    }
    long open = acks.asWhole() ? received - confirmed : received - seenDone;
    int limit = isolated > 0 ? 1 : acks.asWhole() ? batchLimit : Integer.MAX_VALUE;
    boolean isOpen =
        !acks.asWhole()
            || open == 0
            || (now - batchStartedAt < settings.batchInterval().toNanos() && !isFull());
    if (open < limit && isOpen) {
      long most = acks.asWhole() ? limit - open : Math.min(limit, owner.inbox().room());
      return (int) Math.min(MessageBatch.MOST, most);
    }
    return limit < Integer.MAX_VALUE && isStill(now) && open < hardLimit ? 1 : 0;
  }

  /** By bytes: what is settled and not confirmed counts, since the client holds that, too. */
  private boolean isFull() {
    return held.sum() >= bytesLimit;
  }

  /**
   * Whether the stream asks for more and settles nothing. What it has dropped is settled by a later
   * one, which may have to come first; of what was rejected before, the later one would have to
   * come again with it, and so the stream is given the time to reject it once more.
   */
  private boolean isStill(long now) {
    return now - progressAt > (isolated > 0 ? patienceNanos : STILL_NANOS)
        && owner.inbox().isWanted()
        && owner.hasRoom()
        && rejected == null; // after isWanted: a stream rejects before it asks for more
  }

  private void receive(Link here, int room, Backoff backoff) throws JMSException {
    boolean quietly = lane == null || (received == confirmed && !requests.isWaiting());
    Message message =
        here.receive(
            quietly
                ? settings.pollTimeout().toMillis()
                : Math.min(IN_FLIGHT_MILLIS, settings.pollTimeout().toMillis()));
    idle = message == null;
    if (message == null) {
      return;
    }
    backoff.succeeded();
    long now = System.nanoTime();
    if (received == confirmed) {
      batchStartedAt = now;
    }
    progressAt = now;
    owner.progressed();
    Lane tracking = lane;
    MessageBatch batch = new MessageBatch(tracking, received);
    try {
      while (message != null) {
        here.acks().received(message);
        int bytes = MessageSize.of(message);
        batch.add(message, bytes);
        if (tracking != null) {
          held.add(bytes);
        }
        received++;
        message = batch.size() < room && !isFull() ? here.receiveNow() : null;
      }
    } finally {
      owner.inbox().add(batch); // also before a failure: a plain source's are acknowledged
    }
  }

  /** Confirms what may be, and tells who waits for it. */
  private void confirm(Acks acks, long now) throws JMSException {
    Lane tracking = lane;
    if (tracking == null) {
      return;
    }
    boolean awaited = requests.take(now); // before the frontier
    long done = tracking.done();
    if (done != seenDone) {
      seenDone = done;
      progressAt = now;
    }
    if (acks.asWhole()) {
      long open = received - confirmed;
      if (open > 0 && done == received && isDue(open, now, awaited)) {
        confirm(acks, open, now);
      }
      if (awaited && done == confirmed) { // all that is settled below the lowest unsettled
        requests.answer(null);
      } else if (awaited && requests.waitedNanos(now) > settings.commitTimeout().toNanos()) {
        requests.answer(
            new TimeoutException(
                name
                    + ": a commit waited for "
                    + settings.commitTimeout()
                    + " for the rest of its batch to be settled. Let the stream hold batch-size elements"
                    + " before it waits for a commit, and none that is never settled"));
      }
    } else {
      long open = done - confirmed;
      if (open > 0
          && (awaited || idle || open >= MessageBatch.MOST || isFull() || !owner.isRunning())) {
        confirm(acks, open, now);
      }
      if (awaited) {
        requests.answer(null);
      }
    }
  }

  /** Confirms what is settled below the lowest unsettled one, asked for or not. */
  private void confirmSettled(Acks acks) throws JMSException {
    Lane tracking = lane;
    long open = tracking == null ? 0 : tracking.done() - confirmed;
    if (open > 0) {
      confirm(acks, open, System.nanoTime());
    }
  }

  private boolean isDue(long open, long now, boolean awaited) {
    return awaited
        || idle
        || isolated > 0
        || open >= batchLimit
        || now - batchStartedAt >= settings.batchInterval().toNanos()
        || isFull()
        || !owner.isRunning();
  }

  private void confirm(Acks acks, long count, long startedAt) throws JMSException {
    acks.confirm(count);
    confirmed += count;
    held.remove(count);
    isolated = Math.max(0, isolated - count);
    owner
        .observer()
        .committed(owner.name(), count, Duration.ofNanos(System.nanoTime() - startedAt));
  }

  /** One was rejected: all that is not confirmed comes again, one at a time. */
  private void giveBack(Acks acks, Tracked cause) throws JMSException {
    if (!acks.asWhole()) {
      confirmSettled(acks); // or else it would come again, too
    }
    long open = received - confirmed;
    if (isolated == 0) {
      patienceNanos = settings.batchInterval().toNanos();
    } else if (cause.position() < received - 1) { // it was in hand for longer, and not dropped
      patienceNanos = Math.min(2 * patienceNanos, LONGEST_PATIENCE);
    }
    isolated = Math.max(isolated, open);
    forgetLane();
    acks.giveBack();
    openLane();
    requests.answer(null);
  }

  private void forgetLane() {
    Lane known = lane;
    if (known != null) {
      known.seal();
      owner.inbox().drop(known);
      known.revoke();
    }
  }

  /** Briefly: what the stream settles wakes nobody. */
  private void park(long now) {
    long still = now - progressAt;
    LockSupport.parkNanos(this, Math.max(SHORTEST_PARK, Math.min(LONGEST_PARK, still / 4)));
  }

  // ---- the end

  private boolean isDrained(long now) {
    if (!quiet) {
      endingSince = now;
      progressAt = now;
      quiet = true;
      owner.wake();
    }
    Lane tracking = lane;
    if (tracking == null || owner.isStreamEnded() || owner.hasFailed()) {
      return true;
    }
    // Of a batch that is confirmed as a whole the rest is still emitted.
    boolean needsAll = owner.emitsTheRest() && !owner.isStageStopped();
    if (needsAll ? seenDone == received : tracking.isSettled()) {
      return true;
    }
    return now - endingSince > settings.drainTimeout().toNanos()
        || (owner.isCancelled() && now - progressAt > settings.cancelGrace().toNanos());
  }

  private void confirmLast(Acks acks) throws JMSException {
    Lane tracking = lane;
    if (tracking == null) {
      return;
    }
    tracking.seal();
    long now = System.nanoTime();
    long done = tracking.done();
    if (acks.asWhole() ? done == received && done > confirmed : done > confirmed) {
      confirm(acks, done - confirmed, now);
    }
  }

  private void lost(Exception cause, Backoff backoff) {
    connected = false;
    long unconfirmed = received - confirmed;
    boolean owes = owes();
    received = 0;
    confirmed = 0;
    forgetLane();
    closeLink();
    boolean running = owner.isRunning();
    Duration pause = running ? backoff.failed(cause, System.nanoTime()) : null;
    if (running && pause == null) {
      owner.fail(cause); // before a commit fails, which may end the stream, too
    }
    requests.take(0);
    // What was settled and not confirmed comes again; if it doesn't come to this stream, it has to
    // know.
    lastFailure = owes && pause == null ? cause : null;
    requests.answer(lastFailure);
    if (!running) {
      LOG.warn("{}: draining ended early, what is not confirmed comes again", name, cause);
    }
    if (pause == null) {
      return;
    }
    LOG.warn(
        "{}: the connection failed, the next try is in {}: {}", name, pause, String.valueOf(cause));
    report(JmsConnections.State.DISCONNECTED, cause);
    owner.observer().retried(owner.name(), unconfirmed, cause);
    long until = System.nanoTime() + pause.toNanos();
    for (long left = pause.toNanos();
        left > 0 && owner.isRunning();
        left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }

  /** Whether something is settled, as far as the lane can be confirmed, and not confirmed. */
  private boolean owes() {
    Lane known = lane;
    return known != null && known.done() > confirmed;
  }

  private void end() {
    connected = false;
    quiet = true;
    forgetLane();
    closeLink();
    ended = true;
    requests.close(lastFailure);
    Throwable cause = owner.endCause(); // also if the stream has failed with it by now
    report(cause == null ? JmsConnections.State.CLOSED : JmsConnections.State.FAILED, cause);
    owner.ended();
  }

  private void closeLink() {
    Link open = link;
    link = null;
    if (open == null) {
      return;
    }
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(
            this::interruptUnlessEnded,
            CompletableFuture.delayedExecutor(
                settings.closeTimeout().toNanos(), java.util.concurrent.TimeUnit.NANOSECONDS));
    open.close();
    late.cancel(false);
    var unused = Thread.interrupted(); // of the closing, not of what comes
  }
}
