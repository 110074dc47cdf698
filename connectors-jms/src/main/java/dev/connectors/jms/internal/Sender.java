package dev.connectors.jms.internal;

import dev.connectors.jms.JmsConnections;
import dev.connectors.jms.JmsProducerSettings;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that sends: connects, sends in batches, sees what has come to its result, reconnects
 * and sends again. Everything that touches the connection happens here.
 */
final class Sender<C, R> implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
  private static final String NAME = "jms-producer";
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final JmsProducerSettings settings;
  private final Dispatch.Opener<R> opener;
  private final Runnable onChange;
  private final Thread thread;
  private final Backoff backoff;

  private final ArrayDeque<Outgoing<C, R>> queue = new ArrayDeque<>(); // guarded by itself

  // The thread only.
  private @Nullable Dispatch<R> dispatch;
  private final ArrayDeque<Outgoing<C, R>> unsent = new ArrayDeque<>();
  private final ArrayDeque<Outgoing<C, R>> sent = new ArrayDeque<>(); // on this connection
  private @Nullable Exception refusal; // of the first unsent

  private volatile long confirmed;
  private volatile @Nullable Throwable failure;
  private volatile boolean closing;
  private volatile boolean abandoned;
  private volatile boolean ended;

  /**
   * @param onChange run when more is confirmed, and when sending has failed for good
   */
  Sender(JmsProducerSettings settings, Dispatch.Opener<R> opener, Runnable onChange) {
    this.settings = settings;
    this.opener = opener;
    this.onChange = onChange;
    this.backoff = new Backoff(settings.retry());
    this.thread = new Thread(this, NAME + "-" + NUMBER.incrementAndGet());
    thread.setDaemon(true); // a forgotten stream doesn't keep the JVM alive
  }

  void start() {
    thread.start();
  }

  /** Sends after all that was given before. */
  void send(List<Outgoing<C, R>> batch) {
    synchronized (queue) {
      queue.addAll(batch);
    }
    unpark();
  }

  /** How many messages have their result, in the order they were given. */
  long confirmed() {
    return confirmed;
  }

  /** Why no more will be confirmed; null while that isn't so. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Sends what was given, and closes the connection. */
  void close() {
    closing = true;
    unpark();
  }

  /** Sends no more, and closes the connection at once. */
  void abandon() {
    abandoned = true;
    close();
    thread.interrupt(); // it may be blocked for as long as the broker is
  }

  private void unpark() {
    LockSupport.unpark(thread);
  }

  // ---- the thread

  @Override
  public void run() {
    try {
      while (!abandoned) {
        boolean last = closing; // before the queue: it was filled before that
        take();
        if (!unsent.isEmpty() || !sent.isEmpty()) {
          tryToWork();
        } else if (last) {
          return;
        } else {
          LockSupport.park(this);
        }
      }
    } catch (Throwable cause) { // an Error too must reach the stream
      failure = cause;
      if (!abandoned) {
        onChange.run();
      }
    } finally {
      disconnect();
      ended = true;
      Throwable cause = abandoned ? null : failure;
      report(cause == null ? JmsConnections.State.CLOSED : JmsConnections.State.FAILED, cause);
    }
  }

  /** Up to a batch of what is at hand. */
  private void take() {
    synchronized (queue) {
      while (!queue.isEmpty() && unsent.size() < settings.batchSize()) {
        unsent.add(queue.remove());
      }
    }
  }

  private void tryToWork() throws Exception {
    try {
      work();
    } catch (JMSException cause) {
      recover(cause);
    }
  }

  private void work() throws Exception {
    Dispatch<R> here = dispatch == null ? connect() : dispatch;
    here.check();
    boolean more = refusal == null && !unsent.isEmpty();
    if (more) {
      transmit(here);
    }
    boolean settled = settle(here);
    Exception refused = refusal;
    if (refused != null && sent.isEmpty()) {
      throw refused; // what precedes it is confirmed
    }
    if (!more && !settled) {
      LockSupport.parkNanos(
          this, here.patienceNanos(Objects.requireNonNull(sent.peek()), System.nanoTime()));
    }
  }

  private void transmit(Dispatch<R> here) throws JMSException {
    long now = System.nanoTime();
    boolean any = false;
    while (!unsent.isEmpty() && refusal == null) {
      Outgoing<C, R> next = unsent.element();
      if (next.firstSentAt == 0) {
        next.firstSentAt = now;
      }
      try {
        here.send(next);
        sent.add(unsent.remove());
        any = true;
      } catch (JMSException | RuntimeException cause) {
        if (Failures.isTransient(cause)) {
          throw cause;
        }
        refusal = cause;
      }
    }
    if (any) {
      here.flush();
    }
  }

  /** Takes note of what has come to its result; whether there is any. */
  private boolean settle(Dispatch<R> here) throws Exception {
    int count = 0;
    long now = System.nanoTime();
    long oldestSentAt = 0;
    try {
      for (Outgoing<C, R> next = sent.peek();
          next != null && here.isDone(next, now);
          next = sent.peek()) {
        oldestSentAt = count == 0 ? next.firstSentAt : oldestSentAt;
        sent.remove();
        count++;
      }
    } finally {
      if (count > 0) {
        confirm(count, Duration.ofNanos(now - oldestSentAt));
      }
    }
    return count > 0;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // by this thread alone
  private void confirm(int count, Duration latency) {
    confirmed += count;
    backoff.succeeded();
    settings.observer().confirmed(NAME, count, latency);
    onChange.run();
  }

  private Dispatch<R> connect() throws JMSException {
    report(JmsConnections.State.CONNECTING, null);
    Dispatch<R> made = opener.open(this::unpark);
    dispatch = made;
    backoff.connected(System.nanoTime());
    report(JmsConnections.State.CONNECTED, null);
    return made;
  }

  /** Returns when another connection may be tried; throws when that is given up. */
  private void recover(JMSException cause) throws Exception {
    settleBefore(cause);
    Duration pause = abandoned ? null : backoff.failed(cause, System.nanoTime());
    if (pause == null) {
      throw cause;
    }
    LOG.warn(
        "{}: the connection failed, the next try is in {}: {}",
        thread.getName(),
        pause,
        String.valueOf(cause));
    report(JmsConnections.State.DISCONNECTED, cause);
    disconnect();
    while (!sent.isEmpty()) {
      unsent.addFirst(sent.removeLast());
    }
    refusal = null; // what precedes it has to be sent again first
    settings.observer().retried(NAME, unsent.size(), cause);
    pause(pause);
  }

  /** What was confirmed before the failure need not be sent again. */
  private void settleBefore(JMSException cause) {
    Dispatch<R> here = dispatch;
    if (here == null) {
      return;
    }
    try {
      settle(here);
    } catch (Exception other) {
      if (other != cause) {
        cause.addSuppressed(other);
      }
    }
  }

  private void report(JmsConnections.State state, @Nullable Throwable cause) {
    settings.connectionListener().accept(new JmsConnections.Change(thread.getName(), state, cause));
  }

  private void disconnect() {
    Dispatch<R> open = dispatch;
    dispatch = null;
    if (open == null) {
      return;
    }
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(
            this::interruptUnlessEnded,
            CompletableFuture.delayedExecutor(
                settings.closeTimeout().toNanos(), TimeUnit.NANOSECONDS));
    var unused = Thread.interrupted(); // it has served its purpose
    open.close();
    late.cancel(false);
    unused = Thread.interrupted();
  }

  private void interruptUnlessEnded() {
    if (!ended) {
      thread.interrupt();
    }
  }

  private void pause(Duration pause) {
    long until = System.nanoTime() + pause.toNanos();
    for (long left = pause.toNanos(); left > 0 && !abandoned; left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }
}
