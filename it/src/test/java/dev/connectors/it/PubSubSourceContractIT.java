package dev.connectors.it;

import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.rpc.TransportChannelProvider;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.InFlightSettings;
import dev.connectors.it.support.AckWatch;
import dev.connectors.it.support.PubSubTopic;
import dev.connectors.pubsub.PubSubSource;
import dev.connectors.pubsub.PullMode;
import dev.connectors.testkit.PubSubServer;
import dev.connectors.testkit.SourceContract;
import dev.connectors.testkit.WithServers;
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

/** The contract of sources, on Google's emulator, with each way to pull. */
@WithServers
class PubSubSourceContractIT {
  private static final AtomicInteger TOPICS = new AtomicInteger();

  @Nested
  class Streaming extends Contract {
    Streaming(PubSubServer server) {
      super(server, PullMode.STREAMING);
    }
  }

  @Nested
  class Unary extends Contract {
    Unary(PubSubServer server) {
      super(server, PullMode.UNARY);
    }
  }

  @SuppressWarnings("NullAway.Init") // set up by fresh
  abstract static class Contract extends SourceContract<PubsubMessage> {
    private final PubSubServer server;
    private final PullMode pull;
    private final AckWatch acks = new AckWatch();
    private PubSubTopic topic;
    private boolean rejects;

    Contract(PubSubServer server, PullMode pull) {
      this.server = server;
      this.pull = pull;
    }

    @BeforeEach
    void name(TestInfo test) {
      rejects = test.getDisplayName().toLowerCase(Locale.ROOT).startsWith("reject");
    }

    /** One key: it is the order of this that the contract looks at. */
    @Override
    protected void fresh() throws Exception {
      topic = PubSubTopic.create(server, "source-contract-" + TOPICS.incrementAndGet(), 1);
    }

    @Override
    protected void publish(int count) throws Exception {
      topic.publish(count);
    }

    @Override
    protected Source<Pair<PubsubMessage, Committable>, Control> source(
        ActorSystem system, InFlightSettings inFlight) {
      return PubSubSource.committable(
              topic
                  .settings(system)
                  .withPull(pull)
                  .withPullPause(Duration.ofMillis(20))
                  // What is rejected comes again, and in these tests nobody settles it then.
                  .withDrainTimeout(rejects ? Duration.ofMillis(500) : Duration.ofMinutes(1))
                  .withCancelGrace(Duration.ofMillis(200))
                  .withInFlight(inFlight)
                  .withSubscriber(
                      subscriber ->
                          subscriber
                              .setChannelProvider(watched())
                              // What is on its way to a client that stops comes again after this
                              // time, by itself a minute, and its key waits for it.
                              .setMaxDurationPerAckExtensionDuration(Duration.ofSeconds(10)))
                  .withStub(
                      stub -> {
                        stub.setTransportChannelProvider(watched());
                        return stub;
                      }))
          .asSource();
    }

    private TransportChannelProvider watched() {
      return ((InstantiatingGrpcChannelProvider) server.channelProvider())
          .toBuilder()
              .setChannelConfigurator(channel -> channel.usePlaintext().intercept(acks))
              .build();
    }

    @Override
    protected long number(PubsubMessage message) {
      return PubSubTopic.number(message);
    }

    @Override
    protected long committed() {
      return acks.first();
    }

    @Override
    protected boolean commitsEach() {
      return true;
    }

    /** Not with a key: what follows waits, or comes again with what is given back. */
    @Override
    protected boolean deliversBehindUnsettled() {
      return false;
    }

    /** Not the emulator, when it was given something back. */
    @Override
    protected boolean keepsOrderBetweenRuns() {
      return false;
    }

    /** Without exactly-once delivery: when a lease has run out, what follows it in its key too. */
    @Override
    protected boolean mayDeliverCommittedAgain() {
      return true;
    }

    @Override
    protected String threads() {
      return "pubsub-" + topic.subscription().getSubscription();
    }

    @Override
    protected void ended(ActorSystem system) {
      StreamTestKit.assertAllStagesStopped(
          SystemMaterializer.get(system).materializer(), Duration.ofSeconds(30));
    }
  }
}
