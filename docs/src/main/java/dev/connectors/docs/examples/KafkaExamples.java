package dev.connectors.docs.examples;

import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.Restarting;
import dev.connectors.core.RetrySettings;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaFlow;
import dev.connectors.kafka.KafkaSink;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.ProducerSettings;
import dev.connectors.kafka.Subscription;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;

/** Reading from and writing to Kafka. */
final class KafkaExamples {
  private KafkaExamples() {}

  static ConsumerSettings<String, String> consumer(ActorSystem system) {
    // tag::consumer[]
    ConsumerSettings<String, String> consumer =
        ConsumerSettings.create(system, new StringDeserializer(), new StringDeserializer())
            .withBootstrapServers("localhost:9092")
            .withGroupId("billing")
            .withProperty("group.protocol", "consumer");
    // end::consumer[]
    return consumer;
  }

  static ProducerSettings<String, String> producer(ActorSystem system) {
    // tag::producer[]
    ProducerSettings<String, String> producer =
        ProducerSettings.create(system, new StringSerializer(), new StringSerializer())
            .withBootstrapServers("localhost:9092")
            .withProperty("compression.type", "zstd");
    // end::producer[]
    return producer;
  }

  static Control.Draining<Done> copy(
      ActorSystem system,
      ConsumerSettings<String, String> consumer,
      ProducerSettings<String, String> producer) {
    // tag::copy[]
    return KafkaSource.committable(consumer, Subscription.topics("orders"))
        .map(order -> new ProducerRecord<>("invoices", order.key(), order.value()))
        .via(KafkaFlow.produceWithContext(producer))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::copy[]
  }

  static CompletionStage<Done> produce(
      ActorSystem system, ProducerSettings<String, String> producer) {
    // tag::produce[]
    return Source.range(1, 1000)
        .map(i -> new ProducerRecord<>("numbers", "key-" + i, "value-" + i))
        .runWith(KafkaSink.plain(producer), system);
    // end::produce[]
  }

  static Control.Draining<Done> restarting(
      ActorSystem system, ConsumerSettings<String, String> consumer) {
    // tag::restarting[]
    return Restarting.sourceWithContext(
            RetrySettings.create(system),
            () -> KafkaSource.committable(consumer, Subscription.topics("orders")))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::restarting[]
  }

  static Subscription[] subscriptions() {
    // tag::subscriptions[]
    TopicPartition first = new TopicPartition("orders", 0);
    return new Subscription[] {
      Subscription.topics("orders", "returns"),
      Subscription.pattern("orders-.*"),
      Subscription.assignment(first),
      Subscription.assignmentWithOffsets(Map.of(first, 42L)),
      Subscription.assignmentWithTimestamps(Map.of(first, Instant.parse("2026-01-01T00:00:00Z"))),
    };
    // end::subscriptions[]
  }
}
