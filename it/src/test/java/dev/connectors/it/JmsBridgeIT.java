package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.it.support.BridgeMain;
import dev.connectors.it.support.JmsBroker;
import dev.connectors.it.support.Topic;
import dev.connectors.jms.JmsAcknowledgement;
import dev.connectors.testkit.ActiveMqServer;
import dev.connectors.testkit.ArtemisServer;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.OwnServer;
import dev.connectors.testkit.TestServer;
import dev.connectors.testkit.WithServers;
import dev.connectors.testkit.chaos.ChaosReport;
import dev.connectors.testkit.chaos.Finding;
import dev.connectors.testkit.chaos.ForkedPipeline;
import dev.connectors.testkit.chaos.Ledger;
import dev.connectors.testkit.chaos.Oracle;
import dev.connectors.testkit.chaos.RandomKills;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * From JMS to Kafka and back, while the broker is killed and restarted and the pipeline is killed.
 * {@code -Dconnectors.it.kills=10 -Dconnectors.it.messages=100000} is the long form.
 */
@WithServers
class JmsBridgeIT {
  private static final int KILLS = Integer.getInteger("connectors.it.kills", 2);
  private static final int MESSAGES = Integer.getInteger("connectors.it.messages", 6_000);
  private static final int GROUPS = 20;
  private static final int BATCH = 100;

  private final KafkaServer kafka;

  JmsBridgeIT(KafkaServer kafka) {
    this.kafka = kafka;
  }

  @ParameterizedTest
  @EnumSource(names = {"TRANSACTED", "INDIVIDUAL"})
  @Timeout(1_800)
  void kill_activeMqAndThePipeline_losesNothingAndKeepsTheOrder(
      JmsAcknowledgement acknowledgement, @OwnServer ActiveMqServer server) throws Exception {
    bridges(server, "bridge-activemq-" + acknowledgement, acknowledgement);
  }

  @ParameterizedTest
  @EnumSource(names = {"TRANSACTED", "INDIVIDUAL"})
  @Timeout(1_800)
  void kill_artemisAndThePipeline_losesNothingAndKeepsTheOrder(
      JmsAcknowledgement acknowledgement, @OwnServer ArtemisServer server) throws Exception {
    bridges(server, "bridge-artemis-" + acknowledgement, acknowledgement);
  }

  private void bridges(TestServer server, String name, JmsAcknowledgement acknowledgement)
      throws Exception {
    JmsBroker broker = JmsBroker.of(server);
    Topic.create(kafka.bootstrapServers(), name, 4);
    Ledger ledger = Ledger.create();
    RandomKills kills = RandomKills.create();
    try (ForkedPipeline pipeline =
        ForkedPipeline.of(BridgeMain.class)
            .withArguments(
                kafka.bootstrapServers(),
                broker.isArtemis() ? "artemis" : "activemq",
                broker.url(),
                name,
                acknowledgement.name())) {
      for (int kill = 0; kill < KILLS; kill++) {
        send(broker, name, ledger, kill * (MESSAGES / KILLS), MESSAGES / KILLS);
        pipeline.start();
        pipeline.awaitLine("BRIDGED");
        server.kill();
        server.restart();
        kills.kill(pipeline, Duration.ofSeconds(1));
      }

      pipeline.start();
      ChaosReport report = receive(broker, name + "-back", ledger, kills);
      System.out.println(name + ": " + report);
      report.assertAtLeastOnce().assertNone(Finding.OUT_OF_ORDER);
      assertThat(report.acknowledged()).isEqualTo(MESSAGES);
      // Two halves, and for each kill one of the broker and one of the pipeline.
      assertThat(report.count(Finding.DUPLICATED))
          .isLessThan(KILLS * 2L * 4 * BridgeMain.IN_FLIGHT);
      assertThat(pipeline.isRunning()).isTrue();
    }
  }

  /** What the broker commits goes into the ledger. */
  private static void send(JmsBroker broker, String queue, Ledger ledger, int first, int count)
      throws JMSException {
    try (Connection connection = broker.factory().createConnection();
        Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
      MessageProducer producer = session.createProducer(session.createQueue(queue));
      for (int from = first; from < first + count; from += BATCH) {
        int end = Math.min(first + count, from + BATCH);
        for (int i = from; i < end; i++) {
          String group = "group-" + i % GROUPS;
          ledger.sent("message-" + i, group, "message-" + i);
          Message message = session.createTextMessage("message-" + i);
          message.setStringProperty("JMSXGroupID", group);
          producer.send(message);
        }
        session.commit();
        for (int i = from; i < end; i++) {
          ledger.acknowledged("message-" + i);
        }
      }
    }
  }

  /** Waits up to 30 seconds for the next while one is missing. */
  private static ChaosReport receive(
      JmsBroker broker, String queue, Ledger ledger, RandomKills kills) throws JMSException {
    Oracle oracle = Oracle.of(ledger);
    try (Connection connection = broker.factory().createConnection();
        Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
      connection.start();
      for (int idle = 0; idle < 30; idle++) {
        Message message = consumer.receive(1_000);
        if (message != null) {
          String text = message.getBody(String.class);
          oracle.seen(text, message.getStringProperty("JMSXGroupID"), text);
          idle = 0;
        } else if (oracle.report().count(Finding.MISSING) == 0) {
          break;
        }
      }
    }
    return oracle.report(kills);
  }
}
