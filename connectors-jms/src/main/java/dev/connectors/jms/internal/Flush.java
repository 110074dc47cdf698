package dev.connectors.jms.internal;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;

/**
 * Acknowledges messages one by one, many on the way at a time, and waits for the broker with the
 * last. The clients' classes are optional: they are named only where they are there.
 */
interface Flush {

  /**
   * Acknowledges that message alone.
   *
   * @param wait whether to return only when the broker has it, and all before it
   */
  void acknowledge(Message message, boolean wait) throws JMSException;

  /** As quick as the client allows; as its {@code acknowledge} does it where that is unknown. */
  static Flush of(Connection connection, Session session) {
    return switch (connection.getClass().getName()) {
      case "org.apache.activemq.ActiveMQConnection" -> new ClassicFlush(connection);
      case "org.apache.activemq.artemis.jms.client.ActiveMQConnection",
          "org.apache.activemq.artemis.jms.client.ActiveMQXAConnection" ->
          new ArtemisFlush(session);
      default -> (message, wait) -> message.acknowledge();
    };
  }
}
