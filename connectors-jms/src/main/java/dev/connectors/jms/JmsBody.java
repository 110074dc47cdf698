package dev.connectors.jms;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.TextMessage;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of messages, for {@code map}: {@code JmsSource.plain(…).map(JmsBody::text)}. A message
 * of another type fails with {@link MessageFormatException}, which names both types and no content.
 *
 * <p>A map's values and a message's properties are what JMS allows: primitives, strings, {@code
 * byte[]}. Object messages are Java serialization, which must not be read from who isn't trusted;
 * there is no method for them.
 */
public final class JmsBody {
  private JmsBody() {}

  /** The text of a {@link TextMessage}; empty where it has none. */
  public static String text(Message message) throws JMSException {
    if (message instanceof TextMessage text) {
      String body = text.getText();
      return body == null ? "" : body;
    }
    throw unexpected("TextMessage", message);
  }

  /** The bytes of a {@link BytesMessage}, which stays readable. */
  public static byte[] bytes(Message message) throws JMSException {
    if (message instanceof BytesMessage bytes) {
      byte[] body = new byte[Math.toIntExact(bytes.getBodyLength())];
      bytes.reset();
      bytes.readBytes(body);
      bytes.reset();
      return body;
    }
    throw unexpected("BytesMessage", message);
  }

  /** The entries of a {@link MapMessage}, in the order in which the client has them. */
  public static Map<String, @Nullable Object> map(Message message) throws JMSException {
    if (message instanceof MapMessage entries) {
      Map<String, @Nullable Object> body = new LinkedHashMap<>();
      for (Enumeration<?> names = entries.getMapNames(); names.hasMoreElements(); ) {
        String name = String.valueOf(names.nextElement());
        body.put(name, entries.getObject(name));
      }
      return Collections.unmodifiableMap(body);
    }
    throw unexpected("MapMessage", message);
  }

  /** The properties that the sender and the provider have set, whatever the message's type. */
  public static Map<String, @Nullable Object> properties(Message message) throws JMSException {
    Map<String, @Nullable Object> properties = new LinkedHashMap<>();
    for (Enumeration<?> names = message.getPropertyNames(); names.hasMoreElements(); ) {
      String name = String.valueOf(names.nextElement());
      properties.put(name, message.getObjectProperty(name));
    }
    return Collections.unmodifiableMap(properties);
  }

  private static MessageFormatException unexpected(String expected, Message message) {
    return new MessageFormatException(
        "expected a " + expected + ", got a " + message.getClass().getSimpleName());
  }
}
