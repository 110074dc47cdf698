package dev.connectors.benchmarks.sidebyside.cases;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutures;
import com.google.api.gax.batching.BatchingSettings;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.cloud.pubsub.v1.SubscriptionAdminClient;
import com.google.cloud.pubsub.v1.SubscriptionAdminSettings;
import com.google.cloud.pubsub.v1.TopicAdminClient;
import com.google.cloud.pubsub.v1.TopicAdminSettings;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.ProjectSubscriptionName;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.PullRequest;
import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.TopicName;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.testkit.PubSubServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Topics and subscriptions on the emulator, for one round each. */
final class PubSubTopics implements Servers.Kept {
  static final int IN_FLIGHT = 5_000;
  static final int BATCH = 100;

  private static final long BATCH_BYTES = 256 * 1024;
  private static final int FILL = 5_000;

  /**
   * What all publish with; the client's own default of 1,000 bytes is a request for ten messages.
   */
  static final BatchingSettings BATCHING =
      BatchingSettings.newBuilder()
          .setElementCountThreshold((long) BATCH)
          .setRequestByteThreshold(BATCH_BYTES)
          .setDelayThresholdDuration(Duration.ofMillis(1))
          .setFlowControlSettings(
              Publisher.Builder.getDefaultBatchingSettings().getFlowControlSettings())
          .build();

  private final PubSubServer server;
  private final TopicAdminClient topics;
  private final SubscriptionAdminClient subscriptions;

  /** A topic and the subscription of the same name. */
  record Pair(TopicName topic, ProjectSubscriptionName subscription) {}

  private PubSubTopics(PubSubServer server) {
    this.server = server;
    try {
      topics =
          TopicAdminClient.create(
              TopicAdminSettings.newBuilder()
                  .setTransportChannelProvider(server.channelProvider())
                  .setCredentialsProvider(NoCredentialsProvider.create())
                  .build());
      subscriptions =
          SubscriptionAdminClient.create(
              SubscriptionAdminSettings.newBuilder()
                  .setTransportChannelProvider(server.channelProvider())
                  .setCredentialsProvider(NoCredentialsProvider.create())
                  .build());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static PubSubTopics of(Servers servers) {
    return servers.once(PubSubTopics.class, () -> new PubSubTopics(servers.pubSub()));
  }

  /** A topic that keeps nothing, since nobody has subscribed to it. */
  TopicName topic() {
    TopicName topic = TopicName.of("benchmarks", "topic-" + UUID.randomUUID());
    topics.createTopic(topic);
    return topic;
  }

  void delete(TopicName topic) {
    topics.deleteTopic(topic);
  }

  /** A subscription with so many messages, which carry their numbers. */
  Pair filled(long messages, int bytes) throws Exception {
    TopicName topic = topic();
    ProjectSubscriptionName subscription =
        ProjectSubscriptionName.of("benchmarks", topic.getTopic());
    subscriptions.createSubscription(
        Subscription.newBuilder()
            .setName(subscription.toString())
            .setTopic(topic.toString())
            .setAckDeadlineSeconds(60)
            .build());
    ByteString data = data(bytes);
    Publisher publisher = publisher(topic, false);
    try {
      List<ApiFuture<String>> confirmed = new ArrayList<>();
      for (long i = 0; i < messages; i++) {
        confirmed.add(
            publisher.publish(
                PubsubMessage.newBuilder()
                    .setData(data)
                    .putAttributes("number", Long.toString(i))
                    .build()));
        if (confirmed.size() == FILL) {
          ApiFutures.allAsList(confirmed).get();
          confirmed.clear();
        }
      }
      publisher.publishAllOutstanding();
      ApiFutures.allAsList(confirmed).get();
    } finally {
      close(publisher);
    }
    return new Pair(topic, subscription);
  }

  void delete(Pair pair) {
    subscriptions.deleteSubscription(pair.subscription().toString());
    topics.deleteTopic(pair.topic());
  }

  /** How many messages are still to be had: none, or some. */
  @SuppressWarnings("deprecation") // a question, not a way to receive
  long left(Pair pair) {
    return subscriptions
        .pull(
            PullRequest.newBuilder()
                .setSubscription(pair.subscription().toString())
                .setMaxMessages(1)
                .setReturnImmediately(true)
                .build())
        .getReceivedMessagesCount();
  }

  /** The client as its own defaults make it, but for the batches. */
  Publisher publisher(TopicName topic, boolean ordered) throws IOException {
    return Publisher.newBuilder(topic)
        .setChannelProvider(server.channelProvider())
        .setCredentialsProvider(NoCredentialsProvider.create())
        .setBatchingSettings(BATCHING)
        .setEnableMessageOrdering(ordered)
        .build();
  }

  static void close(Publisher publisher) throws InterruptedException {
    publisher.shutdown();
    publisher.awaitTermination(10, TimeUnit.SECONDS);
  }

  static ByteString data(int bytes) {
    return ByteString.copyFrom(Topics.value(0, bytes));
  }

  @Override
  public void close() {
    topics.close();
    subscriptions.close();
  }
}
