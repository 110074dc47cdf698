package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.jms.JmsConfirmation;
import dev.connectors.jms.JmsDestination;
import dev.connectors.jms.JmsFlow;
import dev.connectors.jms.JmsMessage;
import dev.connectors.jms.JmsProducerSettings;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.activemq.ActiveMQMessageProducer;
import org.apache.activemq.AsyncCallback;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/** Fills a queue with persistent messages; the clock stops with the last confirmation. */
final class JmsProduce {
  private JmsProduce() {}

  private interface Way {
    void produce(ConnectionFactory factory, String queue, byte[] body, Meter meter)
        throws Exception;
  }

  static Workload.Setup transacted(JmsBrokers.Kind kind) {
    return setup(kind, JmsConfirmation.TRANSACTED, JmsProduce::rawTransacted);
  }

  static Workload.Setup asynchronous(JmsBrokers.Kind kind) {
    return setup(kind, JmsConfirmation.ASYNCHRONOUS, JmsProduce::rawAsynchronous);
  }

  private static Workload.Setup setup(JmsBrokers.Kind kind, JmsConfirmation confirmation, Way raw) {
    return (servers, records) ->
        new Contenders()
            .raw(meter -> round(servers, kind, meter, raw))
            .ours(meter -> round(servers, kind, meter, ours(servers, confirmation)));
  }

  private static void round(Servers servers, JmsBrokers.Kind kind, Meter meter, Way way)
      throws Exception {
    ConnectionFactory factory = kind.factory(servers);
    String queue = JmsBrokers.newQueue();
    way.produce(factory, queue, Topics.value(0, JmsBrokers.BYTES), meter);
    WrongResult.check("messages in the queue", JmsBrokers.drain(factory, queue), meter.records());
  }

  private static Message message(Session session, byte[] body) throws JMSException {
    BytesMessage message = session.createBytesMessage();
    message.writeBytes(body);
    return message;
  }

  private static void rawTransacted(
      ConnectionFactory factory, String queue, byte[] body, Meter meter) throws Exception {
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(session.createQueue(queue))) {
      meter.begin();
      for (long i = 1; i <= meter.records(); i++) {
        producer.send(message(session, body));
        if (i % JmsBrokers.BATCH == 0) {
          session.commit();
          meter.progress(i);
          meter.checkTime();
        }
      }
      session.commit();
      meter.end();
    }
  }

  private static void rawAsynchronous(
      ConnectionFactory factory, String queue, byte[] body, Meter meter) throws Exception {
    Confirmations confirmations = new Confirmations();
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
      Destination destination = session.createQueue(queue);
      try (MessageProducer producer = session.createProducer(destination)) {
        meter.begin();
        for (long i = 0; i < meter.records(); i++) {
          KafkaProduce.acquire(confirmations.free, meter);
          send(producer, destination, message(session, body), confirmations);
        }
        for (int i = 0; i < JmsBrokers.IN_FLIGHT; i++) {
          KafkaProduce.acquire(confirmations.free, meter);
        }
        meter.end();
      }
    }
    Exception cause = confirmations.failure.get();
    if (cause != null) {
      throw cause;
    }
  }

  private static void send(
      MessageProducer producer,
      Destination destination,
      Message message,
      Confirmations confirmations)
      throws JMSException {
    int mode = DeliveryMode.PERSISTENT;
    int priority = Message.DEFAULT_PRIORITY;
    if (producer instanceof ActiveMQMessageProducer classic) {
      classic.send(destination, message, mode, priority, 0, (AsyncCallback) confirmations);
    } else {
      producer.send(message, mode, priority, 0, confirmations);
    }
  }

  /** Either client's callback. */
  private static final class Confirmations implements CompletionListener, AsyncCallback {
    final Semaphore free = new Semaphore(JmsBrokers.IN_FLIGHT);
    final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    @Override
    public void onCompletion(Message message) {
      free.release();
    }

    @Override
    public void onException(Message message, Exception cause) {
      failure.compareAndSet(null, cause);
      free.release();
    }

    @Override
    public void onSuccess() {
      free.release();
    }

    @Override
    public void onException(JMSException cause) {
      failure.compareAndSet(null, cause);
      free.release();
    }
  }

  private static Way ours(Servers servers, JmsConfirmation confirmation) {
    return (factory, queue, body, meter) -> {
      JmsProducerSettings settings =
          JmsProducerSettings.create(servers.system(), factory)
              .withDestination(JmsDestination.queue(queue))
              .withConfirmation(confirmation);
      meter.await(
          Source.fromIterator(
                  () -> {
                    meter.begin();
                    return LongStream.range(0, meter.records())
                        .mapToObj(number -> JmsMessage.bytes(body))
                        .iterator();
                  })
              .via(JmsFlow.produce(settings))
              .runWith(Sink.ignore(), servers.system()));
      meter.end();
    };
  }
}
