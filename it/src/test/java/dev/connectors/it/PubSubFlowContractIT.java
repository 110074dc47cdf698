package dev.connectors.it;

import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.it.support.PubSubTarget;
import dev.connectors.it.support.PubSubTopic;
import dev.connectors.pubsub.MessageTooLargeException;
import dev.connectors.pubsub.PubSubFlow;
import dev.connectors.pubsub.PublisherSettings;
import dev.connectors.testkit.PubSubServer;
import dev.connectors.testkit.SinkContract;
import java.io.IOException;
import java.time.Duration;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract of flows, on the emulator, without ordering keys and with them. */
@SuppressWarnings("NullAway.Init") // started before all tests
class PubSubFlowContractIT {
  private static PubSubTarget target;

  @BeforeAll
  static void start() {
    target = PubSubTarget.start();
  }

  @AfterAll
  static void close() {
    if (target != null) { // else all was skipped
      target.close();
    }
  }

  @Nested
  class Unordered extends Contract {
    @Override
    String key(int number) {
      return "";
    }
  }

  @Nested
  class OfSomeKeys extends Contract {
    @Override
    String key(int number) {
      return "key-" + number % 20;
    }
  }

  abstract static class Contract extends SinkContract<PubsubMessage, String> {
    private static final int BOUND = 500;

    private PubSubTopic topic;
    private long drained;

    abstract String key(int number);

    @Override
    protected void fresh() throws IOException {
      topic = target.newTopic();
      drained = 0;
    }

    @AfterEach
    void delete() throws IOException {
      resume(); // else it would wait for the server
      topic.close();
    }

    @Override
    protected Flow<Pair<PubsubMessage, Integer>, Pair<String, Integer>, NotUsed> flow(
        ActorSystem system) {
      PublisherSettings settings =
          target
              .publisher(system, topic.name())
              .withMaxInFlight(BOUND)
              .withShutdownTimeout(Duration.ofSeconds(1))
              .withPublisher(publisher -> publisher.setEnableMessageOrdering(true));
      return PubSubFlow.<Integer>publishWithContext(settings).asFlow();
    }

    @Override
    protected PubsubMessage element(int number) {
      return PubsubMessage.newBuilder()
          .setData(ByteString.copyFromUtf8("message-" + number))
          .setOrderingKey(key(number))
          .build();
    }

    @Override
    protected PubsubMessage refused() {
      return PubsubMessage.newBuilder().setData(ByteString.copyFrom(new byte[10_000_000])).build();
    }

    @Override
    protected Class<? extends Throwable> refusal() {
      return MessageTooLargeException.class;
    }

    @Override
    protected long stored() throws IOException {
      drained += topic.drain().size();
      return drained;
    }

    @Override
    protected int bound() {
      return BOUND + 32; // and what the buffers between the stages hold
    }

    @Override
    protected void stall() {
      target.emulator().pause();
    }

    @Override
    protected void resume() {
      if (!target.isService()) {
        PubSubServer emulator = target.emulator();
        emulator.resume();
      }
    }

    @Override
    protected String threads() {
      return "pubsub-";
    }

    @Override
    protected void ended(ActorSystem system) {
      StreamTestKit.assertAllStagesStopped(
          SystemMaterializer.get(system).materializer(), Duration.ofSeconds(30));
    }
  }
}
