package dev.connectors.jms;

import dev.connectors.core.internal.Checks;
import jakarta.jms.Destination;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a source consumes: a queue, or a topic in one of its kinds of subscription, optionally with
 * a selector. Immutable.
 *
 * @see <a
 *     href="https://jakarta.ee/specifications/messaging/3.1/jakarta-messaging-spec-3.1#receiving-messages">Jakarta
 *     Messaging: receiving messages</a>
 */
public final class JmsSubscription {
  /** How a destination is consumed. */
  public enum Kind {
    /** Each message goes to one consumer. */
    QUEUE,
    /** Each message goes to every consumer that is connected. */
    TOPIC,
    /** Kept by the broker for one consumer, also while that is away; needs a client id. */
    DURABLE,
    /** Shared out among the connected consumers of the same name. */
    SHARED,
    /** Shared out, and kept by the broker while nobody is connected. */
    SHARED_DURABLE,
    /** A destination of the client's own, a queue or a topic. */
    DESTINATION
  }

  private final Kind kind;
  private final String name;
  private final @Nullable Destination destination;
  private final @Nullable String subscriptionName;
  private final @Nullable String selector;
  private final boolean noLocal;

  private JmsSubscription(
      Kind kind,
      String name,
      @Nullable Destination destination,
      @Nullable String subscriptionName,
      @Nullable String selector,
      boolean noLocal) {
    this.kind = kind;
    this.name = name;
    this.destination = destination;
    this.subscriptionName = subscriptionName;
    this.selector = selector;
    this.noLocal = noLocal;
  }

  private static JmsSubscription of(Kind kind, String name, @Nullable String subscriptionName) {
    return new JmsSubscription(
        kind, Checks.notEmpty("destination", name), null, subscriptionName, null, false);
  }

  /** A queue by its name, in the syntax of the provider. */
  public static JmsSubscription queue(String name) {
    return of(Kind.QUEUE, name, null);
  }

  /** A topic by its name: what is published while the source is connected. */
  public static JmsSubscription topic(String name) {
    return of(Kind.TOPIC, name, null);
  }

  /**
   * A durable subscription: the broker keeps what is published while the source is away. Needs a
   * client id, see {@link JmsConsumerSettings#withClientId}, and has one session.
   */
  public static JmsSubscription durable(String topic, String subscriptionName) {
    return of(Kind.DURABLE, topic, Checks.notEmpty("subscription name", subscriptionName));
  }

  /**
   * A subscription that the consumers of the same name share, in this source and others. ActiveMQ
   * Classic doesn't have it: there, use a virtual topic's queue.
   */
  public static JmsSubscription shared(String topic, String subscriptionName) {
    return of(Kind.SHARED, topic, Checks.notEmpty("subscription name", subscriptionName));
  }

  /** As {@link #shared}, kept by the broker while nobody is connected. */
  public static JmsSubscription sharedDurable(String topic, String subscriptionName) {
    return of(Kind.SHARED_DURABLE, topic, Checks.notEmpty("subscription name", subscriptionName));
  }

  /** A destination of the client's own. */
  public static JmsSubscription of(Destination destination) {
    Objects.requireNonNull(destination, "destination");
    return new JmsSubscription(
        Kind.DESTINATION, destination.toString(), destination, null, null, false);
  }

  /** Only messages whose headers and properties match; an SQL-like expression. */
  public JmsSubscription withSelector(String value) {
    return new JmsSubscription(
        kind, name, destination, subscriptionName, Checks.notEmpty("selector", value), noLocal);
  }

  /**
   * Not what the source's own connection publishes.
   *
   * @throws IllegalArgumentException for a queue or a shared subscription, which don't have that
   */
  public JmsSubscription withNoLocal() {
    if (kind != Kind.TOPIC && kind != Kind.DURABLE) {
      throw Checks.refused("noLocal", "with " + kind, "a topic or a durable subscription");
    }
    return new JmsSubscription(kind, name, destination, subscriptionName, selector, true);
  }

  public Kind kind() {
    return kind;
  }

  /** The queue's or the topic's name. */
  public String name() {
    return name;
  }

  /** For {@link Kind#DESTINATION}, else null. */
  public @Nullable Destination destination() {
    return destination;
  }

  /** For durable and shared ones, else null. */
  public @Nullable String subscriptionName() {
    return subscriptionName;
  }

  public @Nullable String selector() {
    return selector;
  }

  public boolean isNoLocal() {
    return noLocal;
  }

  /** Whether several consumers share the messages out, rather than each getting all of them. */
  boolean isSharedOut() {
    boolean isTopic = destination instanceof Topic && !(destination instanceof Queue);
    return kind != Kind.TOPIC && kind != Kind.DURABLE && !isTopic;
  }

  @Override
  public String toString() {
    return subscriptionName == null ? name : name + "-" + subscriptionName;
  }
}
