package dev.connectors.jms.internal;

import dev.connectors.jms.JmsMessage;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

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

  /**
   * Classic's own callback where it is, since it refuses that of JMS.
   *
   * @throws UnsupportedOperationException where it is known that the client would confirm what the
   *     broker has not
   */
  static AsyncSend of(Connection connection, Session session, MessageProducer producer)
      throws JMSException {
    if (producer.getClass().getName().equals(CLASSIC_PRODUCER)) {
      return new ClassicAsyncSend(producer);
    }
    if (Acks.isArtemis(connection) && !isArtemisWaitingForTheBroker(session)) {
      throw new UnsupportedOperationException(
          "without a confirmationWindowSize, Artemis' client completes a message as soon as it is on"
              + " its way; set that of the connection factory, 1048576 for example");
    }
    return new ListenerSend(producer);
  }

  /** Behind a wrapper that can't be told. */
  private static boolean isArtemisWaitingForTheBroker(Session session) {
    return session.getClass().getName().startsWith(Acks.ARTEMIS) && ArtemisWindow.isOpen(session);
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
