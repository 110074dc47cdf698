package dev.connectors.pubsub;

import com.google.pubsub.v1.ProjectSubscriptionName;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.internal.Contexts;
import dev.connectors.pubsub.internal.ReceiverStage;
import dev.connectors.testkit.SourceContract;
import java.time.Duration;
import java.util.Locale;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** The contract of sources, on a subscription in memory. */
@SuppressWarnings("NullAway.Init") // set up by fresh
class PubSubSourceContractTest extends SourceContract<PubsubMessage> {
  private static final Duration SOON = Duration.ofSeconds(10);

  private FakeSubscription subscription;
  private boolean rejects;

  @BeforeEach
  void name(TestInfo test) {
    rejects = test.getDisplayName().toLowerCase(Locale.ROOT).startsWith("reject");
  }

  @Override
  protected void fresh() {
    subscription = new FakeSubscription();
  }

  @Override
  protected void publish(int count) {
    subscription.publish(count);
  }

  @Override
  protected Source<Pair<PubsubMessage, Committable>, Control> source(
      ActorSystem system, InFlightSettings inFlight) {
    SubscriberSettings settings =
        SubscriberSettings.create(system, ProjectSubscriptionName.of("project", "contract"))
            .withCancelGrace(Duration.ofMillis(50))
            // What is rejected comes again, and in these tests nobody settles it then.
            .withDrainTimeout(rejects ? Duration.ofMillis(200) : Duration.ofHours(1))
            .withInFlight(inFlight);
    return Contexts.source(new ReceiverStage(settings, subscription::link)).asSource();
  }

  @Override
  protected long number(PubsubMessage message) {
    return FakeSubscription.number(message);
  }

  @Override
  protected long committed() {
    return subscription.committed();
  }

  @Override
  protected boolean commitsEach() {
    return true;
  }

  @Override
  protected String threads() {
    return "pubsub-contract";
  }

  @Override
  protected void ended(ActorSystem system) {
    StreamTestKit.assertAllStagesStopped(SystemMaterializer.get(system).materializer(), SOON);
  }
}
