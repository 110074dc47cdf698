package dev.connectors.docs.examples;

import jakarta.jms.Session;
import java.lang.reflect.Proxy;
import org.apache.activemq.command.ActiveMQTextMessage;

/** A session that makes text messages without a broker. */
final class JmsMessages {
  private JmsMessages() {}

  static Session session() {
    return (Session)
        Proxy.newProxyInstance(
            JmsMessages.class.getClassLoader(),
            new Class<?>[] {Session.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("createTextMessage")) {
                throw new UnsupportedOperationException(method.getName());
              }
              ActiveMQTextMessage message = new ActiveMQTextMessage();
              message.setText((String) arguments[0]);
              return message;
            });
  }
}
