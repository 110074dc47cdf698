package dev.connectors.it.support;

import com.google.api.gax.rpc.DeadlineExceededException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.cloud.pubsub.v1.SubscriptionAdminClient;
import com.google.cloud.pubsub.v1.TopicAdminClient;
import com.google.cloud.pubsub.v1.stub.SubscriberStub;
import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.ProjectSubscriptionName;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.PullRequest;
import com.google.pubsub.v1.PullResponse;
import com.google.pubsub.v1.ReceivedMessage;
import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.TopicName;
import java.util.ArrayList;
import java.util.List;

/** A topic and its subscription, which the test reads with nothing but the vendor's stub. */
public final class DrainedTopic implements AutoCloseable {
  private static final int PULL = 1_000;

  private final TopicName name;
  private final ProjectSubscriptionName subscription;
  private final TopicAdminClient topics;
  private final SubscriptionAdminClient subscriptions;
  private final SubscriberStub subscriber;
  private final int emptyPulls;

  /**
   * @param emptyPulls after so many in a row there is nothing left
   */
  DrainedTopic(
      TopicName name,
      ProjectSubscriptionName subscription,
      TopicAdminClient topics,
      SubscriptionAdminClient subscriptions,
      SubscriberStub subscriber,
      int emptyPulls) {
    this.name = name;
    this.subscription = subscription;
    this.topics = topics;
    this.subscriptions = subscriptions;
    this.subscriber = subscriber;
    this.emptyPulls = emptyPulls;
    make();
  }

  /** Makes both; again, after an emulator was killed. */
  public void make() {
    topics.createTopic(name);
    subscriptions.createSubscription(
        Subscription.newBuilder()
            .setName(subscription.toString())
            .setTopic(name.toString())
            .setAckDeadlineSeconds(60)
            .setEnableMessageOrdering(true)
            .build());
  }

  public TopicName name() {
    return name;
  }

  public ProjectSubscriptionName subscription() {
    return subscription;
  }

  /** Takes all messages that are there. */
  public List<PubsubMessage> drain() {
    List<PubsubMessage> messages = new ArrayList<>();
    int empty = 0;
    while (empty < emptyPulls) {
      List<ReceivedMessage> some = pull();
      empty = some.isEmpty() ? empty + 1 : 0;
      some.forEach(received -> messages.add(received.getMessage()));
      if (!some.isEmpty()) {
        subscriber
            .acknowledgeCallable()
            .call(
                AcknowledgeRequest.newBuilder()
                    .setSubscription(subscription.toString())
                    .addAllAckIds(some.stream().map(ReceivedMessage::getAckId).toList())
                    .build());
      }
    }
    return messages;
  }

  @SuppressWarnings("deprecation") // else the emulator waits for its own deadline where it is empty
  private List<ReceivedMessage> pull() {
    try {
      PullResponse response =
          subscriber
              .pullCallable()
              .call(
                  PullRequest.newBuilder()
                      .setSubscription(subscription.toString())
                      .setMaxMessages(PULL)
                      .setReturnImmediately(true)
                      .build());
      return response.getReceivedMessagesList();
    } catch (DeadlineExceededException nothing) {
      return List.of();
    }
  }

  @Override
  public void close() {
    try {
      subscriptions.deleteSubscription(subscription.toString());
      topics.deleteTopic(name);
    } catch (NotFoundException killed) {
      // With all that the emulator had.
    }
  }
}
