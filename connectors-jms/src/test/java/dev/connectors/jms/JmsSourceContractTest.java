package dev.connectors.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.RetrySettings;
import dev.connectors.testkit.SourceContract;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Duration;
import java.util.Locale;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInfo;

/** The contract of sources, on a broker within this JVM. */
class JmsSourceContractTest {

  @Nested
  class Transacted extends Contract {
    Transacted() {
      super(JmsAcknowledgement.TRANSACTED);
    }
  }

  @Nested
  class Client extends Contract {
    Client() {
      super(JmsAcknowledgement.CLIENT);
    }
  }

  @Nested
  class Individual extends Contract {
    Individual() {
      super(JmsAcknowledgement.INDIVIDUAL);
    }
  }

  @SuppressWarnings("NullAway.Init") // set up by fresh
  abstract static class Contract extends SourceContract<Message> {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final JmsAcknowledgement acknowledgement;
    private boolean rejects;
    private String queue;
    private int published;
    private WatchedFactory watched;

    Contract(JmsAcknowledgement acknowledgement) {
      this.acknowledgement = acknowledgement;
    }

    @BeforeEach
    void name(TestInfo test) {
      rejects = test.getDisplayName().toLowerCase(Locale.ROOT).startsWith("reject");
    }

    @Override
    protected void fresh() {
      queue = EmbeddedBroker.newQueue();
      published = 0;
      watched = new WatchedFactory(EmbeddedBroker.factory());
    }

    @Override
    protected void publish(int count) throws JMSException {
      EmbeddedBroker.publish(queue, published, count);
      published += count;
    }

    @Override
    protected Source<Pair<Message, Committable>, Control> source(
        ActorSystem system, InFlightSettings inFlight) {
      JmsConsumerSettings settings =
          JmsConsumerSettings.create(system, watched.factory())
              .withAcknowledgement(acknowledgement)
              .withPollTimeout(Duration.ofMillis(5))
              .withCancelGrace(Duration.ofMillis(50))
              // What is rejected comes again, and in these tests nobody settles it then.
              .withDrainTimeout(rejects ? Duration.ofMillis(200) : Duration.ofHours(1))
              .withReconnect(RetrySettings.create(system).withMinBackoff(Duration.ofMillis(10)))
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

    @Override
    protected long committed() throws JMSException {
      int first = EmbeddedBroker.first(queue);
      return first < 0 ? published : first;
    }

    @Override
    protected boolean commitsParts() {
      return acknowledgement == JmsAcknowledgement.INDIVIDUAL;
    }

    @Override
    protected String threads() {
      return "jms-" + queue;
    }

    @Override
    protected void ended(ActorSystem system) {
      StreamTestKit.assertAllStagesStopped(SystemMaterializer.get(system).materializer(), SOON);
      await().until(() -> watched.open.get() == 0);
      assertThat(watched.trespasses).isEmpty();
    }
  }
}
