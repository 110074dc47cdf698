package dev.connectors.it.support;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Replies to each request with its text, with nothing but a broker's own client, and connects again
 * when the broker was away. Who asked may be gone: then there is nobody to reply to.
 */
public final class Replier {
  private static final int RECEIVE_MILLIS = 200;
  private static final long PAUSE_NANOS = 50_000_000;

  private final JmsBroker broker;
  private final String queue;
  private final boolean byMessageId;
  private final Thread thread = new Thread(this::run, "replier");
  private volatile boolean closed;

  private Replier(JmsBroker broker, String queue, boolean byMessageId) {
    this.broker = broker;
    this.queue = queue;
    this.byMessageId = byMessageId;
  }

  /**
   * Starts one.
   *
   * @param byMessageId whether a reply repeats the request's message id, not its correlation id
   */
  public static Replier start(JmsBroker broker, String queue, boolean byMessageId) {
    Replier replier = new Replier(broker, queue, byMessageId);
    replier.thread.start();
    return replier;
  }

  private void run() {
    while (!closed) {
      try (Connection connection = broker.factory().createConnection();
          Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
          MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
          MessageProducer producer = session.createProducer(null)) {
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        connection.start();
        while (!closed) {
          reply(session, consumer.receive(RECEIVE_MILLIS), producer);
        }
      } catch (JMSException away) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void reply(Session session, @Nullable Message request, MessageProducer producer)
      throws JMSException {
    if (request == null) {
      session.getTransacted(); // fails when the connection is lost
      return;
    }
    Message reply = session.createTextMessage("reply to " + request.getBody(String.class));
    reply.setJMSCorrelationID(
        byMessageId ? request.getJMSMessageID() : request.getJMSCorrelationID());
    producer.send(request.getJMSReplyTo(), reply);
  }

  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
