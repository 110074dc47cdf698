package dev.connectors.jms.internal;

import dev.connectors.core.Secret;
import dev.connectors.jms.JmsConsumerSettings;
import dev.connectors.jms.JmsSubscription;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection with one session and one consumer, for one thread; closed as a whole. */
final class Link {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  private final Connection connection;
  private final Session session;
  private final MessageConsumer consumer;
  private final Acks acks;
  private volatile @Nullable JMSException failure;

  private Link(
      Connection connection, Session session, MessageConsumer consumer, Acks acks, Runnable wake)
      throws JMSException {
    this.connection = connection;
    this.session = session;
    this.consumer = consumer;
    this.acks = acks;
    connection.setExceptionListener(
        cause -> {
          failure = cause;
          wake.run();
        });
  }

  /**
   * Connects and subscribes; nothing is left open when that fails.
   *
   * @param wake run on another thread when the connection fails
   */
  static Link open(
      JmsConsumerSettings settings,
      JmsSubscription subscription,
      boolean committable,
      Runnable wake)
      throws JMSException {
    Connection connection =
        connect(settings.connectionFactory(), settings.user(), settings.password());
    try {
      if (settings.clientId() != null) {
        connection.setClientID(settings.clientId());
      }
      Acks.Mode mode = committable ? Acks.mode(settings, connection) : Acks.Mode.AUTO;
      Session session = connection.createSession(mode.transacted(), mode.code());
      MessageConsumer consumer = consume(session, subscription);
      Link link = new Link(connection, session, consumer, Acks.of(mode, connection, session), wake);
      connection.start();
      return link;
    } catch (RuntimeException failure) {
      throw notOpened(connection, failure);
    } catch (JMSException | Error failure) {
      closeQuietly(connection);
      throw failure;
    }
  }

  static Connection connect(
      ConnectionFactory factory, @Nullable String user, @Nullable Secret password)
      throws JMSException {
    Connection made =
        user == null || password == null
            ? factory.createConnection()
            : factory.createConnection(user, password.reveal());
    if (made == null) {
      throw new java.lang.IllegalStateException(
          "the connection factory gave no connection, as a pool does that was stopped");
    }
    return made;
  }

  /**
   * Closes a connection in whose opening the client broke, and returns what to throw: that, or a
   * loss, if it breaks at every call. A pool lets go of a lost connection under those who use it.
   */
  static RuntimeException notOpened(Connection connection, RuntimeException failure)
      throws JMSException {
    try {
      connection.getMetaData();
    } catch (JMSException | RuntimeException again) {
      if (again != failure) {
        failure.addSuppressed(again);
      }
      closeQuietly(connection);
      throw lost(failure);
    }
    closeQuietly(connection);
    return failure;
  }

  private static MessageConsumer consume(Session session, JmsSubscription subscription)
      throws JMSException {
    String selector = subscription.selector();
    return switch (subscription.kind()) {
      case QUEUE -> session.createConsumer(session.createQueue(subscription.name()), selector);
      case TOPIC ->
          session.createConsumer(topic(session, subscription), selector, noLocal(subscription));
      case DURABLE ->
          session.createDurableConsumer(
              topic(session, subscription), name(subscription), selector, noLocal(subscription));
      case SHARED ->
          session.createSharedConsumer(topic(session, subscription), name(subscription), selector);
      case SHARED_DURABLE ->
          session.createSharedDurableConsumer(
              topic(session, subscription), name(subscription), selector);
      case DESTINATION ->
          session.createConsumer(Objects.requireNonNull(subscription.destination()), selector);
    };
  }

  private static Topic topic(Session session, JmsSubscription subscription) throws JMSException {
    return session.createTopic(subscription.name());
  }

  private static String name(JmsSubscription subscription) {
    return Objects.requireNonNull(subscription.subscriptionName());
  }

  private static boolean noLocal(JmsSubscription subscription) {
    return subscription.isNoLocal();
  }

  Acks acks() {
    return acks;
  }

  /** The next message, or null when none comes in time. */
  @Nullable Message receive(long millis) throws JMSException {
    check();
    Message message = consumer.receive(millis);
    if (message == null) {
      check(); // a consumer whose connection is lost returns null, too
    }
    return message;
  }

  /** The next message, or null when none is there. */
  @Nullable Message receiveNow() throws JMSException {
    return consumer.receiveNoWait();
  }

  /** Throws what the connection has failed with. */
  void check() throws JMSException {
    JMSException cause = failure;
    if (cause != null) {
      throw lost(cause);
    }
  }

  /** A failure that another connection may mend, whatever {@code cause} says. */
  static JMSException lost(Exception cause) {
    IllegalStateException lost = new IllegalStateException("the connection was lost");
    lost.initCause(cause);
    lost.setLinkedException(cause);
    return lost;
  }

  /** Closes all of it, so that the broker has what was not acknowledged back. */
  void close() {
    closeQuietly(connection);
  }

  static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (JMSException | RuntimeException cause) {
      LOG.debug("Closing a connection failed", cause); // mostly because it is lost
      closeAgain(connection);
    }
  }

  /** What was interrupted half-way; closing what is closed does nothing. */
  private static void closeAgain(Connection connection) {
    try {
      connection.close();
    } catch (JMSException | RuntimeException cause) {
      LOG.debug("Closing a connection failed again", cause);
    }
  }

  @Override
  public String toString() {
    return "Link(" + session + ")";
  }
}
