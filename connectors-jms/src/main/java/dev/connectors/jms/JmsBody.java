package dev.connectors.jms;

import dev.connectors.jms.internal.ObjectBody;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.io.ObjectInputFilter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of messages, for {@code map}: {@code JmsSource.plain(…).map(JmsBody::text)}. A message
 * of another type fails with {@link MessageFormatException}, which names both types and no content.
 *
 * <p>A map's values and a message's properties are what JMS allows: primitives, strings, {@code
 * byte[]}. Object messages are Java serialization, which must not be read from who isn't trusted:
 * {@link #object} wants to be told what is allowed.
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

  /** The values of a {@link StreamMessage}, which stays readable. */
  public static List<@Nullable Object> stream(Message message) throws JMSException {
    if (message instanceof StreamMessage values) {
      List<@Nullable Object> body = new ArrayList<>();
      values.reset();
      try {
        while (true) {
          body.add(values.readObject());
        }
      } catch (MessageEOFException end) {
        values.reset();
        return Collections.unmodifiableList(body);
      }
    }
    throw unexpected("StreamMessage", message);
  }

  /**
   * The object of an {@link ObjectMessage}, made of what {@code allowed} allows and of nothing
   * else:
   *
   * <pre>{@code
   * ObjectInputFilter orders =
   *     ObjectInputFilter.Config.createFilter("com.acme.orders.*;java.lang.*;maxdepth=20");
   * source.map(message -> JmsBody.object(message, Order.class, orders));
   * }</pre>
   *
   * <p>Every class that the filter doesn't decide on is refused. Works with ActiveMQ Classic and
   * Artemis, whose messages give the bytes away; what their connection factories trust plays no
   * part.
   *
   * @throws MessageFormatException for another type of message, another client's, and for an object
   *     that is refused, can't be read or is no {@code type}
   */
  public static <T> T object(Message message, Class<T> type, ObjectInputFilter allowed)
      throws JMSException {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(allowed, "allowed");
    if (message instanceof ObjectMessage object) {
      return ObjectBody.read(object, type, allowed);
    }
    throw unexpected("ObjectMessage", message);
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
