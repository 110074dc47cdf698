package dev.connectors.jms.internal;

import dev.connectors.jms.JmsMessage;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;

/** A message between the stage, which waits for it in its turn, and the thread that sends it. */
final class Outgoing<C> {
  final JmsMessage message;
  final C context;

  /** Set by the sending thread before it counts the message as confirmed. */
  @Nullable Message sent;

  Outgoing(JmsMessage message, C context) {
    this.message = message;
    this.context = context;
  }
}
