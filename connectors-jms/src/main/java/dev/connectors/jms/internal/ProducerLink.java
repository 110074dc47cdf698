package dev.connectors.jms.internal;

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
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection with one session and one producer, for one thread; closed as a whole. */
final class ProducerLink {
  private static final int DESTINATIONS = 1_000;

  private final @Nullable JmsDestination destination;
  private final Connection connection;
  private final Session session;
  private final MessageProducer producer;
  private final Delays delays;
  private final Map<JmsDestination, Destination> destinations = new HashMap<>();
  private volatile @Nullable JMSException failure;

  private ProducerLink(
      @Nullable JmsDestination destination, Connection connection, boolean transacted)
      throws JMSException {
    this.destination = destination;
    this.connection = connection;
    this.session =
        connection.createSession(
            transacted, transacted ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE);
    this.producer = session.createProducer(null);
    this.delays = Delays.of(connection, producer);
  }

  /**
   * Connects; nothing is left open when that fails.
   *
   * @param wake run on another thread when the connection fails
   */
  static ProducerLink open(JmsProducerSettings settings, boolean transacted, Runnable wake)
      throws JMSException {
    Connection connection =
        Link.connect(settings.connectionFactory(), settings.user(), settings.password());
    try {
      ProducerLink link = new ProducerLink(settings.destination(), connection, transacted);
      connection.setExceptionListener(
          cause -> {
            link.failure = cause;
            wake.run();
          });
      return link;
    } catch (RuntimeException cause) {
      throw Link.notOpened(connection, cause);
    } catch (JMSException | Error cause) {
      Link.closeQuietly(connection);
      throw cause;
    }
  }

  Connection connection() {
    return connection;
  }

  /**
   * How it sends without waiting.
   *
   * @throws UnsupportedOperationException if it is known that it can't
   */
  AsyncSend async() throws JMSException {
    return AsyncSend.of(connection, session, producer);
  }

  /** The client's message, ready to be sent. */
  Message make(JmsMessage message) throws JMSException {
    Message made = message.in(session);
    delays.apply(made, message.deliveryDelay().toMillis());
    return made;
  }

  /** Sends what was made of {@code message}, and waits as the client and the session do. */
  void send(JmsMessage message, Message made) throws JMSException {
    producer.send(
        destination(message),
        made,
        message.deliveryMode(),
        message.priority(),
        message.timeToLive().toMillis());
  }

  void commit() throws JMSException {
    session.commit();
  }

  Destination destination(JmsMessage message) throws JMSException {
    JmsDestination named = message.destination() == null ? destination : message.destination();
    if (named == null) {
      throw new InvalidDestinationException(
          "a message has no destination, and neither have the settings");
    }
    Destination known = destinations.get(named);
    if (known == null) {
      known = named.in(session);
      if (destinations.size() == DESTINATIONS) {
        destinations.clear(); // a destination per message must not fill the heap
      }
      destinations.put(named, known);
    }
    return known;
  }

  /** Throws what the connection has failed with. */
  void check() throws JMSException {
    JMSException cause = failure;
    if (cause != null) {
      throw Link.lost(cause);
    }
  }

  void close() {
    Link.closeQuietly(connection);
  }
}
