package dev.connectors.it.support;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.api.gax.batching.BatchingSettings;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.rpc.TransportChannelProvider;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.cloud.pubsub.v1.SubscriptionAdminClient;
import com.google.cloud.pubsub.v1.SubscriptionAdminSettings;
import com.google.cloud.pubsub.v1.TopicAdminClient;
import com.google.cloud.pubsub.v1.TopicAdminSettings;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.ProjectSubscriptionName;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.TopicName;
import dev.connectors.pubsub.SubscriberSettings;
import dev.connectors.testkit.PubSubServer;
import dev.connectors.testkit.chaos.Ledger;
import dev.connectors.testkit.internal.PubSubChannels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.ActorSystem;

/**
 * A topic with one subscription, seen through Google's own clients. Its messages are numbered from
 * 0, and have as many ordering keys as it was made with, in turn; none for 0.
 */
public final class PubSubTopic {
  private static final String PROJECT = "test";

  /** The client's own would make a request of each message of a thousand bytes. */
  private static final BatchingSettings BATCHING =
      Publisher.Builder.getDefaultBatchingSettings().toBuilder()
          .setRequestByteThreshold(500_000L)
          .setDelayThresholdDuration(Duration.ofMillis(10))
          .build();

  private final String emulatorHost;
  private final String name;
  private final int keys;
  private final UnaryOperator<Subscription.Builder> change;
  private int published;

  private PubSubTopic(
      String emulatorHost, String name, int keys, UnaryOperator<Subscription.Builder> change) {
    this.emulatorHost = emulatorHost;
    this.name = name;
    this.keys = keys;
    this.change = change;
  }

  public static PubSubTopic create(PubSubServer server, String name, int keys) throws Exception {
    return create(server, name, keys, UnaryOperator.identity());
  }

  public static PubSubTopic create(
      PubSubServer server, String name, int keys, UnaryOperator<Subscription.Builder> change)
      throws Exception {
    PubSubTopic topic = new PubSubTopic(server.emulatorHost(), name, keys, change);
    topic.create();
    return topic;
  }

  /** As it was at first, on an emulator that has forgotten it. */
  public void create() throws Exception {
    try (TopicAdminClient admin =
        TopicAdminClient.create(
            TopicAdminSettings.newBuilder()
                .setTransportChannelProvider(channels())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .build())) {
      admin.createTopic(topic());
    }
    try (SubscriptionAdminClient admin =
        SubscriptionAdminClient.create(
            SubscriptionAdminSettings.newBuilder()
                .setTransportChannelProvider(channels())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .build())) {
      admin.createSubscription(
          change
              .apply(
                  Subscription.newBuilder()
                      .setName(subscription().toString())
                      .setTopic(topic().toString())
                      .setAckDeadlineSeconds(10)
                      .setEnableMessageOrdering(keys > 0))
              .build());
    }
  }

  private TopicName topic() {
    return TopicName.of(PROJECT, name);
  }

  public ProjectSubscriptionName subscription() {
    return subscription(name);
  }

  public static ProjectSubscriptionName subscription(String name) {
    return ProjectSubscriptionName.of(PROJECT, name);
  }

  public TransportChannelProvider channels() {
    return PubSubChannels.to(emulatorHost);
  }

  /** How a source receives from it. */
  public SubscriberSettings settings(ActorSystem system) {
    return settings(system, emulatorHost, name);
  }

  /** How a source receives from the topic of that name. */
  public static SubscriberSettings settings(ActorSystem system, String emulatorHost, String name) {
    return SubscriberSettings.create(system, subscription(name))
        .withEmulatorHost(emulatorHost)
        .withSubscriber(
            subscriber -> subscriber.setChannelProvider(PubSubChannels.to(emulatorHost)))
        .withStub(
            stub -> {
              stub.setTransportChannelProvider(PubSubChannels.to(emulatorHost));
              return stub;
            });
  }

  /** Publishes the next {@code count} messages, in their order; fails if one isn't confirmed. */
  public void publish(int count) throws Exception {
    publish(count, 10, Ledger.create());
  }

  /** The same with {@code bytes} or a few more in each, entered in the ledger by their numbers. */
  public void publish(int count, int bytes, Ledger ledger) throws Exception {
    Publisher publisher =
        Publisher.newBuilder(topic())
            .setChannelProvider(channels())
            .setCredentialsProvider(NoCredentialsProvider.create())
            .setBatchingSettings(BATCHING)
            .setEnableMessageOrdering(keys > 0)
            .build();
    try {
      List<ApiFuture<String>> confirmed = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        PubsubMessage message = message(published++, bytes);
        String id = message.getAttributesOrThrow("number");
        ledger.sent(id, message.getOrderingKey(), message.getData().toByteArray());
        ApiFuture<String> future = publisher.publish(message);
        ApiFutures.addCallback(future, new Entry(ledger, id), MoreExecutors.directExecutor());
        confirmed.add(future);
      }
      publisher.publishAllOutstanding();
      ApiFutures.allAsList(confirmed).get(2, TimeUnit.MINUTES);
    } finally {
      publisher.shutdown();
      publisher.awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  private PubsubMessage message(int number, int bytes) {
    String text = "message " + number;
    return PubsubMessage.newBuilder()
        .setData(ByteString.copyFromUtf8(text + "x".repeat(Math.max(0, bytes - text.length()))))
        .putAttributes("number", Integer.toString(number))
        .setOrderingKey(keys == 0 ? "" : "key " + number % keys)
        .build();
  }

  public static int number(PubsubMessage message) {
    return Integer.parseInt(message.getAttributesOrThrow("number"));
  }

  private record Entry(Ledger ledger, String id) implements ApiFutureCallback<String> {
    @Override
    public void onSuccess(String messageId) {
      ledger.acknowledged(id);
    }

    @Override
    public void onFailure(Throwable failure) {
      // Fails the publishing.
    }
  }
}
