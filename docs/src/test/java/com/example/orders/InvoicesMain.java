package com.example.orders;

import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaFlow;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.ProducerSettings;
import dev.connectors.kafka.Subscription;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.pekko.actor.ActorSystem;

/** The pipeline under test: writes an invoice for each order. Argument: bootstrap servers. */
public final class InvoicesMain {
  private InvoicesMain() {}

  public static void main(String[] args) {
    ActorSystem system = ActorSystem.create("invoices");
    ConsumerSettings<String, String> consumer =
        ConsumerSettings.create(system, new StringDeserializer(), new StringDeserializer())
            .withBootstrapServers(args[0])
            .withGroupId("invoices")
            .withProperty("auto.offset.reset", "earliest")
            // Kafka gives a killed member's partitions to the next one after this time.
            .withProperty("session.timeout.ms", 2_000)
            .withProperty("heartbeat.interval.ms", 500);
    ProducerSettings<String, String> producer =
        ProducerSettings.create(system, new StringSerializer(), new StringSerializer())
            .withBootstrapServers(args[0]);

    KafkaSource.committable(consumer, Subscription.topics("chaos-orders"))
        .map(order -> new ProducerRecord<>("chaos-invoices", order.key(), order.value()))
        .via(KafkaFlow.produceWithContext(producer))
        .map(
            invoice -> {
              System.out.println("INVOICE " + invoice.offset());
              return invoice;
            })
        .to(Committer.sink(CommitterSettings.create(system)))
        .run(system);
  }
}
