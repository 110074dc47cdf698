package dev.connectors.pubsub.internal;

import com.google.pubsub.v1.ProjectSubscriptionName;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.CommitOrder;
import dev.connectors.core.internal.Settleable;
import dev.connectors.core.internal.Tracked;
import dev.connectors.pubsub.PubSubDelivery;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/** A message on its way from the link into the stream and, as its committable, through it. */
final class Delivery extends Settleable implements PubSubDelivery {
  private final ProjectSubscriptionName subscription;
  private final String messageId;
  private final int attempt;
  private final Link.Reply reply;
  private final int bytes;
  private final long receivedAt;
  private @Nullable PubsubMessage message;
  private @Nullable Tracked tracked;

  /** Neighbours in the ledger, under its lock. */
  @Nullable Delivery before;

  @Nullable Delivery after;

  Delivery(
      ProjectSubscriptionName subscription,
      PubsubMessage message,
      int attempt,
      Link.Reply reply,
      long receivedAt) {
    this.subscription = subscription;
    this.messageId = message.getMessageId();
    this.attempt = attempt;
    this.reply = reply;
    this.bytes = message.getSerializedSize();
    this.receivedAt = receivedAt;
    this.message = message;
  }

  /** By the stage, before it hands the delivery on. */
  PubsubMessage emit() {
    PubsubMessage emitted = Objects.requireNonNull(message);
    message = null;
    return emitted;
  }

  /** By the ledger, before the stage emits it. */
  void track(Tracked value) {
    tracked = value;
  }

  Tracked tracked() {
    return Objects.requireNonNull(tracked);
  }

  Link.Reply reply() {
    return reply;
  }

  int bytes() {
    return bytes;
  }

  long receivedAt() {
    return receivedAt;
  }

  // ---- as a committable

  @Override
  public ProjectSubscriptionName subscription() {
    return subscription;
  }

  @Override
  public String messageId() {
    return messageId;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public CompletionStage<Done> commit() {
    return tracked().commit();
  }

  @Override
  public CompletionStage<Done> reject(Throwable cause) {
    return tracked().reject(cause);
  }

  @Override
  public boolean settle(CommitOrder order, Commits commits) {
    return tracked().settle(order, commits);
  }

  @Override
  public boolean wasPassed() {
    return tracked().wasPassed();
  }

  @Override
  public void outOfOrder() {
    tracked().outOfOrder();
  }

  @Override
  public String toString() {
    return subscription.getSubscription() + "@" + messageId;
  }
}
