package dev.connectors.jms.internal;

import dev.connectors.jms.JmsMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message between the stage, which waits for it in its turn, and the thread that sends it.
 *
 * @param <C> the context
 * @param <R> the result
 */
final class Outgoing<C, R> {
  final JmsMessage message;
  final C context;

  /** Set by the sending thread before it counts the message as confirmed. */
  @Nullable R result;

  // The sending thread only.

  /** Of the last try to send it. */
  @Nullable Completion completion;

  long firstSentAt;
  @Nullable String correlationId;

  Outgoing(JmsMessage message, C context) {
    this.message = message;
    this.context = context;
  }
}
