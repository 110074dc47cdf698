package dev.connectors.jms;

import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.Contexts;
import dev.connectors.jms.internal.Browsing;
import dev.connectors.jms.internal.ConsumerStage;
import jakarta.jms.Message;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;

/**
 * Sources of JMS messages. Each materialization has {@code sessions} connections, each with one
 * session, one consumer and one named thread, on which everything that touches them happens.
 *
 * <p>A source completes when it is stopped by its {@link Control}; a destination has no end. When a
 * connection fails, it is closed and made again with back-off as {@code reconnect} says; meanwhile
 * {@link Control#health} is {@code STARTING}. Messages in flight then are delivered again by the
 * broker; settling them has no effect. The source fails with the client's exception when
 * reconnecting is given up, and at once for what another try can't mend: security, selector,
 * destination.
 *
 * <p>{@link JmsBody} reads the messages' bodies.
 *
 * @see <a href="https://jakarta.ee/specifications/messaging/3.1/jakarta-messaging-spec-3.1">Jakarta
 *     Messaging</a>
 */
public final class JmsSource {
  private JmsSource() {}

  /**
   * Messages without delivery tracking: each is acknowledged as it is received, before the stream
   * has it. A crash loses what was received and not processed, up to {@code buffer-elements} and
   * what is in the stream; a stop loses nothing, since what was received is still emitted.
   *
   * @throws IllegalArgumentException for several sessions of a topic: each would get every message
   */
  public static Source<Message, Control> plain(
      JmsConsumerSettings settings, JmsSubscription subscription) {
    check(settings, subscription);
    return Source.fromGraph(ConsumerStage.plain(settings, subscription));
  }

  /**
   * Messages at least once: each comes with a {@link Committable}, and the broker is told that it
   * is done only after it and all before it of its session are settled. End the stream with {@link
   * dev.connectors.core.Committer}.
   *
   * <p>With {@code TRANSACTED} and {@code CLIENT} a session acknowledges batches as a whole: {@link
   * Committable#commit} completes when all of its batch is settled and acknowledged. The committer
   * takes the rest of a batch for that, whatever its settings. A stream that waits for {@code
   * commit} itself must have room for the batch meanwhile: {@code batch-size} elements, and those
   * received beyond it while nothing is settled; else the commit fails after {@code
   * commit-timeout}.
   *
   * <p>{@link Committable#reject} has the broker deliver the message again: the session is rolled
   * back, with all that it has received and not confirmed, for which the broker counts one delivery
   * each, and then goes through that one message at a time, so that from then on only the rejected
   * one comes closer to the broker's limit of redeliveries, after which the broker moves it to its
   * dead-letter destination. Let that limit be two deliveries or more: one takes along what was
   * received beside it.
   *
   * @throws IllegalArgumentException for several sessions of a topic: each would get every message
   */
  public static SourceWithContext<Message, Committable, Control> committable(
      JmsConsumerSettings settings, JmsSubscription subscription) {
    check(settings, subscription);
    return Contexts.source(ConsumerStage.committable(settings, subscription));
  }

  /**
   * The messages that are in a queue, none of them taken, as the provider's {@code QueueBrowser}
   * shows them; completes at the end of the queue. Whether that includes messages that others have
   * been delivered, and what comes meanwhile, is the provider's to say; ActiveMQ Classic shows as
   * many as its memory limits allow.
   *
   * <p>Has a connection of its own, on Pekko's dispatcher for blocking I/O. Fails with the client's
   * exception; it doesn't reconnect.
   *
   * @throws IllegalArgumentException for anything but {@link JmsSubscription#queue}
   */
  public static Source<Message, NotUsed> browse(
      JmsConsumerSettings settings, JmsSubscription queue) {
    if (queue.kind() != JmsSubscription.Kind.QUEUE) {
      throw Checks.refused("subscription", queue.kind(), "a queue by its name");
    }
    return Source.unfoldResource(
            () -> Browsing.open(settings, queue.name(), queue.selector()),
            Browsing::next,
            Browsing::close)
        .withAttributes(ActorAttributes.dispatcher(ActorAttributes.IODispatcher().dispatcher()));
  }

  private static void check(JmsConsumerSettings settings, JmsSubscription subscription) {
    if (settings.sessions() > 1 && !subscription.isSharedOut()) {
      throw Checks.refused(
          "connectors.jms.consumer.sessions",
          settings.sessions(),
          "1 for a topic that is not shared: each session would get every message");
    }
  }
}
