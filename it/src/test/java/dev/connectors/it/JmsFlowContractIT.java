package dev.connectors.it;

import dev.connectors.core.RetrySettings;
import dev.connectors.it.support.JmsBroker;
import dev.connectors.jms.JmsConfirmation;
import dev.connectors.jms.JmsDestination;
import dev.connectors.jms.JmsFlow;
import dev.connectors.jms.JmsMessage;
import dev.connectors.jms.JmsProducerSettings;
import dev.connectors.testkit.ActiveMqServer;
import dev.connectors.testkit.ArtemisServer;
import dev.connectors.testkit.SinkContract;
import dev.connectors.testkit.TestServer;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract of flows, on both brokers and with each way to confirm. */
@SuppressWarnings("NullAway.Init") // started before all tests
class JmsFlowContractIT {
  private static final AtomicInteger QUEUES = new AtomicInteger();

  private static ActiveMqServer activeMq;
  private static ArtemisServer artemis;

  @BeforeAll
  static void start() {
    activeMq = ActiveMqServer.create().start();
    artemis = ArtemisServer.create().start();
  }

  @AfterAll
  static void close() {
    activeMq.close();
    artemis.close();
  }

  @Nested
  class ActiveMqTransacted extends Contract {
    ActiveMqTransacted() {
      super(activeMq, JmsConfirmation.TRANSACTED);
    }
  }

  @Nested
  class ActiveMqEach extends Contract {
    ActiveMqEach() {
      super(activeMq, JmsConfirmation.EACH);
    }
  }

  @Nested
  class ActiveMqAsynchronous extends Contract {
    ActiveMqAsynchronous() {
      super(activeMq, JmsConfirmation.ASYNCHRONOUS);
    }
  }

  @Nested
  class ArtemisTransacted extends Contract {
    ArtemisTransacted() {
      super(artemis, JmsConfirmation.TRANSACTED);
    }
  }

  @Nested
  class ArtemisEach extends Contract {
    ArtemisEach() {
      super(artemis, JmsConfirmation.EACH);
    }
  }

  @Nested
  class ArtemisAsynchronous extends Contract {
    ArtemisAsynchronous() {
      super(artemis, JmsConfirmation.ASYNCHRONOUS, "?confirmationWindowSize=1048576");
    }
  }

  /** Its client would confirm what the broker has not, so each message is waited for. */
  @Nested
  class ArtemisAsynchronousWithoutAWindow extends Contract {
    ArtemisAsynchronousWithoutAWindow() {
      super(artemis, JmsConfirmation.ASYNCHRONOUS);
    }
  }

  abstract static class Contract extends SinkContract<JmsMessage, Message> {
    private static final int BOUND = 500;

    private final TestServer server;
    private final JmsBroker broker;
    private final JmsConfirmation confirmation;
    private final String options;
    private final String queue = "flow-contract-" + QUEUES.incrementAndGet();

    Contract(TestServer server, JmsConfirmation confirmation) {
      this(server, confirmation, "");
    }

    Contract(TestServer server, JmsConfirmation confirmation, String options) {
      this.options = options;
      this.server = server;
      this.broker = JmsBroker.of(server);
      this.confirmation = confirmation;
    }

    @Override
    protected void fresh() {
      // JUnit makes an instance, and so a queue, for each test.
    }

    @Override
    protected Flow<Pair<JmsMessage, Integer>, Pair<Message, Integer>, NotUsed> flow(
        ActorSystem system) {
      JmsProducerSettings settings =
          JmsProducerSettings.create(system, broker.factory(options))
              .withDestination(JmsDestination.queue(queue))
              .withConfirmation(confirmation)
              .withMaxInFlight(BOUND)
              .withCloseTimeout(Duration.ofSeconds(1))
              .withRetry(RetrySettings.create(system));
      return JmsFlow.<Integer>produceWithContext(settings).asFlow();
    }

    @Override
    protected JmsMessage element(int number) {
      return JmsMessage.text("message-" + number);
    }

    @Override
    protected JmsMessage refused() {
      return JmsMessage.text("refused").withProperty("when", Instant.EPOCH);
    }

    @Override
    protected Class<? extends Throwable> refusal() {
      return MessageFormatException.class;
    }

    @Override
    protected long stored() throws Exception {
      return broker.count(queue);
    }

    @Override
    protected int bound() {
      return BOUND + 32; // and what the buffers between the stages hold
    }

    @Override
    protected int many() {
      return 1_500; // each waits for the broker's disk
    }

    @Override
    protected void stall() {
      server.pause();
    }

    @Override
    protected void resume() {
      server.resume();
    }

    @Override
    protected String threads() {
      return "jms-producer-";
    }

    @Override
    protected void ended(ActorSystem system) {
      StreamTestKit.assertAllStagesStopped(
          SystemMaterializer.get(system).materializer(), Duration.ofSeconds(30));
    }
  }
}
