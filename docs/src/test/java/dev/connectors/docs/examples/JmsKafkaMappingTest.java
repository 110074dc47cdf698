package dev.connectors.docs.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.jms.JmsBody;
import dev.connectors.jms.JmsDestination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.activemq.command.ActiveMQTextMessage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** The mapping of the guide, there and back. */
class JmsKafkaMappingTest {

  @Test
  void record_andBackToAMessage_keepsHeadersAndProperties() throws Exception {
    TextMessage order = new ActiveMQTextMessage();
    order.setText("order");
    order.setJMSMessageID("ID:host-1");
    order.setJMSCorrelationID("correlation");
    order.setJMSType("type");
    order.setStringProperty("JMSXGroupID", "customer");
    order.setIntProperty("tenant", 7);
    order.setBooleanProperty("test", true);
    order.setDoubleProperty("rate", 0.5);
    order.setStringProperty("note", "a:b");

    ProducerRecord<String, String> record = JmsKafkaMapping.record("orders", order);

    assertThat(record.key()).isEqualTo("customer");
    assertThat(record.value()).isEqualTo("order");
    assertThat(record.headers().lastHeader(JmsHeaders.MESSAGE_ID).value())
        .isEqualTo("ID:host-1".getBytes(StandardCharsets.UTF_8));

    Message back = back(record);

    assertThat(JmsBody.text(back)).isEqualTo("order");
    assertThat(back.getJMSCorrelationID()).isEqualTo("correlation");
    assertThat(back.getJMSType()).isEqualTo("type");
    assertThat(back.getStringProperty("JMSXGroupID")).isEqualTo("customer");
    assertThat(JmsBody.properties(back))
        .containsEntry("tenant", 7)
        .containsEntry("test", true)
        .containsEntry("rate", 0.5)
        .containsEntry("note", "a:b")
        .containsEntry("jms_message_id", "ID:host-1")
        .containsEntry(JmsKafkaMapping.POSITION, "orders-3@42");
  }

  @Test
  void record_withNothingButAText_andBackToAMessage_isThat() throws Exception {
    TextMessage order = new ActiveMQTextMessage();
    order.setText("order");

    Message back = back(JmsKafkaMapping.record("orders", order));

    assertThat(JmsBody.text(back)).isEqualTo("order");
    assertThat(back.getStringProperty("JMSXGroupID")).isNull();
    assertThat(back.getJMSCorrelationID()).isNull();
  }

  private static Message back(ProducerRecord<String, String> record) throws JMSException {
    ConsumerRecord<String, String> read =
        new ConsumerRecord<>(
            record.topic(),
            3,
            42,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty());
    return JmsKafkaMapping.message(JmsDestination.queue("orders"), read).in(JmsMessages.session());
  }
}
