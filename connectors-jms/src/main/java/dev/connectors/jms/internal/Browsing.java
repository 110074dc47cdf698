package dev.connectors.jms.internal;

import dev.connectors.jms.JmsConsumerSettings;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.Enumeration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One look at a queue: a connection of its own, used by one thread at a time. */
public final class Browsing implements AutoCloseable {
  private final Connection connection;
  private final Enumeration<?> messages;

  private Browsing(Connection connection, Enumeration<?> messages) {
    this.connection = connection;
    this.messages = messages;
  }

  /** Connects; nothing is left open when that fails. */
  public static Browsing open(JmsConsumerSettings settings, String queue, @Nullable String selector)
      throws JMSException {
    Connection connection =
        Link.connect(settings.connectionFactory(), settings.user(), settings.password());
    try {
      Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
      Queue destination = session.createQueue(queue);
      connection.start();
      return new Browsing(
          connection, session.createBrowser(destination, selector).getEnumeration());
    } catch (JMSException | RuntimeException | Error failure) {
      Link.closeQuietly(connection);
      throw failure;
    }
  }

  /** The next message, empty at the end. */
  public Optional<Message> next() {
    return messages.hasMoreElements()
        ? Optional.of((Message) messages.nextElement())
        : Optional.empty();
  }

  @Override
  public void close() {
    Link.closeQuietly(connection);
  }
}
