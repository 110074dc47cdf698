package dev.connectors.docs.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connectors.jms.JmsBody;
import dev.connectors.jms.JmsDestination;
import dev.connectors.jms.JmsMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** What of a JMS message becomes what of a Kafka record, and back. */
final class JmsKafkaMapping {
  /** Tells duplicates in JMS: a record that is read again has the same. */
  static final String POSITION = "kafka_position";

  private JmsKafkaMapping() {}

  // tag::to-kafka[]
  /** The group becomes the key, which keeps its order. */
  static ProducerRecord<String, String> record(String topic, Message message) throws JMSException {
    ProducerRecord<String, String> record =
        new ProducerRecord<>(
            topic, message.getStringProperty("JMSXGroupID"), JmsBody.text(message));
    JmsHeaders.of(message)
        .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
    return record;
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
      if (header.value() != null) { // Kafka allows that
        message = JmsHeaders.with(message, header.key(), new String(header.value(), UTF_8));
      }
    }
    return message;
  }
  // end::from-kafka[]
}
