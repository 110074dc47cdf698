package dev.connectors.pubsub;

import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.internal.Contexts;
import dev.connectors.pubsub.internal.ReceiverStage;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;

/**
 * Sources of the messages of a subscription. Each materialization has a {@code Subscriber} of the
 * client, or for {@link PullMode#UNARY} its stub, with {@code threads} threads named after the
 * subscription, on the channel that it shares with all of the same endpoint.
 *
 * <p>A source completes when it is stopped by its {@link Control}; a subscription has no end. What
 * can be mended by trying again the client tries again with back-off for as long as it takes. The
 * source fails with the client's exception for what can't: {@code NotFoundException}, {@code
 * PermissionDeniedException} and the like. It does so once all that it has received is emitted and
 * settled, since a deleted subscription delivers nothing twice, but no later than {@code
 * drain-timeout} and {@code shutdown-timeout} together, 40 s by default, after the server has said
 * so. {@link dev.connectors.core.Restarting} starts it anew.
 *
 * <p>Messages of an ordering key are emitted in their order when the subscription has message
 * ordering; messages without a key in any.
 *
 * @see <a href="https://cloud.google.com/pubsub/docs/subscriber">Subscriptions</a>
 */
public final class PubSubSource {
  private PubSubSource() {}

  /**
   * Messages at least once: each comes with a {@link Committable}, and is acknowledged when that is
   * settled, each by itself: one that takes long holds up no other. End the stream with {@link
   * dev.connectors.core.Committer}.
   *
   * <p>The lease of a message is extended until it is settled, for at most {@code max-lease}. What
   * is received and not settled is bounded by {@code in-flight}, in the client and at the server.
   * {@link Committable#reject} gives the message back: the server delivers it again after what its
   * retry policy says, with a dead-letter policy until that buries it, and with ordering those of
   * its key that follow it, too.
   *
   * <p>{@link Committable#commit} completes with the server's answer to the acknowledgements; it
   * fails with {@link AckFailedException} when the server refuses one, as it does with exactly-once
   * delivery when the lease has run out. {@code on-unanswered} says what becomes of it when there
   * is no answer within {@code settle-timeout}.
   *
   * <p>{@link PubSubDelivery#of} tells the subscription and the delivery attempt of a committable.
   * A stopped source gives back at once what it has not emitted, waits for what it has, and gives
   * back what is left: nothing stays leased.
   */
  public static SourceWithContext<PubsubMessage, Committable, Control> committable(
      SubscriberSettings settings) {
    return Contexts.source(new ReceiverStage(settings));
  }

  /**
   * Messages without delivery tracking: each is acknowledged when it is emitted. A crash loses what
   * was emitted and not processed.
   */
  public static Source<PubsubMessage, Control> plain(SubscriberSettings settings) {
    return committable(settings)
        .asSource()
        .map(
            pair -> {
              pair.second().commit();
              return pair.first();
            });
  }
}
