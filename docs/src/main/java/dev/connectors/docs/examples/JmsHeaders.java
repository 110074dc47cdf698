package dev.connectors.docs.examples;

import dev.connectors.jms.JmsBody;
import dev.connectors.jms.JmsMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The headers and properties of a JMS message as texts, for systems that have headers only. */
final class JmsHeaders {
  // tag::names[]
  /** Tells duplicates outside of JMS: a message that comes again has the same. */
  static final String MESSAGE_ID = "jms-message-id";

  private static final String CORRELATION_ID = "jms-correlation-id";
  private static final String TYPE = "jms-type";

  /** Before the names of properties, whose values keep their types: {@code Integer:7}. */
  private static final String PROPERTY = "jms-property-";

  // end::names[]

  private JmsHeaders() {}

  // tag::of[]
  static Map<String, String> of(Message message) throws JMSException {
    Map<String, String> headers = new LinkedHashMap<>();
    put(headers, MESSAGE_ID, message.getJMSMessageID());
    put(headers, CORRELATION_ID, message.getJMSCorrelationID());
    put(headers, TYPE, message.getJMSType());
    for (Map.Entry<String, Object> property : JmsBody.properties(message).entrySet()) {
      Object value = property.getValue();
      if (!property.getKey().startsWith("JMSX") && value != null) { // the provider's
        put(headers, PROPERTY + property.getKey(), value.getClass().getSimpleName() + ":" + value);
      }
    }
    return headers;
  }

  private static void put(Map<String, String> headers, String name, @Nullable String value) {
    if (value != null) {
      headers.put(name, value);
    }
  }

  // end::of[]

  // tag::with[]
  static JmsMessage with(JmsMessage message, String header, String value) {
    if (header.equals(CORRELATION_ID)) {
      return message.withCorrelationId(value);
    }
    if (header.equals(TYPE)) {
      return message.withType(value);
    }
    if (header.startsWith(PROPERTY)) {
      return message.withProperty(header.substring(PROPERTY.length()), typed(value));
    }
    // A property's name is an identifier.
    return message.withProperty(header.replaceAll("[^A-Za-z0-9_$]", "_"), value);
  }

  private static Object typed(String value) {
    int colon = value.indexOf(':');
    String text = value.substring(colon + 1);
    return switch (value.substring(0, Math.max(0, colon))) {
      case "Boolean" -> Boolean.valueOf(text);
      case "Byte" -> Byte.valueOf(text);
      case "Short" -> Short.valueOf(text);
      case "Integer" -> Integer.valueOf(text);
      case "Long" -> Long.valueOf(text);
      case "Float" -> Float.valueOf(text);
      case "Double" -> Double.valueOf(text);
      default -> Objects.requireNonNull(text);
    };
  }
  // end::with[]
}
