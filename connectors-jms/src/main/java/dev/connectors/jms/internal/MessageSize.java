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

  static int of(Message message) throws JMSException {
    long body = UNKNOWN_BODY;
    if (message instanceof TextMessage text) {
      String content = text.getText();
      body = content == null ? 0 : content.length();
    } else if (message instanceof BytesMessage bytes) {
      body = bytes.getBodyLength();
    }
    return (int) Math.min(Integer.MAX_VALUE, OVERHEAD + body);
  }
}
