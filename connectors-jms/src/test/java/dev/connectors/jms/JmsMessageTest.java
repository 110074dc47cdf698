package dev.connectors.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.ObjectInputFilter;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.core.client.impl.ClientMessageImpl;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // set up before each test
class JmsMessageTest {
  private Connection connection;
  private Session session;

  @BeforeEach
  void connect() throws Exception {
    connection = EmbeddedBroker.factory().createConnection();
    session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
  }

  @Test
  void in_headersAndProperties_areTheMessages() throws Exception {
    JmsMessage order =
        JmsMessage.text("order")
            .withDestination(JmsDestination.queue("orders"))
            .withCorrelationId("correlation")
            .withType("type")
            .withReplyTo(JmsDestination.queue("replies"))
            .withDeliveryMode(DeliveryMode.NON_PERSISTENT)
            .withPriority(9)
            .withTimeToLive(Duration.ofSeconds(3))
            .withDeliveryDelay(Duration.ofSeconds(2))
            .withGroup("customer")
            .withProperties(Map.of("tenant", 7, "test", true));
    Message message = order.in(session);

    assertThat(JmsBody.text(message)).isEqualTo("order");
    assertThat(message.getJMSCorrelationID()).isEqualTo("correlation");
    assertThat(message.getJMSType()).isEqualTo("type");
    assertThat(((Queue) message.getJMSReplyTo()).getQueueName()).isEqualTo("replies");
    assertThat(JmsBody.properties(message)).containsEntry("tenant", 7).containsEntry("test", true);
    assertThat(message.getStringProperty("JMSXGroupID")).isEqualTo("customer");
    assertThat(order.destination()).isEqualTo(JmsDestination.queue("orders"));
    assertThat(order.deliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
    assertThat(order.priority()).isEqualTo(9);
    assertThat(order.timeToLive()).isEqualTo(Duration.ofSeconds(3));
    assertThat(order.deliveryDelay()).isEqualTo(Duration.ofSeconds(2));
    assertThat(order.correlationId()).isEqualTo("correlation");
  }

  @Test
  void in_otherBodies_areTheMessages() throws Exception {
    Message stream = JmsMessage.stream(List.of("a", 1)).in(session);
    assertThat(JmsBody.stream(stream)).containsExactly("a", 1);
    assertThat(JmsBody.stream(stream)).containsExactly("a", 1);
    assertThat(JmsBody.map(JmsMessage.map(Map.of("key", 1L)).in(session)))
        .isEqualTo(Map.of("key", 1L));
    assertThat(JmsMessage.object("text").in(session)).isInstanceOf(ObjectMessage.class);
    assertThat(JmsMessage.empty().in(session)).isNotNull();
  }

  record Order(String customer, int amount) implements Serializable {}

  @Test
  void object_allowed_isRead() throws Exception {
    Message message = JmsMessage.object(new Order("customer", 7)).in(session);

    assertThat(JmsBody.object(message, Order.class, allowing(Order.class.getName())))
        .isEqualTo(new Order("customer", 7));
  }

  @Test
  void object_notAllowed_isRefusedWithoutBeingMade() throws Exception {
    Message message = JmsMessage.object(new Order("customer", 7)).in(session);

    assertThatThrownBy(() -> JmsBody.object(message, Order.class, allowing("com.acme.*")))
        .isInstanceOf(MessageFormatException.class)
        .hasMessageContaining("not allowed");
    assertThatThrownBy(() -> JmsBody.object(message, String.class, allowing(Order.class.getName())))
        .isInstanceOf(MessageFormatException.class)
        .hasMessageContaining(Order.class.getName());
    assertThatThrownBy(
            () ->
                JmsBody.object(
                    JmsMessage.text("text").in(session), String.class, allowing("java.lang.*")))
        .isInstanceOf(MessageFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 5, 1_000_000})
  void object_ofArtemisWithALengthThatItHasNot_isRefused(int length) {
    ClientMessageImpl core =
        new ClientMessageImpl(
            org.apache.activemq.artemis.api.core.Message.OBJECT_TYPE, true, 0, 0, (byte) 4, 64);
    core.getBodyBuffer().writeInt(length);
    core.getBodyBuffer().writeBytes(new byte[4]);
    Message message = ActiveMQMessage.createMessage(core, null);

    assertThatThrownBy(() -> JmsBody.object(message, String.class, allowing("java.lang.*")))
        .isInstanceOf(MessageFormatException.class)
        .hasMessageContaining("a length of " + length);
  }

  private static ObjectInputFilter allowing(String pattern) {
    return ObjectInputFilter.Config.createFilter(pattern);
  }

  @Test
  void with_changesACopy() throws Exception {
    JmsMessage before = JmsMessage.text("order");
    JmsMessage after = before.withPriority(0).withProperty("tenant", 7);

    assertThat(before.priority()).isEqualTo(4);
    assertThat(JmsBody.properties(before.in(session))).doesNotContainKey("tenant");
    assertThat(after.priority()).isZero();
    assertThat(JmsBody.properties(after.in(session))).containsEntry("tenant", 7);
  }

  @Test
  void withDeliveryMode_unknown_isRefused() {
    assertThatThrownBy(() -> JmsMessage.empty().withDeliveryMode(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("delivery mode is 0");
  }

  @Test
  void withPriority_outOfRange_isRefused() {
    assertThatThrownBy(() -> JmsMessage.empty().withPriority(10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 0 to 9");
  }

  @Test
  void toString_ofAMessage_showsNoContent() {
    assertThat(JmsMessage.text("s3cr3t").withProperty("token", "s3cr3t").toString())
        .doesNotContain("s3cr3t");
  }

  @Test
  void body_ofAnotherType_namesBothTypesAndNoContent() throws Exception {
    Message text = JmsMessage.text("s3cr3t").in(session);

    assertThatThrownBy(() -> JmsBody.bytes(text))
        .isInstanceOf(MessageFormatException.class)
        .hasMessageContaining("BytesMessage")
        .hasMessageContaining("TextMessage")
        .hasMessageNotContaining("s3cr3t");
    assertThatThrownBy(() -> JmsBody.map(text)).isInstanceOf(MessageFormatException.class);
    assertThatThrownBy(() -> JmsBody.text(JmsMessage.object("x").in(session)))
        .isInstanceOf(MessageFormatException.class);
  }
}
