package dev.connectors.jms;

import dev.connectors.jms.internal.ProducerStage;
import jakarta.jms.Message;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;

/**
 * Flows that send messages and emit them as sent, with their {@code JMSMessageID}, once the broker
 * has confirmed them, in input order.
 *
 * <p>Each materialization has a connection, a session and a thread of its own. At most {@code
 * max-in-flight} messages are taken and not yet confirmed; then the flow back-pressures. It
 * completes when its upstream has and every message is confirmed.
 *
 * <p>When the connection fails, it is made again with back-off as {@code retry} says, and what was
 * not confirmed is sent again: a message whose confirmation was lost, at most those of one
 * transaction, then comes twice. The flow fails with the client's exception when that is given up,
 * and at once, after what precedes it is confirmed and emitted, when a message is refused (its
 * destination, a property, security).
 *
 * @see <a href="https://jakarta.ee/specifications/messaging/3.1/jakarta-messaging-spec-3.1">Jakarta
 *     Messaging</a>
 */
public final class JmsFlow {
  private JmsFlow() {}

  /** Sends each message and emits it once it is confirmed. */
  public static Flow<JmsMessage, Message, NotUsed> produce(JmsProducerSettings settings) {
    return Flow.<JmsMessage>create()
        .map(message -> Pair.create(message, NotUsed.getInstance()))
        .via(new ProducerStage<NotUsed>(settings))
        .map(Pair::first);
  }

  /** {@link #produce}, with the context of each message passed on once it is confirmed. */
  public static <C> FlowWithContext<JmsMessage, C, Message, C, NotUsed> produceWithContext(
      JmsProducerSettings settings) {
    return FlowWithContext.fromPairs(Flow.fromGraph(new ProducerStage<C>(settings)));
  }
}
