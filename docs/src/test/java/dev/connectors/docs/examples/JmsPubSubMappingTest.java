package dev.connectors.docs.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.jms.JmsBody;
import dev.connectors.jms.JmsDestination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import org.apache.activemq.command.ActiveMQTextMessage;
import org.junit.jupiter.api.Test;

/** The mapping of the guide, there and back. */
class JmsPubSubMappingTest {

  @Test
  void message_andBack_keepsHeadersAndProperties() throws Exception {
    TextMessage order = new ActiveMQTextMessage();
    order.setText("ördér");
    order.setJMSMessageID("ID:host-1");
    order.setJMSCorrelationID("correlation");
    order.setJMSType("type");
    order.setStringProperty("JMSXGroupID", "customer");
    order.setIntProperty("tenant", 7);
    order.setStringProperty("note", "a:b");

    PubsubMessage published = JmsPubSubMapping.message(order);

    assertThat(published.getOrderingKey()).isEqualTo("customer");
    assertThat(published.getData().toStringUtf8()).isEqualTo("ördér");
    assertThat(published.getAttributesMap()).containsEntry(JmsHeaders.MESSAGE_ID, "ID:host-1");

    Message back = back(published);

    assertThat(JmsBody.text(back)).isEqualTo("ördér");
    assertThat(back.getJMSCorrelationID()).isEqualTo("correlation");
    assertThat(back.getJMSType()).isEqualTo("type");
    assertThat(back.getStringProperty("JMSXGroupID")).isEqualTo("customer");
    assertThat(JmsBody.properties(back))
        .containsEntry("tenant", 7)
        .containsEntry("note", "a:b")
        .containsEntry("jms_message_id", "ID:host-1")
        .containsEntry(JmsPubSubMapping.MESSAGE_ID, "42");
  }

  @Test
  void message_withNothingButAText_andBack_isThat() throws Exception {
    TextMessage order = new ActiveMQTextMessage();
    order.setText("order");

    Message back = back(JmsPubSubMapping.message(order));

    assertThat(JmsBody.text(back)).isEqualTo("order");
    assertThat(back.getStringProperty("JMSXGroupID")).isNull();
    assertThat(back.getJMSCorrelationID()).isNull();
  }

  private static Message back(PubsubMessage published) throws JMSException {
    PubsubMessage received = published.toBuilder().setMessageId("42").build();
    return JmsPubSubMapping.message(JmsDestination.queue("orders"), received)
        .in(JmsMessages.session());
  }
}
