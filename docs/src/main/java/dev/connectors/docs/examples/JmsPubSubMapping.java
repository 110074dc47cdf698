package dev.connectors.docs.examples;

import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.jms.JmsBody;
import dev.connectors.jms.JmsDestination;
import dev.connectors.jms.JmsMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Map;

/** What of a JMS message becomes what of a Pub/Sub message, and back. */
final class JmsPubSubMapping {
  /** Tells duplicates in JMS: a message that is delivered again has the same. */
  static final String MESSAGE_ID = "pubsub_message_id";

  private JmsPubSubMapping() {}

  // tag::to-pubsub[]
  /** The group becomes the ordering key. */
  static PubsubMessage message(Message message) throws JMSException {
    PubsubMessage.Builder published =
        PubsubMessage.newBuilder()
            .setData(ByteString.copyFromUtf8(JmsBody.text(message)))
            .putAllAttributes(JmsHeaders.of(message));
    String group = message.getStringProperty("JMSXGroupID");
    if (group != null) {
      published.setOrderingKey(group);
    }
    return published.build();
  }

  // end::to-pubsub[]

  // tag::from-pubsub[]
  /** The ordering key becomes the group. */
  static JmsMessage message(JmsDestination destination, PubsubMessage received) {
    JmsMessage message =
        JmsMessage.text(received.getData().toStringUtf8())
            .withDestination(destination)
            .withProperty(MESSAGE_ID, received.getMessageId());
    if (!received.getOrderingKey().isEmpty()) {
      message = message.withGroup(received.getOrderingKey());
    }
    for (Map.Entry<String, String> attribute : received.getAttributesMap().entrySet()) {
      message = JmsHeaders.with(message, attribute.getKey(), attribute.getValue());
    }
    return message;
  }
  // end::from-pubsub[]
}
