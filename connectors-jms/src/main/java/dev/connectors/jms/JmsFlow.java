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
        .via(ProducerStage.<NotUsed>produce(settings))
        .map(Pair::first);
  }

  /** {@link #produce}, with the context of each message passed on once it is confirmed. */
  public static <C> FlowWithContext<JmsMessage, C, Message, C, NotUsed> produceWithContext(
      JmsProducerSettings settings) {
    return FlowWithContext.fromPairs(Flow.fromGraph(ProducerStage.<C>produce(settings)));
  }

  /**
   * Sends each message as a request, with a temporary queue for {@code JMSReplyTo}, and emits what
   * has become of it in input order: a slow reply holds up those behind it, for no longer than the
   * time-out. At most {@code max-in-flight} requests are taken and not yet emitted.
   *
   * <p>When the connection fails, its temporary queue is gone, and with it the replies on their
   * way: once connected again, the flow sends all requests again that have no reply, so that one
   * may be processed twice. The time-out counts from the first time.
   *
   * <p>A request is sent as the client does it: a persistent one waits for the broker's disk, a
   * {@code NON_PERSISTENT} one doesn't, and a time to live keeps the broker from delivering it when
   * nobody waits any more.
   */
  public static Flow<JmsMessage, JmsReply, NotUsed> request(JmsRequestSettings settings) {
    return Flow.<JmsMessage>create()
        .map(message -> Pair.create(message, NotUsed.getInstance()))
        .via(ProducerStage.<NotUsed>request(settings))
        .map(Pair::first);
  }

  /** {@link #request}, with the context of each message passed on with its reply. */
  public static <C> FlowWithContext<JmsMessage, C, JmsReply, C, NotUsed> requestWithContext(
      JmsRequestSettings settings) {
    return FlowWithContext.fromPairs(Flow.fromGraph(ProducerStage.<C>request(settings)));
  }
}
