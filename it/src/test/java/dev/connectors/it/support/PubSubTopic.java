package dev.connectors.it.support;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.api.gax.batching.BatchingSettings;
import com.google.api.gax.rpc.DeadlineExceededException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.api.gax.rpc.TransportChannelProvider;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.cloud.pubsub.v1.SubscriptionAdminClient;
import com.google.cloud.pubsub.v1.TopicAdminClient;
import com.google.cloud.pubsub.v1.stub.SubscriberStub;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.ProjectSubscriptionName;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.PullRequest;
import com.google.pubsub.v1.PullResponse;
import com.google.pubsub.v1.ReceivedMessage;
import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.TopicName;
import dev.connectors.pubsub.SubscriberSettings;
import dev.connectors.testkit.PubSubServer;
import dev.connectors.testkit.chaos.Ledger;
import dev.connectors.testkit.internal.PubSubChannels;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.ActorSystem;

/**
 * A topic with one subscription, seen through nothing but Google's own clients. The messages that
 * it publishes are numbered from 0, and have as many ordering keys as it was made with, in turn;
 * none for 0.
 */
public final class PubSubTopic implements AutoCloseable {
  private static final String PROJECT = "test";
  private static final int PULL = 1_000;

  /** After so many in a row there is nothing left. */
  private static final int EMPTY_PULLS = 3;

  /** The service answers at once, and with nothing more often than not. */
  private static final int EMPTY_PULLS_OF_THE_SERVICE = 50;

  /** The client's own would make a request of each message of a thousand bytes. */
  private static final BatchingSettings BATCHING =
      Publisher.Builder.getDefaultBatchingSettings().toBuilder()
          .setRequestByteThreshold(500_000L)
          .setDelayThresholdDuration(Duration.ofMillis(10))
          .build();

  private final PubSubClients clients;
  private final TopicName topic;
  private final int keys;
  private final UnaryOperator<Subscription.Builder> change;
  private int published;

  /** With nothing made yet. */
  PubSubTopic(
      PubSubClients clients,
      TopicName topic,
      int keys,
      UnaryOperator<Subscription.Builder> change) {
    this.clients = clients;
    this.topic = topic;
    this.keys = keys;
    this.change = change;
  }

  public static PubSubTopic create(PubSubServer server, String name, int keys) throws Exception {
    return create(server, name, keys, UnaryOperator.identity());
  }

  public static PubSubTopic create(
      PubSubServer server, String name, int keys, UnaryOperator<Subscription.Builder> change)
      throws Exception {
    PubSubTopic topic =
        new PubSubTopic(
            new PubSubClients(server.emulatorHost()), TopicName.of(PROJECT, name), keys, change);
    topic.make();
    return topic;
  }

  /** Makes both; again, on an emulator that has forgotten them. */
  public void make() throws IOException {
    try (TopicAdminClient admin = clients.topics()) {
      admin.createTopic(topic);
    }
    try (SubscriptionAdminClient admin = clients.subscriptions()) {
      admin.createSubscription(
          change
              .apply(
                  Subscription.newBuilder()
                      .setName(subscription().toString())
                      .setTopic(topic.toString())
                      .setAckDeadlineSeconds(10)
                      .setEnableMessageOrdering(keys > 0))
              .build());
    }
  }

  public TopicName name() {
    return topic;
  }

  public ProjectSubscriptionName subscription() {
    return ProjectSubscriptionName.of(topic.getProject(), topic.getTopic());
  }

  /** How a source receives from it, on an emulator. */
  public SubscriberSettings settings(ActorSystem system) {
    return settings(system, emulatorHost(), topic.getTopic());
  }

  public TransportChannelProvider channels() {
    return PubSubChannels.to(emulatorHost());
  }

  private String emulatorHost() {
    return Objects.requireNonNull(clients.emulatorHost(), "Google's service has none");
  }

  /** How a source receives from the topic of that name, on an emulator. */
  public static SubscriberSettings settings(ActorSystem system, String emulatorHost, String name) {
    return SubscriberSettings.create(system, ProjectSubscriptionName.of(PROJECT, name))
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
        clients
            .publisher(topic)
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

  /** Takes all messages that are there. */
  public List<PubsubMessage> drain() throws IOException {
    int enough = clients.emulatorHost() == null ? EMPTY_PULLS_OF_THE_SERVICE : EMPTY_PULLS;
    List<PubsubMessage> messages = new ArrayList<>();
    try (SubscriberStub subscriber = clients.subscriber()) {
      for (int empty = 0; empty < enough; ) {
        List<ReceivedMessage> some = pull(subscriber);
        empty = some.isEmpty() ? empty + 1 : 0;
        some.forEach(received -> messages.add(received.getMessage()));
        if (!some.isEmpty()) {
          subscriber
              .acknowledgeCallable()
              .call(
                  AcknowledgeRequest.newBuilder()
                      .setSubscription(subscription().toString())
                      .addAllAckIds(some.stream().map(ReceivedMessage::getAckId).toList())
                      .build());
        }
      }
    }
    return messages;
  }

  @SuppressWarnings("deprecation") // else the emulator waits for its own deadline where it is empty
  private List<ReceivedMessage> pull(SubscriberStub subscriber) {
    try {
      PullResponse response =
          subscriber
              .pullCallable()
              .call(
                  PullRequest.newBuilder()
                      .setSubscription(subscription().toString())
                      .setMaxMessages(PULL)
                      .setReturnImmediately(true)
                      .build());
      return response.getReceivedMessagesList();
    } catch (DeadlineExceededException nothing) {
      return List.of();
    }
  }

  /** Deletes both. */
  @Override
  public void close() throws IOException {
    try (SubscriptionAdminClient admin = clients.subscriptions()) {
      admin.deleteSubscription(subscription().toString());
    } catch (NotFoundException killed) {
      // With all that the emulator had.
    }
    try (TopicAdminClient admin = clients.topics()) {
      admin.deleteTopic(topic);
    } catch (NotFoundException killed) {
      // With all that the emulator had.
    }
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
