package dev.connectors.jms.internal;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;
import org.apache.activemq.artemis.jms.client.ActiveMQSession;

/**
 * Individual acknowledgements become durable with a commit of the session's core, which the
 * client's own {@code acknowledge} sends after each message without waiting for it.
 */
final class ArtemisFlush implements Flush {
  private final ActiveMQSession session;

  ArtemisFlush(Session session) {
    this.session = (ActiveMQSession) session;
  }

  @Override
  public void acknowledge(Message message, boolean wait) throws JMSException {
    try {
      ((ActiveMQMessage) message).getCoreMessage().individualAcknowledge();
      if (wait) {
        session.getCoreSession().commit();
      }
    } catch (ActiveMQException cause) {
      JMSException failure = new JMSException(cause.getMessage());
      failure.initCause(cause);
      failure.setLinkedException(cause);
      throw failure;
    }
  }
}
