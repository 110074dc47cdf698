package dev.connectors.jms.internal;

import jakarta.jms.Session;
import org.apache.activemq.artemis.core.client.impl.ClientSessionInternal;
import org.apache.activemq.artemis.jms.client.ActiveMQSession;

/**
 * Whether Artemis' client waits for the broker before it completes a message. Without a window its
 * producer calls the handler itself, right after the message was written to the socket.
 */
final class ArtemisWindow {
  private ArtemisWindow() {}

  static boolean isOpen(Session session) {
    return session instanceof ActiveMQSession artemis
        && artemis.getCoreSession() instanceof ClientSessionInternal core
        && core.isConfirmationWindowEnabled();
  }
}
