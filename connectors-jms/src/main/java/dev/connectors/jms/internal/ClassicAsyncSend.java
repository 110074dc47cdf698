package dev.connectors.jms.internal;

import dev.connectors.jms.JmsMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import org.apache.activemq.ActiveMQMessageProducer;
import org.apache.activemq.AsyncCallback;

/** ActiveMQ Classic's callback, which is called with the broker's answer to each message. */
final class ClassicAsyncSend implements AsyncSend {
  private final ActiveMQMessageProducer producer;

  ClassicAsyncSend(MessageProducer producer) {
    this.producer = (ActiveMQMessageProducer) producer;
  }

  @Override
  public String name() {
    return "AsyncCallback";
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
        new Callback(completion));
  }

  private record Callback(Completion completion) implements AsyncCallback {
    @Override
    public void onSuccess() {
      completion.succeed();
    }

    @Override
    public void onException(JMSException cause) {
      completion.fail(cause);
    }
  }
}
