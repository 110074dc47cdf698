package dev.connectors.pubsub;

import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.pubsub.ScriptedTopic.Answer;
import dev.connectors.testkit.SinkContract;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The contract of flows, on the client and a server that is scripted. */
class PubSubFlowContractTest {

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
      return "key-" + number % 7;
    }
  }

  @SuppressWarnings("NullAway.Init") // set up by fresh
  abstract static class Contract extends SinkContract<PubsubMessage, String> {
    private static final int BOUND = 200;

    private ScriptedPubSub server;

    abstract String key(int number);

    @Override
    protected void fresh() {
      server = ScriptedPubSub.start();
    }

    @AfterEach
    void close() {
      server.close();
    }

    @Override
    protected Flow<Pair<PubsubMessage, Integer>, Pair<String, Integer>, NotUsed> flow(
        ActorSystem system) {
      PublisherSettings settings =
          PublisherSettings.create(system, ScriptedPubSub.TOPIC)
              .withEmulatorHost(server.emulatorHost())
              .withMaxInFlight(BOUND)
              .withBatchElements(20)
              .withShutdownTimeout(Duration.ofMillis(200))
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
      return PubsubMessage.newBuilder()
          .setData(ByteString.copyFrom(new byte[10_000_000]))
          .setOrderingKey(key(0))
          .build();
    }

    @Override
    protected Class<? extends Throwable> refusal() {
      return MessageTooLargeException.class;
    }

    @Override
    protected long stored() {
      return server.topic.stored().size();
    }

    @Override
    protected int bound() {
      return BOUND + 32; // and what the buffers between the stages hold
    }

    @Override
    protected void stall() {
      server.topic.stall();
    }

    @Override
    protected void resume() {
      server.topic.resume();
    }

    /** Every third request fails in a way that the client knows to pass. */
    @Override
    protected boolean disturb() {
      AtomicInteger requests = new AtomicInteger();
      server.topic.answer(
          request ->
              requests.incrementAndGet() % 3 == 0
                  ? Answer.failure(Status.UNAVAILABLE.withDescription("scripted"))
                  : Answer.IDS);
      return true;
    }

    @Override
    protected String threads() {
      return "pubsub-";
    }

    @Override
    protected void ended(ActorSystem system) {
      StreamTestKit.assertAllStagesStopped(
          SystemMaterializer.get(system).materializer(), StreamTest.SOON);
    }
  }
}
