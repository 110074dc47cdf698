package dev.connectors.docs.examples;

import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.Secret;
import dev.connectors.jms.JmsAcknowledgement;
import dev.connectors.jms.JmsBody;
import dev.connectors.jms.JmsConsumerSettings;
import dev.connectors.jms.JmsDestination;
import dev.connectors.jms.JmsFlow;
import dev.connectors.jms.JmsMessage;
import dev.connectors.jms.JmsProducerSettings;
import dev.connectors.jms.JmsSink;
import dev.connectors.jms.JmsSource;
import dev.connectors.jms.JmsSubscription;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaFlow;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.ProducerSettings;
import dev.connectors.kafka.Subscription;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;

/** Reading from, writing to and bridging a JMS broker. */
final class JmsExamples {
  private JmsExamples() {}

  static JmsConsumerSettings consumer(ActorSystem system) {
    // tag::consumer[]
    ConnectionFactory broker = new ActiveMQConnectionFactory("tcp://localhost:61616");
    JmsConsumerSettings consumer =
        JmsConsumerSettings.create(system, broker)
            .withCredentials("bridge", Secret.of(System.getenv("BROKER_PASSWORD")))
            .withAcknowledgement(JmsAcknowledgement.TRANSACTED)
            .withSessions(4);
    // end::consumer[]
    return consumer;
  }

  static List<JmsSubscription> subscriptions() {
    return List.of(
        // tag::subscriptions[]
        JmsSubscription.queue("orders").withSelector("tenant = 7"),
        JmsSubscription.topic("prices"),
        JmsSubscription.durable("prices", "audit"),
        JmsSubscription.sharedDurable("prices", "billing")
        // end::subscriptions[]
        );
  }

  // tag::to-kafka[]
  static Control.Draining<Done> toKafka(
      ActorSystem system, JmsConsumerSettings consumer, ProducerSettings<String, String> producer) {
    return JmsSource.committable(consumer, JmsSubscription.queue("orders"))
        .map(JmsExamples::record)
        .via(KafkaFlow.produceWithContext(producer))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
  }

  /** The group becomes the key, so that its order is kept; the message's id tells duplicates. */
  private static ProducerRecord<String, String> record(Message message) throws JMSException {
    ProducerRecord<String, String> record =
        new ProducerRecord<>(
            "orders", message.getStringProperty("JMSXGroupID"), JmsBody.text(message));
    record.headers().add("jms-message-id", bytes(message.getJMSMessageID()));
    if (message.getJMSCorrelationID() != null) {
      record.headers().add("jms-correlation-id", bytes(message.getJMSCorrelationID()));
    }
    return record;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // end::to-kafka[]

  // tag::from-kafka[]
  static Control.Draining<Done> fromKafka(
      ActorSystem system, ConsumerSettings<String, String> consumer, JmsProducerSettings producer) {
    return KafkaSource.committable(consumer, Subscription.topics("invoices"))
        .map(JmsExamples::message)
        .via(JmsFlow.produceWithContext(producer))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
  }

  /** The key becomes the group; topic, partition and offset tell duplicates. */
  private static JmsMessage message(ConsumerRecord<String, String> record) {
    JmsMessage message =
        JmsMessage.text(record.value())
            .withDestination(JmsDestination.queue("invoices"))
            .withProperty(
                "kafka_position",
                record.topic() + "-" + record.partition() + "@" + record.offset());
    Header correlation = record.headers().lastHeader("jms-correlation-id");
    if (correlation != null) {
      message = message.withCorrelationId(new String(correlation.value(), StandardCharsets.UTF_8));
    }
    return record.key() == null ? message : message.withGroup(record.key());
  }

  // end::from-kafka[]

  static CompletionStage<Done> send(ActorSystem system, ConnectionFactory broker) {
    // tag::send[]
    JmsProducerSettings producer =
        JmsProducerSettings.create(system, broker).withDestination(JmsDestination.queue("orders"));

    CompletionStage<Done> sent =
        Source.range(1, 1_000)
            .map(number -> JmsMessage.text("order " + number).withPriority(6))
            .runWith(JmsSink.plain(producer), system);
    // end::send[]
    return sent;
  }

  static Control.Draining<Done> poison(ActorSystem system, JmsConsumerSettings consumer) {
    // tag::reject[]
    return JmsSource.committable(consumer, JmsSubscription.queue("orders"))
        .asSource()
        .map(
            pair -> {
              try {
                process(pair.first());
              } catch (JMSException unreadable) {
                pair.second().reject(unreadable); // the broker delivers it again, or buries it
              }
              return pair;
            })
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::reject[]
  }

  private static void process(Message message) throws JMSException {
    JmsBody.map(message);
  }
}
