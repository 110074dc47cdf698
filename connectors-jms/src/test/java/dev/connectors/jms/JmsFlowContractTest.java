package dev.connectors.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.RetrySettings;
import dev.connectors.testkit.SinkContract;
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
import org.junit.jupiter.api.Nested;

/** The contract of flows, on a broker within this JVM. */
class JmsFlowContractTest {

  @Nested
  class Transacted extends Contract {
    Transacted() {
      super(JmsConfirmation.TRANSACTED);
    }
  }

  @Nested
  class Each extends Contract {
    Each() {
      super(JmsConfirmation.EACH);
    }
  }

  @Nested
  class Asynchronous extends Contract {
    Asynchronous() {
      super(JmsConfirmation.ASYNCHRONOUS);
    }
  }

  @SuppressWarnings("NullAway.Init") // set up by fresh
  abstract static class Contract extends SinkContract<JmsMessage, Message> {
    private static final int BOUND = 200;

    private final JmsConfirmation confirmation;
    private String queue;
    private WatchedFactory watched;
    private boolean disturbed;

    Contract(JmsConfirmation confirmation) {
      this.confirmation = confirmation;
    }

    @Override
    protected void fresh() {
      queue = EmbeddedBroker.newQueue();
      disturbed = false;
      watched = WatchedFactory.withCompletions(EmbeddedBroker.factory());
    }

    @Override
    protected Flow<Pair<JmsMessage, Integer>, Pair<Message, Integer>, NotUsed> flow(
        ActorSystem system) {
      JmsProducerSettings settings =
          JmsProducerSettings.create(system, watched.factory())
              .withDestination(JmsDestination.queue(queue))
              .withConfirmation(confirmation)
              .withMaxInFlight(BOUND)
              .withCloseTimeout(Duration.ofMillis(200))
              .withRetry(RetrySettings.create(system).withMinBackoff(Duration.ofMillis(5)));
      return JmsFlow.<Integer>produceWithContext(settings).asFlow();
    }

    @Override
    protected JmsMessage element(int number) {
      return JmsMessage.text("message-" + number).withProperty("number", number);
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
      // What is confirmed and not known to be comes twice.
      return disturbed && confirmation == JmsConfirmation.ASYNCHRONOUS
          ? EmbeddedBroker.takeDistinct(queue)
          : EmbeddedBroker.count(queue);
    }

    @Override
    protected int bound() {
      return BOUND + 32; // and what the buffers between the stages hold
    }

    @Override
    protected void stall() {
      watched.stall();
    }

    @Override
    protected void resume() {
      watched.resume();
    }

    /** Now and then a send or its completion fails, as if the connection were lost. */
    @Override
    protected boolean disturb() {
      disturbed = true;
      AtomicInteger sends = new AtomicInteger();
      String step = confirmation == JmsConfirmation.ASYNCHRONOUS ? "onCompletion" : "send";
      watched.failOn(method -> method.equals(step) && sends.incrementAndGet() % 500 == 0);
      return true;
    }

    @Override
    protected String threads() {
      return "jms-producer-";
    }

    @Override
    protected void ended(ActorSystem system) {
      StreamTestKit.assertAllStagesStopped(
          SystemMaterializer.get(system).materializer(), Duration.ofSeconds(10));
      await().until(() -> watched.open.get() == 0);
      assertThat(watched.trespasses).isEmpty();
    }
  }
}
