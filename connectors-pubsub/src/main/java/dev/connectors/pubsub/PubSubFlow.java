package dev.connectors.pubsub;

import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.pubsub.internal.PublishStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;

/**
 * Flows that publish messages and emit the ids that the server gave them, in input order.
 *
 * <p>Messages go to the client's {@code Publisher}, which gathers them into requests and sends them
 * again when a request fails in a way that may pass. At most {@code max-in-flight} messages of
 * {@code max-in-flight-bytes} are with it and not yet confirmed; then the flow back-pressures. A
 * message may double: when the answer to its request was lost, the client sends it again, and it
 * then has two ids.
 *
 * <p>Messages with an ordering key need a client that was built for them ({@code
 * setEnableMessageOrdering}). Those of one key are published in input order, each request after the
 * one before it was confirmed; the client then tries without end what may pass.
 *
 * <p>The flow completes when its upstream has and every message is confirmed; what the client still
 * gathers then is sent at once. When the client gives a message up, it is published again as {@code
 * retry} says, which by default it isn't. After that, and at once when a message is {@linkplain
 * MessageTooLargeException too large} or has an ordering key that the client was not built for, the
 * flow fails with the client's exception, once the outcome of all messages before it is known and
 * what was confirmed of them is emitted; what came after it may or may not have been published. As
 * everywhere in Pekko, the failure may overtake results for which the downstream has no demand.
 *
 * <p>A stream that fails, or is cancelled with a failure, gives up what the client still has. One
 * that is cancelled because its downstream has enough lets the client send what it has, for {@code
 * shutdown-timeout} at most. The client is built on {@code connectors.pubsub.dispatcher} and shut
 * down on a thread of its own, because both may block.
 *
 * @see <a href="https://docs.cloud.google.com/pubsub/docs/publisher">Pub/Sub: publishing</a>
 */
public final class PubSubFlow {
  private PubSubFlow() {}

  /** Publishes each message and emits its id once it is confirmed. */
  public static Flow<PubsubMessage, String, NotUsed> publish(PublisherSettings settings) {
    return Flow.fromGraph(
        new PublishStage<>(
            settings, message -> message, message -> NotUsed.getInstance(), (id, context) -> id));
  }

  /** {@link #publish}, with the context of each message passed on once it is confirmed. */
  public static <C> FlowWithContext<PubsubMessage, C, String, C, NotUsed> publishWithContext(
      PublisherSettings settings) {
    return FlowWithContext.fromPairs(
        Flow.<Pair<PubsubMessage, C>, Pair<String, C>, NotUsed>fromGraph(
            new PublishStage<Pair<PubsubMessage, C>, C, Pair<String, C>>(
                settings, Pair::first, Pair::second, Pair::create)));
  }
}
