package dev.connectors.jms.internal;

import dev.connectors.jms.JmsConfirmation;
import dev.connectors.jms.JmsDestination;
import dev.connectors.jms.JmsMessage;
import dev.connectors.jms.JmsProducerSettings;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that sends: connects, sends in batches, confirms, reconnects and sends again.
 * Everything that touches the connection happens here.
 */
final class Sender<C> implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
  private static final String NAME = "jms-producer";
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final int DESTINATIONS = 1_000;

  private final JmsProducerSettings settings;
  private final boolean transacted;
  private final Runnable onChange;
  private final Thread thread;

  private final ArrayDeque<Outgoing<C>> queue = new ArrayDeque<>(); // guarded by itself

  // The thread only.
  private @Nullable Connection connection;
  private @Nullable Session session;
  private @Nullable MessageProducer producer;
  private final Map<JmsDestination, Destination> destinations = new HashMap<>();

  private volatile long confirmed;
  private volatile @Nullable Throwable failure;
  private volatile boolean closing;
  private volatile boolean abandoned;
  private volatile boolean ended;

  /**
   * @param onChange run when more is confirmed, and when sending has failed for good
   */
  Sender(JmsProducerSettings settings, Runnable onChange) {
    this.settings = settings;
    this.transacted = settings.confirmation() == JmsConfirmation.TRANSACTED;
    this.onChange = onChange;
    this.thread = new Thread(this, NAME + "-" + NUMBER.incrementAndGet());
    thread.setDaemon(true); // a forgotten stream doesn't keep the JVM alive
  }

  void start() {
    thread.start();
  }

  /** Sends after all that was given before. */
  void send(List<Outgoing<C>> batch) {
    synchronized (queue) {
      queue.addAll(batch);
    }
    LockSupport.unpark(thread);
  }

  /** How many messages are confirmed, in the order they were given. */
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
    LockSupport.unpark(thread);
  }

  /** Sends no more, and closes the connection at once. */
  void abandon() {
    abandoned = true;
    close();
    thread.interrupt(); // it may be blocked for as long as the broker is
  }

  @Override
  public void run() {
    try {
      List<Outgoing<C>> batch = next();
      while (!batch.isEmpty()) {
        deliver(batch);
        batch = next();
      }
    } catch (Throwable cause) { // an Error too must reach the stream
      failure = cause;
      if (!abandoned) {
        onChange.run();
      }
    } finally {
      disconnect();
      ended = true;
    }
  }

  /** What is at hand, as soon as there is something; empty at the end. */
  private List<Outgoing<C>> next() {
    List<Outgoing<C>> batch = new ArrayList<>();
    while (!abandoned) {
      boolean last = closing; // before the queue: it was filled before that
      synchronized (queue) {
        while (!queue.isEmpty() && batch.size() < settings.batchSize()) {
          batch.add(queue.remove());
        }
      }
      if (!batch.isEmpty() || last) {
        return batch;
      }
      LockSupport.park(this);
    }
    return List.of();
  }

  /** Returns when all are confirmed; throws when that is given up. */
  private void deliver(List<Outgoing<C>> batch) throws Exception {
    Backoff backoff = new Backoff(settings.retry());
    long before = confirmed;
    long startedAt = System.nanoTime();
    while (true) {
      int done = (int) (confirmed - before);
      try {
        sendAndConfirm(batch.subList(done, batch.size()));
        settings
            .observer()
            .confirmed(NAME, batch.size(), Duration.ofNanos(System.nanoTime() - startedAt));
        return;
      } catch (JMSException cause) {
        Duration pause = abandoned ? null : backoff.failed(cause, System.nanoTime());
        if (pause == null) {
          throw cause;
        }
        LOG.warn(
            "{}: the connection failed, the next try is in {}: {}",
            thread.getName(),
            pause,
            String.valueOf(cause));
        settings.observer().retried(NAME, batch.size() - (confirmed - before), cause);
        disconnect();
        pause(pause);
        if (abandoned) {
          throw cause;
        }
      }
    }
  }

  private void sendAndConfirm(List<Outgoing<C>> batch) throws JMSException {
    if (connection == null) {
      connect();
    }
    Exception refusal = null;
    int sent = 0;
    while (sent < batch.size() && refusal == null) {
      try {
        send(batch.get(sent));
        sent++;
        if (!transacted) {
          confirm(1);
        }
      } catch (JMSException | RuntimeException cause) {
        if (Failures.isTransient(cause)) {
          throw cause;
        }
        refusal = cause;
      }
    }
    if (transacted && sent > 0) {
      present(session).commit();
      confirm(sent);
    }
    onChange.run();
    if (refusal instanceof JMSException cause) {
      throw cause;
    } else if (refusal instanceof RuntimeException cause) {
      throw cause;
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // by this thread alone
  private void confirm(int more) {
    confirmed += more;
  }

  private void send(Outgoing<C> outgoing) throws JMSException {
    JmsMessage message = outgoing.message;
    Message sending = message.in(present(session));
    present(producer)
        .send(
            destination(message),
            sending,
            message.deliveryMode(),
            message.priority(),
            message.timeToLive().toMillis());
    outgoing.sent = sending;
  }

  private Destination destination(JmsMessage message) throws JMSException {
    JmsDestination named =
        message.destination() == null ? settings.destination() : message.destination();
    if (named == null) {
      throw new InvalidDestinationException(
          "a message has no destination, and neither have the settings");
    }
    Destination known = destinations.get(named);
    if (known == null) {
      known = named.in(present(session));
      if (destinations.size() == DESTINATIONS) {
        destinations.clear(); // a destination per message must not fill the heap
      }
      destinations.put(named, known);
    }
    return known;
  }

  private void connect() throws JMSException {
    Connection connecting =
        Link.connect(settings.connectionFactory(), settings.user(), settings.password());
    connection = connecting;
    session =
        connecting.createSession(
            transacted, transacted ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE);
    producer = session.createProducer(null);
  }

  private void disconnect() {
    Connection open = connection;
    connection = null;
    session = null;
    producer = null;
    destinations.clear();
    if (open == null) {
      return;
    }
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(
            this::interruptUnlessEnded,
            CompletableFuture.delayedExecutor(
                settings.closeTimeout().toNanos(), TimeUnit.NANOSECONDS));
    var unused = Thread.interrupted(); // it has served its purpose
    Link.closeQuietly(open);
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

  private static <T> T present(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("not connected");
    }
    return part;
  }
}
