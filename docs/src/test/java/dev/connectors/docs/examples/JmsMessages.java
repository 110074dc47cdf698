package dev.connectors.docs.examples;

import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.lang.reflect.Proxy;
import org.apache.activemq.command.ActiveMQTextMessage;

/** Messages, and a session that makes them, without a broker. */
final class JmsMessages {
  private JmsMessages() {}

  /** With headers, a group and some properties, as a broker delivers it. */
  static TextMessage order(String text) throws JMSException {
    TextMessage order = new ActiveMQTextMessage();
    order.setText(text);
    order.setJMSMessageID("ID:host-1");
    order.setJMSCorrelationID("correlation");
    order.setJMSType("type");
    order.setStringProperty("JMSXGroupID", "customer");
    order.setIntProperty("tenant", 7);
    order.setBooleanProperty("test", true);
    order.setDoubleProperty("rate", 0.5);
    order.setStringProperty("note", "a:b");
    return order;
  }

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
