package dev.connectors.it;

import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.RetrySettings;
import dev.connectors.it.support.JmsBroker;
import dev.connectors.jms.JmsAcknowledgement;
import dev.connectors.jms.JmsConsumerSettings;
import dev.connectors.jms.JmsSource;
import dev.connectors.jms.JmsSubscription;
import dev.connectors.testkit.ActiveMqServer;
import dev.connectors.testkit.ArtemisServer;
import dev.connectors.testkit.SourceContract;
import dev.connectors.testkit.TestServer;
import dev.connectors.testkit.WithServers;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInfo;

/** The contract of sources, on both brokers and with each way to acknowledge. */
@WithServers
class JmsSourceContractIT {
  private static final AtomicInteger QUEUES = new AtomicInteger();

  @Nested
  class ActiveMqIndividual extends Contract {
    ActiveMqIndividual(ActiveMqServer server) {
      super(server, JmsAcknowledgement.INDIVIDUAL);
    }
  }

  @Nested
  class ActiveMqTransacted extends Contract {
    ActiveMqTransacted(ActiveMqServer server) {
      super(server, JmsAcknowledgement.TRANSACTED);
    }
  }

  @Nested
  class ActiveMqClient extends Contract {
    ActiveMqClient(ActiveMqServer server) {
      super(server, JmsAcknowledgement.CLIENT);
    }
  }

  @Nested
  class ArtemisIndividual extends Contract {
    ArtemisIndividual(ArtemisServer server) {
      super(server, JmsAcknowledgement.INDIVIDUAL);
    }
  }

  @Nested
  class ArtemisTransacted extends Contract {
    ArtemisTransacted(ArtemisServer server) {
      super(server, JmsAcknowledgement.TRANSACTED);
    }
  }

  @Nested
  class ArtemisClient extends Contract {
    ArtemisClient(ArtemisServer server) {
      super(server, JmsAcknowledgement.CLIENT);
    }
  }

  abstract static class Contract extends SourceContract<Message> {
    private final JmsBroker broker;
    private final JmsAcknowledgement acknowledgement;
    private final String queue = "source-contract-" + QUEUES.incrementAndGet();
    private boolean rejects;
    private int published;

    Contract(TestServer server, JmsAcknowledgement acknowledgement) {
      this.broker = JmsBroker.of(server);
      this.acknowledgement = acknowledgement;
    }

    @BeforeEach
    void name(TestInfo test) {
      rejects = test.getDisplayName().toLowerCase(Locale.ROOT).startsWith("reject");
    }

    @Override
    protected void fresh() {
      // JUnit makes an instance, and so a queue, for each test.
    }

    @Override
    protected void publish(int count) throws JMSException {
      broker.publish(queue, published, count);
      published += count;
    }

    @Override
    protected Source<Pair<Message, Committable>, Control> source(
        ActorSystem system, InFlightSettings inFlight) {
      String soon =
          broker.isArtemis()
              ? ""
              : "?jms.redeliveryPolicy.initialRedeliveryDelay=0&jms.redeliveryPolicy.redeliveryDelay=0";
      JmsConsumerSettings settings =
          JmsConsumerSettings.create(system, broker.factory(soon))
              .withAcknowledgement(acknowledgement)
              // What is rejected comes again, and in these tests nobody settles it then.
              .withDrainTimeout(rejects ? Duration.ofMillis(500) : Duration.ofMinutes(1))
              .withReconnect(RetrySettings.create(system))
              .withInFlight(inFlight);
      return JmsSource.committable(settings, JmsSubscription.queue(queue)).asSource();
    }

    @Override
    protected long number(Message message) {
      try {
        return message.getIntProperty("number");
      } catch (JMSException failure) {
        throw new IllegalStateException(failure);
      }
    }

    /** They are confirmed in their order, so the number of those that are left tells. */
    @Override
    protected long committed() throws JMSException {
      return published - broker.count(queue);
    }

    @Override
    protected boolean commitsParts() {
      return acknowledgement == JmsAcknowledgement.INDIVIDUAL;
    }

    /**
     * Classic does with {@code strictOrderDispatch} in the queue's policy, which is not the
     * default.
     */
    @Override
    protected boolean keepsOrderBetweenRuns() {
      return broker.isArtemis();
    }

    @Override
    protected String threads() {
      return "jms-" + queue;
    }

    @Override
    protected void ended(ActorSystem system) {
      StreamTestKit.assertAllStagesStopped(
          SystemMaterializer.get(system).materializer(), Duration.ofSeconds(30));
    }
  }
}
