package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.it.support.JmsBroker;
import dev.connectors.testkit.ActiveMqServer;
import dev.connectors.testkit.ArtemisServer;
import dev.connectors.testkit.OwnServer;
import dev.connectors.testkit.TestServer;
import dev.connectors.testkit.WithServers;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import org.junit.jupiter.api.Test;

/** The brokers themselves, with nothing but their own clients. */
@WithServers
class JmsServersIT {

  @Test
  void start_activeMq_keepsMessagesOverAKill(@OwnServer ActiveMqServer server) throws Exception {
    assertKeepsMessagesOverAKill(server);
  }

  @Test
  void start_artemis_keepsMessagesOverAKill(@OwnServer ArtemisServer server) throws Exception {
    assertKeepsMessagesOverAKill(server);
  }

  @Test
  void rollback_tooOftenOnActiveMq_movesToTheDeadLetterQueue(ActiveMqServer server)
      throws Exception {
    JmsBroker broker = JmsBroker.of(server);
    broker.send("rolled-back", "poison");

    // Once, and six times again.
    assertThat(rollBackUntilItIsGone(broker, "rolled-back")).isEqualTo(7);
    assertThat(broker.take("ActiveMQ.DLQ", 1)).contains("poison");
  }

  @Test
  void withSetting_artemis_isTheBrokers() throws Exception {
    try (ArtemisServer server =
        ArtemisServer.create().withSetting("addressSettings.#.maxDeliveryAttempts", "3").start()) {
      JmsBroker broker = JmsBroker.of(server);
      broker.send("rolled-back", "poison");

      assertThat(rollBackUntilItIsGone(broker, "rolled-back")).isEqualTo(3);
      assertThat(broker.take("DLQ", 1)).containsExactly("poison");
    }
  }

  private static void assertKeepsMessagesOverAKill(TestServer server) throws JMSException {
    JmsBroker broker = JmsBroker.of(server);
    broker.send("kept", "0", "1", "2");

    server.kill();
    server.restart();

    assertThat(broker.take("kept", 3)).containsExactly("0", "1", "2");
  }

  /** How often the only message of a queue is delivered. */
  private static int rollBackUntilItIsGone(JmsBroker broker, String queue) throws JMSException {
    String soon = broker.isArtemis() ? "" : "?jms.redeliveryPolicy.initialRedeliveryDelay=0";
    int deliveries = 0;
    try (Connection connection = broker.factory(soon).createConnection();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
      connection.start();
      while (consumer.receive(3_000) != null) {
        deliveries++;
        session.rollback();
      }
    }
    return deliveries;
  }
}
