package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Servers;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.UUID;
import org.apache.activemq.ActiveMQConnectionFactory;

/** The brokers of the cases with JMS, with the same factories for all contenders. */
final class JmsBrokers {
  static final int BATCH = 100;
  static final int IN_FLIGHT = 1_000;
  static final int BYTES = 100;

  private static final long EMPTY_MILLIS = 500;

  private JmsBrokers() {}

  enum Kind {
    CLASSIC(4),
    ARTEMIS(101);

    /** The mode of individual acknowledgement. */
    final int individual;

    Kind(int individual) {
      this.individual = individual;
    }

    ConnectionFactory factory(Servers servers) {
      return this == CLASSIC
          ? new ActiveMQConnectionFactory(servers.activeMq())
          : new org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory(
              servers.artemis() + "?confirmationWindowSize=1048576"); // else it confirms too early
    }
  }

  /** The name of a queue that nobody has used. */
  static String newQueue() {
    return "queue-" + UUID.randomUUID();
  }

  /** A queue with so many messages, which carry their numbers. */
  static String filled(ConnectionFactory factory, long messages) throws JMSException {
    String queue = newQueue();
    byte[] body = Topics.value(0, BYTES);
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(session.createQueue(queue))) {
      for (long i = 0; i < messages; i++) {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(body);
        message.setLongProperty("number", i);
        producer.send(message);
        if (i % 1_000 == 999) {
          session.commit();
        }
      }
      session.commit();
    }
    return queue;
  }

  /** Takes what is left of a queue, and says how much that was. */
  static long drain(ConnectionFactory factory, String queue) throws JMSException {
    long count = 0;
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
      connection.start();
      for (Message next = consumer.receive(EMPTY_MILLIS);
          next != null;
          next = consumer.receive(EMPTY_MILLIS)) {
        count++;
      }
    }
    return count;
  }
}
