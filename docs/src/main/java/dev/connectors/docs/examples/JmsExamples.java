package dev.connectors.docs.examples;

import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.Secret;
import dev.connectors.jms.JmsAcknowledgement;
import dev.connectors.jms.JmsBody;
import dev.connectors.jms.JmsConfirmation;
import dev.connectors.jms.JmsConnections;
import dev.connectors.jms.JmsConsumerSettings;
import dev.connectors.jms.JmsDestination;
import dev.connectors.jms.JmsFlow;
import dev.connectors.jms.JmsMessage;
import dev.connectors.jms.JmsProducerSettings;
import dev.connectors.jms.JmsReply;
import dev.connectors.jms.JmsRequestSettings;
import dev.connectors.jms.JmsSink;
import dev.connectors.jms.JmsSource;
import dev.connectors.jms.JmsSubscription;
import dev.connectors.jms.JmsTimeoutPolicy;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaFlow;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.ProducerSettings;
import dev.connectors.kafka.Subscription;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.io.ObjectInputFilter;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
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
        .map(message -> JmsKafkaMapping.record("orders", message))
        .via(KafkaFlow.produceWithContext(producer))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
  }

  // end::to-kafka[]

  // tag::from-kafka[]
  static Control.Draining<Done> fromKafka(
      ActorSystem system, ConsumerSettings<String, String> consumer, JmsProducerSettings producer) {
    return KafkaSource.committable(consumer, Subscription.topics("invoices"))
        .map(record -> JmsKafkaMapping.message(JmsDestination.queue("invoices"), record))
        .via(JmsFlow.produceWithContext(producer))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
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

  static JmsProducerSettings asynchronous(JmsProducerSettings producer) {
    // tag::asynchronous[]
    return producer.withConfirmation(JmsConfirmation.ASYNCHRONOUS).withMaxInFlight(1_000);
    // end::asynchronous[]
  }

  static CompletionStage<Done> request(ActorSystem system, ConnectionFactory broker) {
    // tag::request[]
    JmsProducerSettings producer =
        JmsProducerSettings.create(system, broker)
            .withDestination(JmsDestination.queue("quotes"))
            .withMaxInFlight(100);
    JmsRequestSettings requests =
        JmsRequestSettings.create(system, producer)
            .withTimeout(Duration.ofSeconds(5))
            .withOnTimeout(JmsTimeoutPolicy.EMIT);

    CompletionStage<Done> done =
        Source.from(List.of("EUR", "CHF"))
            .map(
                currency ->
                    JmsMessage.text(currency)
                        .withDeliveryMode(DeliveryMode.NON_PERSISTENT)
                        .withTimeToLive(Duration.ofSeconds(5)))
            .via(JmsFlow.request(requests))
            .map(
                reply ->
                    reply instanceof JmsReply.Answered answered
                        ? JmsBody.text(answered.message())
                        : "no quote")
            .runForeach(System.out::println, system);
    // end::request[]
    return done;
  }

  static CompletionStage<Done> states(ActorSystem system, JmsConsumerSettings settings) {
    // tag::states[]
    JmsConnections connections = JmsConnections.create();
    JmsConsumerSettings consumer = settings.withConnectionListener(connections);

    CompletionStage<Done> shown =
        connections
            .changes()
            .filter(change -> change.state() == JmsConnections.State.DISCONNECTED)
            .runForeach(System.out::println, system);
    // end::states[]
    run(system, consumer);
    return shown;
  }

  private static void run(ActorSystem system, JmsConsumerSettings consumer) {
    JmsSource.plain(consumer, JmsSubscription.queue("orders")).to(Sink.ignore()).run(system);
  }

  static Source<Order, Control> objects(JmsConsumerSettings consumer) {
    // tag::objects[]
    ObjectInputFilter orders =
        ObjectInputFilter.Config.createFilter("com.acme.orders.*;java.lang.*;maxdepth=20");

    return JmsSource.plain(consumer, JmsSubscription.queue("orders"))
        .map(message -> JmsBody.object(message, Order.class, orders));
    // end::objects[]
  }

  private record Order(String customer) implements Serializable {}

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
