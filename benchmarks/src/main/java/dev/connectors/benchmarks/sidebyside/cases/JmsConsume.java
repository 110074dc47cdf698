package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.jms.JmsAcknowledgement;
import dev.connectors.jms.JmsConsumerSettings;
import dev.connectors.jms.JmsSource;
import dev.connectors.jms.JmsSubscription;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.concurrent.CompletionStage;
import org.apache.activemq.ActiveMQConnection;
import org.apache.pekko.Done;

/**
 * Empties a queue; the clock stops when the last message is acknowledged. There is no artifact of
 * pekko-connectors for Jakarta Messaging to compare with; its module for JMS 2 speaks {@code
 * javax.jms}, whose clients have the names of these and can't be on one class path with them.
 */
final class JmsConsume {
  private static final long RECEIVE_MILLIS = 1_000;

  private JmsConsume() {}

  private interface Way {
    void consume(ConnectionFactory factory, String queue, Meter meter, MessageCheck check)
        throws Exception;
  }

  /** A session that commits each batch, and a source that does. */
  static Workload.Setup transacted(JmsBrokers.Kind kind) {
    return (servers, records) ->
        new Contenders()
            .raw(meter -> round(servers, kind, meter, JmsConsume::rawTransacted))
            .ours(
                meter -> round(servers, kind, meter, ours(servers, JmsAcknowledgement.TRANSACTED)));
  }

  /**
   * A session that acknowledges each message and waits for the broker with every 64th, the least
   * that makes what is before it durable, and a source that does.
   */
  static Workload.Setup individual(JmsBrokers.Kind kind) {
    return (servers, records) ->
        new Contenders()
            .raw(
                meter ->
                    round(
                        servers,
                        kind,
                        meter,
                        (factory, queue, m, check) ->
                            rawIndividual(kind, factory, queue, m, check)))
            .ours(
                meter -> round(servers, kind, meter, ours(servers, JmsAcknowledgement.INDIVIDUAL)));
  }

  private static void round(Servers servers, JmsBrokers.Kind kind, Meter meter, Way way)
      throws Exception {
    ConnectionFactory factory = kind.factory(servers);
    String queue = JmsBrokers.filled(factory, meter.records());
    MessageCheck check = new MessageCheck(meter);
    way.consume(factory, queue, meter, check);
    check.verify();
    WrongResult.check("messages left in the queue", JmsBrokers.drain(factory, queue), 0);
  }

  private static void rawTransacted(
      ConnectionFactory factory, String queue, Meter meter, MessageCheck check) throws Exception {
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
      connection.start();
      while (!check.isComplete()) {
        check.accept(next(consumer, meter));
        if (check.count() % JmsBrokers.BATCH == 0) {
          session.commit();
        }
      }
      session.commit();
      meter.end();
    }
  }

  private static void rawIndividual(
      JmsBrokers.Kind kind,
      ConnectionFactory factory,
      String queue,
      Meter meter,
      MessageCheck check)
      throws Exception {
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession(false, kind.individual);
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
      connection.start();
      while (!check.isComplete()) {
        Message message = next(consumer, meter);
        check.accept(message);
        boolean wait = check.count() % 64 == 0 || check.isComplete();
        if (connection instanceof ActiveMQConnection classic) {
          classic.setSendAcksAsync(!wait);
          message.acknowledge();
        } else {
          var artemis = (org.apache.activemq.artemis.jms.client.ActiveMQMessage) message;
          artemis.getCoreMessage().individualAcknowledge();
          if (wait) {
            ((org.apache.activemq.artemis.jms.client.ActiveMQSession) session)
                .getCoreSession()
                .commit();
          }
        }
      }
      meter.end();
    }
  }

  private static Message next(MessageConsumer consumer, Meter meter) throws Exception {
    Message message = consumer.receive(RECEIVE_MILLIS);
    while (message == null) {
      meter.checkTime();
      message = consumer.receive(RECEIVE_MILLIS);
    }
    return message;
  }

  private static Way ours(Servers servers, JmsAcknowledgement acknowledgement) {
    return (factory, queue, meter, check) -> {
      Control.Draining<Done> control =
          JmsSource.committable(
                  JmsConsumerSettings.create(servers.system(), factory)
                      .withAcknowledgement(acknowledgement),
                  JmsSubscription.queue(queue))
              .map(
                  message -> {
                    check.accept(message);
                    return message;
                  })
              .toMat(Committer.sink(CommitterSettings.create(servers.system())), Control::draining)
              .run(servers.system());
      meter.await(check.lastOr(control.streamCompletion()));
      CompletionStage<Done> drained = control.drainAndShutdown();
      meter.await(control.streamCompletion());
      meter.end();
      meter.await(drained);
    };
  }
}
