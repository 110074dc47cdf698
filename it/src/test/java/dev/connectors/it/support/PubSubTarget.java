package dev.connectors.it.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.cloud.pubsub.v1.SubscriptionAdminClient;
import com.google.cloud.pubsub.v1.SubscriptionAdminSettings;
import com.google.cloud.pubsub.v1.TopicAdminClient;
import com.google.cloud.pubsub.v1.TopicAdminSettings;
import com.google.cloud.pubsub.v1.stub.GrpcSubscriberStub;
import com.google.cloud.pubsub.v1.stub.SubscriberStub;
import com.google.cloud.pubsub.v1.stub.SubscriberStubSettings;
import com.google.pubsub.v1.ProjectSubscriptionName;
import com.google.pubsub.v1.TopicName;
import dev.connectors.pubsub.PublisherSettings;
import dev.connectors.testkit.PubSubServer;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * The Pub/Sub that the tests run against: an emulator of the class's own, or Google's service in
 * the project that {@code -Dconnectors.it.pubsub.project} names, with the application default
 * credentials of whoever runs them. What is made there is deleted at the end of each test.
 */
public final class PubSubTarget implements AutoCloseable {
  private static final String PROJECT = "connectors.it.pubsub.project";

  private final @Nullable PubSubServer emulator;
  private final String project;
  private final TopicAdminClient topics;
  private final SubscriptionAdminClient subscriptions;
  private final SubscriberStub subscriber;

  private PubSubTarget(@Nullable PubSubServer emulator, String project) throws IOException {
    this.emulator = emulator;
    this.project = project;
    TopicAdminSettings.Builder topicSettings = TopicAdminSettings.newBuilder();
    SubscriptionAdminSettings.Builder subscriptionSettings = SubscriptionAdminSettings.newBuilder();
    SubscriberStubSettings.Builder subscriberSettings = SubscriberStubSettings.newBuilder();
    if (emulator != null) {
      NoCredentialsProvider none = NoCredentialsProvider.create();
      topicSettings
          .setTransportChannelProvider(emulator.channelProvider())
          .setCredentialsProvider(none);
      subscriptionSettings
          .setTransportChannelProvider(emulator.channelProvider())
          .setCredentialsProvider(none);
      subscriberSettings
          .setTransportChannelProvider(emulator.channelProvider())
          .setCredentialsProvider(none);
    }
    topics = TopicAdminClient.create(topicSettings.build());
    subscriptions = SubscriptionAdminClient.create(subscriptionSettings.build());
    subscriber = GrpcSubscriberStub.create(subscriberSettings.build());
  }

  /** Starts an emulator behind a proxy, or skips what calls it where there is none to be had. */
  public static PubSubTarget start() throws IOException {
    String project = System.getProperty(PROJECT, "").strip();
    if (!project.isEmpty()) {
      return new PubSubTarget(null, project);
    }
    return new PubSubTarget(proxied().start(), "it");
  }

  /** An emulator behind a proxy, yet to be started; skips what calls it where there is none. */
  public static PubSubServer proxied() {
    PubSubServer emulator = PubSubServer.create().withProxy();
    Optional<String> unavailable = emulator.unavailable();
    assumeTrue(unavailable.isEmpty(), () -> unavailable.orElse(""));
    return emulator;
  }

  /** To be paused, cut off and killed; skips the test that asks for it where it is the service. */
  public PubSubServer emulator() {
    assumeTrue(emulator != null, "Google's service can't be paused, cut off or killed");
    return Objects.requireNonNull(emulator);
  }

  /** Whether it is Google's service. */
  public boolean isService() {
    return emulator == null;
  }

  /** With the endpoint of this target, and nothing else but the defaults. */
  public PublisherSettings publisher(ActorSystem system, TopicName topic) {
    PublisherSettings settings = PublisherSettings.create(system, topic);
    return emulator == null ? settings : settings.withEmulatorHost(emulator.emulatorHost());
  }

  /** A topic that nobody has used, with a subscription that keeps the order of keys. */
  public DrainedTopic newTopic() {
    String name = "it-" + UUID.randomUUID();
    return new DrainedTopic(
        TopicName.of(project, name),
        ProjectSubscriptionName.of(project, name),
        topics,
        subscriptions,
        subscriber,
        isService() ? 50 : 3); // the service answers at once, and with nothing more often than not
  }

  @Override
  public void close() {
    subscriber.shutdownNow();
    subscriptions.shutdownNow();
    topics.shutdownNow();
    if (emulator != null) {
      emulator.close();
    }
  }
}
