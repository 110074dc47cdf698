package dev.connectors.jms.internal;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;

/** Has a connection's messages delivered later; for the thread that sends them. */
interface Delays {

  /** To be called before {@code message} is sent, whatever its delay. */
  void apply(Message message, long millis) throws JMSException;

  static Delays of(Connection connection, MessageProducer producer) throws JMSException {
    return connection.getMetaData().getClass().getName().equals(Acks.CLASSIC)
        ? new OfClassic(connection)
        : new OfJms(producer);
  }

  /** As JMS 2 has it: a setting of the producer. */
  final class OfJms implements Delays {
    private final MessageProducer producer;
    private long set;

    OfJms(MessageProducer producer) {
      this.producer = producer;
    }

    @Override
    public void apply(Message message, long millis) throws JMSException {
      if (millis != set) {
        producer.setDeliveryDelay(millis);
        set = millis;
      }
    }
  }

  /**
   * A property of the message's. A broker without a scheduler ignores it; one that has it names the
   * job in what it delivers, which is how that is told.
   */
  final class OfClassic implements Delays {
    private static final String DELAY = "AMQ_SCHEDULED_DELAY";
    private static final String JOB = "scheduledJobId";
    private static final long PROBE_MILLIS = 10_000;

    private final Connection connection;
    private boolean hasScheduler;

    OfClassic(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void apply(Message message, long millis) throws JMSException {
      if (millis == 0) {
        return;
      }
      if (!hasScheduler) {
        probe();
        hasScheduler = true;
      }
      message.setLongProperty(DELAY, millis);
    }

    private void probe() throws JMSException {
      connection.start();
      try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
        TemporaryQueue queue = session.createTemporaryQueue();
        try (MessageConsumer consumer = session.createConsumer(queue);
            MessageProducer sender = session.createProducer(queue)) {
          Message probe = session.createMessage();
          probe.setLongProperty(DELAY, 1);
          sender.send(probe);
          Message delivered = consumer.receive(PROBE_MILLIS);
          if (delivered == null) {
            throw new JMSException("no answer to a delayed message within " + PROBE_MILLIS + " ms");
          }
          if (!delivered.propertyExists(JOB)) {
            throw new UnsupportedOperationException(
                "this broker of ActiveMQ Classic would deliver a message with a delivery delay at"
                    + " once: its scheduler is off (schedulerSupport=\"true\" in its"
                    + " configuration)");
          }
        }
        queue.delete();
      }
    }
  }
}
