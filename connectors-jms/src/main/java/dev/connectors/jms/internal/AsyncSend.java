package dev.connectors.jms.internal;

import dev.connectors.jms.JmsMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;

/** How a client sends without waiting. The clients' own classes are named only where they are. */
interface AsyncSend {
  String CLASSIC_PRODUCER = "org.apache.activemq.ActiveMQMessageProducer";

  /** What the client calls it. */
  String name();

  /**
   * Hands over; the completion is told by a thread of the client's.
   *
   * @throws UnsupportedOperationException if the client can't
   */
  void send(Destination destination, Message sending, JmsMessage message, Completion completion)
      throws JMSException;

  /** Classic's own callback where it is, since it refuses that of JMS. */
  static AsyncSend of(MessageProducer producer) {
    return producer.getClass().getName().equals(CLASSIC_PRODUCER)
        ? new ClassicAsyncSend(producer)
        : new ListenerSend(producer);
  }

  /** As JMS 2 has it. */
  final class ListenerSend implements AsyncSend {
    private final MessageProducer producer;

    ListenerSend(MessageProducer producer) {
      this.producer = producer;
    }

    @Override
    public String name() {
      return "CompletionListener";
    }

    @Override
    public void send(
        Destination destination, Message sending, JmsMessage message, Completion completion)
        throws JMSException {
      producer.send(
          destination,
          sending,
          message.deliveryMode(),
          message.priority(),
          message.timeToLive().toMillis(),
          completion);
    }
  }
}
