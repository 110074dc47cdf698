package dev.connectors.jms.internal;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;

/** About how much heap a message takes: JMS doesn't tell. */
final class MessageSize {
  private static final int OVERHEAD = 512;
  private static final int UNKNOWN_BODY = 1_024;

  private MessageSize() {}

  static int of(Message message) {
    return (int) Math.min(Integer.MAX_VALUE, OVERHEAD + body(message));
  }

  private static long body(Message message) {
    try {
      if (message instanceof TextMessage text) {
        String content = text.getText();
        return content == null ? 0 : content.length();
      }
      return message instanceof BytesMessage bytes ? bytes.getBodyLength() : UNKNOWN_BODY;
    } catch (JMSException unreadable) {
      // Another connection would not read it either; who asks for its body is told.
      return UNKNOWN_BODY;
    }
  }
}
