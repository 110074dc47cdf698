package dev.connectors.jms;

import dev.connectors.core.internal.Checks;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A message to be sent: body, headers and properties. A {@code jakarta.jms.Message} belongs to the
 * session that makes it; this doesn't. Immutable.
 *
 * <pre>{@code
 * JmsMessage.text(json)
 *     .withDestination(JmsDestination.queue("orders"))
 *     .withGroup(customer)
 *     .withProperty("tenant", 7);
 * }</pre>
 *
 * <p>What a property or an entry may be is the client's to say: primitives, strings, in maps and
 * streams {@code byte[]} too; anything else fails the stream with {@code MessageFormatException}.
 */
public final class JmsMessage {
  /** Makes the body with the session that will send it. */
  private interface Body {
    Message in(Session session) throws JMSException;
  }

  private static final String GROUP = "JMSXGroupID";
  private static final int LOWEST_PRIORITY = 0;
  private static final int HIGHEST_PRIORITY = 9;

  private final Body body;
  private final Headers headers;
  private final Map<String, Object> properties;

  /** Not changed once it is in a message. */
  private static final class Headers {
    @Nullable JmsDestination destination;
    @Nullable String correlationId;
    @Nullable String type;
    @Nullable JmsDestination replyTo;
    int deliveryMode = Message.DEFAULT_DELIVERY_MODE;
    int priority = Message.DEFAULT_PRIORITY;
    Duration timeToLive = Duration.ZERO;
    Duration deliveryDelay = Duration.ZERO;

    Headers() {}

    Headers(Headers from) {
      destination = from.destination;
      correlationId = from.correlationId;
      type = from.type;
      replyTo = from.replyTo;
      deliveryMode = from.deliveryMode;
      priority = from.priority;
      timeToLive = from.timeToLive;
      deliveryDelay = from.deliveryDelay;
    }
  }

  private JmsMessage(Body body, Headers headers, Map<String, Object> properties) {
    this.body = body;
    this.headers = headers;
    this.properties = properties;
  }

  private static JmsMessage of(Body body) {
    return new JmsMessage(body, new Headers(), Map.of());
  }

  /** A {@code TextMessage}. */
  public static JmsMessage text(String text) {
    Objects.requireNonNull(text, "text");
    return of(session -> session.createTextMessage(text));
  }

  /** A {@code BytesMessage}; {@code bytes} must not be changed afterwards. */
  public static JmsMessage bytes(byte[] bytes) {
    Objects.requireNonNull(bytes, "bytes");
    return of(
        session -> {
          BytesMessage message = session.createBytesMessage();
          message.writeBytes(bytes);
          return message;
        });
  }

  /** A {@code MapMessage}. */
  public static JmsMessage map(Map<String, ?> entries) {
    Map<String, Object> copy = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    return of(
        session -> {
          MapMessage message = session.createMapMessage();
          for (Map.Entry<String, Object> entry : copy.entrySet()) {
            message.setObject(entry.getKey(), entry.getValue());
          }
          return message;
        });
  }

  /** A {@code StreamMessage}. */
  public static JmsMessage stream(List<?> values) {
    List<Object> copy = List.copyOf(values);
    return of(
        session -> {
          StreamMessage message = session.createStreamMessage();
          for (Object value : copy) {
            message.writeObject(value);
          }
          return message;
        });
  }

  /** An {@code ObjectMessage}; who receives it has to trust you. */
  public static JmsMessage object(Serializable object) {
    Objects.requireNonNull(object, "object");
    return of(session -> session.createObjectMessage(object));
  }

  /** A {@code Message} without a body. */
  public static JmsMessage empty() {
    return of(Session::createMessage);
  }

  private JmsMessage with(Consumer<Headers> change) {
    Headers changed = new Headers(headers);
    change.accept(changed);
    return new JmsMessage(body, changed, properties);
  }

  /** Where it goes; without one, to the destination of the settings. */
  public JmsMessage withDestination(JmsDestination value) {
    Objects.requireNonNull(value, "destination");
    return with(changed -> changed.destination = value);
  }

  /** {@code JMSCorrelationID}. */
  public JmsMessage withCorrelationId(String value) {
    Objects.requireNonNull(value, "correlation id");
    return with(changed -> changed.correlationId = value);
  }

  /** {@code JMSType}. */
  public JmsMessage withType(String value) {
    Objects.requireNonNull(value, "type");
    return with(changed -> changed.type = value);
  }

  /** {@code JMSReplyTo}. */
  public JmsMessage withReplyTo(JmsDestination value) {
    Objects.requireNonNull(value, "reply to");
    return with(changed -> changed.replyTo = value);
  }

  /**
   * {@code DeliveryMode.PERSISTENT}, the default, or {@code DeliveryMode.NON_PERSISTENT}, which a
   * crash of the broker may lose.
   */
  public JmsMessage withDeliveryMode(int value) {
    if (value != DeliveryMode.PERSISTENT && value != DeliveryMode.NON_PERSISTENT) {
      throw Checks.refused(
          "delivery mode", value, "DeliveryMode.PERSISTENT (2) or NON_PERSISTENT (1)");
    }
    return with(changed -> changed.deliveryMode = value);
  }

  /** From 0 to 9. Default 4. */
  public JmsMessage withPriority(int value) {
    if (value < LOWEST_PRIORITY || value > HIGHEST_PRIORITY) {
      throw Checks.refused("priority", value, "from 0 to 9");
    }
    return with(changed -> changed.priority = value);
  }

  /** After what time the broker drops it; zero, the default, means never. */
  public JmsMessage withTimeToLive(Duration value) {
    Checks.notNegative("time to live", value);
    return with(changed -> changed.timeToLive = value);
  }

  /**
   * For how long the broker holds it back, in milliseconds; zero, the default, means not at all.
   *
   * <p>ActiveMQ Classic refuses {@code setDeliveryDelay}, so its own {@code AMQ_SCHEDULED_DELAY} is
   * sent instead. It ignores that unless its scheduler is on ({@code schedulerSupport="true"}): the
   * flow finds out with the first such message of a connection, by a probe on a temporary queue,
   * and fails with {@code UnsupportedOperationException} instead of having it delivered at once.
   *
   * @see <a
   *     href="https://activemq.apache.org/components/classic/documentation/delay-and-schedule-message-delivery">Classic:
   *     delayed delivery</a>
   */
  public JmsMessage withDeliveryDelay(Duration value) {
    Checks.notNegative("delivery delay", value);
    return with(changed -> changed.deliveryDelay = value);
  }

  /** One more property. */
  public JmsMessage withProperty(String name, Object value) {
    return withProperties(Map.of(name, value));
  }

  /** More properties. */
  public JmsMessage withProperties(Map<String, ?> values) {
    Map<String, Object> joined = new LinkedHashMap<>(properties);
    joined.putAll(values);
    return new JmsMessage(body, headers, Collections.unmodifiableMap(joined));
  }

  /** {@code JMSXGroupID}: the broker delivers a group to one consumer, in order. */
  public JmsMessage withGroup(String value) {
    return withProperty(GROUP, value);
  }

  /** Null for that of the settings. */
  public @Nullable JmsDestination destination() {
    return headers.destination;
  }

  public @Nullable String correlationId() {
    return headers.correlationId;
  }

  public int deliveryMode() {
    return headers.deliveryMode;
  }

  public int priority() {
    return headers.priority;
  }

  public Duration timeToLive() {
    return headers.timeToLive;
  }

  public Duration deliveryDelay() {
    return headers.deliveryDelay;
  }

  /** The client's message, made with {@code session} on its thread. */
  public Message in(Session session) throws JMSException {
    Message message = body.in(session);
    if (headers.correlationId != null) {
      message.setJMSCorrelationID(headers.correlationId);
    }
    if (headers.type != null) {
      message.setJMSType(headers.type);
    }
    if (headers.replyTo != null) {
      message.setJMSReplyTo(headers.replyTo.in(session));
    }
    for (Map.Entry<String, Object> property : properties.entrySet()) {
      message.setObjectProperty(property.getKey(), property.getValue());
    }
    return message;
  }

  /** Without body and properties. */
  @Override
  public String toString() {
    return "JmsMessage(destination=" + headers.destination + ")";
  }
}
