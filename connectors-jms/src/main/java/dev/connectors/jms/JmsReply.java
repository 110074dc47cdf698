package dev.connectors.jms;

import jakarta.jms.Message;
import java.time.Duration;

/** What became of a request. */
public sealed interface JmsReply {

  /** As it was given to the flow. */
  JmsMessage request();

  /**
   * There is a reply.
   *
   * @param message the reply
   */
  record Answered(JmsMessage request, Message message) implements JmsReply {

    /** Without the reply, whose text may show its content. */
    @Override
    public String toString() {
      return "Answered(" + request + ")";
    }
  }

  /**
   * None came in time. The request may have been processed.
   *
   * @param waited since it was sent first
   */
  record Unanswered(JmsMessage request, Duration waited) implements JmsReply {}
}
