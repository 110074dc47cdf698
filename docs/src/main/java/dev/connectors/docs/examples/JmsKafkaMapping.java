package dev.connectors.docs.examples;

import dev.connectors.jms.JmsBody;
import dev.connectors.jms.JmsDestination;
import dev.connectors.jms.JmsMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** What of a JMS message becomes what of a Kafka record, and back. */
final class JmsKafkaMapping {
  // tag::headers[]
  /** Tells duplicates in Kafka: a message that comes again has the same. */
  static final String MESSAGE_ID = "jms-message-id";

  /** Tells duplicates in JMS: a record that is read again has the same. */
  static final String POSITION = "kafka_position";

  private static final String CORRELATION_ID = "jms-correlation-id";
  private static final String TYPE = "jms-type";

  /** Before the names of properties, whose values keep their types: {@code Integer:7}. */
  private static final String PROPERTY = "jms-property-";

  // end::headers[]

  private JmsKafkaMapping() {}

  // tag::to-kafka[]
  /** The group becomes the key, which keeps its order. */
  static ProducerRecord<String, String> record(String topic, Message message) throws JMSException {
    ProducerRecord<String, String> record =
        new ProducerRecord<>(
            topic, message.getStringProperty("JMSXGroupID"), JmsBody.text(message));
    Headers headers = record.headers();
    add(headers, MESSAGE_ID, message.getJMSMessageID());
    add(headers, CORRELATION_ID, message.getJMSCorrelationID());
    add(headers, TYPE, message.getJMSType());
    for (Map.Entry<String, Object> property : JmsBody.properties(message).entrySet()) {
      Object value = property.getValue();
      if (!property.getKey().startsWith("JMSX") && value != null) { // the provider's
        add(headers, PROPERTY + property.getKey(), value.getClass().getSimpleName() + ":" + value);
      }
    }
    return record;
  }

  private static void add(Headers headers, String name, @Nullable String value) {
    if (value != null) {
      headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
  }

  // end::to-kafka[]

  // tag::from-kafka[]
  /** The key becomes the group, which the broker delivers to one consumer, in order. */
  static JmsMessage message(JmsDestination destination, ConsumerRecord<String, String> record) {
    JmsMessage message =
        JmsMessage.text(record.value())
            .withDestination(destination)
            .withProperty(
                POSITION, record.topic() + "-" + record.partition() + "@" + record.offset());
    if (record.key() != null) {
      message = message.withGroup(record.key());
    }
    for (Header header : record.headers()) {
      message = with(message, header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return message;
  }

  private static JmsMessage with(JmsMessage message, String header, String value) {
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
  // end::from-kafka[]
}
