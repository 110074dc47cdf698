package com.example.orders;

import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.WithServers;
import dev.connectors.testkit.chaos.ChaosReport;
import dev.connectors.testkit.chaos.Finding;
import dev.connectors.testkit.chaos.ForkedPipeline;
import dev.connectors.testkit.chaos.Ledger;
import dev.connectors.testkit.chaos.Oracle;
import dev.connectors.testkit.chaos.RandomKills;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@WithServers
class InvoicesChaosIT {
  private static final int KILLS = 3;

  @Test
  @Timeout(180)
  void kill_atRandomMoments_losesNothingAndKeepsTheOrder(KafkaServer kafka) {
    Ledger ledger = Ledger.create();
    RandomKills kills = RandomKills.create();
    try (ForkedPipeline pipeline =
        ForkedPipeline.of(InvoicesMain.class).withArguments(kafka.bootstrapServers())) {
      for (int kill = 0; kill < KILLS; kill++) {
        sendOrders(kafka, ledger, kill * 5_000, 5_000);
        pipeline.start();
        pipeline.awaitLine("INVOICE"); // it works: now, or within half a second, is the moment
        kills.kill(pipeline, Duration.ofMillis(500));
      }

      pipeline.start();
      ChaosReport report = readInvoices(kafka, ledger, kills);
      report.assertAtLeastOnce().assertNone(Finding.OUT_OF_ORDER);
      System.out.println(report);
    }
  }

  /** What Kafka acknowledges goes into the ledger. */
  private static void sendOrders(KafkaServer kafka, Ledger ledger, int first, int count) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = first; i < first + count; i++) {
        String id = "order-" + i;
        String customer = "customer-" + i % 10;
        ledger.sent(id, customer, id);
        var unused =
            producer.send(
                new ProducerRecord<>("chaos-orders", customer, id),
                (metadata, failure) -> {
                  if (failure == null) {
                    ledger.acknowledged(id);
                  }
                });
      }
    } // closing waits for all of them
  }

  /** Reads all invoices; waits up to 30 seconds for the next while one is missing. */
  private static ChaosReport readInvoices(KafkaServer kafka, Ledger ledger, RandomKills kills) {
    Oracle oracle = Oracle.of(ledger);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(),
                "group.id", "auditor",
                "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of("chaos-invoices"));
      for (int idle = 0; idle < 30; idle++) {
        for (ConsumerRecord<String, String> invoice : consumer.poll(Duration.ofSeconds(1))) {
          oracle.seen(invoice.value(), invoice.key(), invoice.value());
          idle = 0;
        }
        if (idle > 0 && oracle.report().count(Finding.MISSING) == 0) {
          break;
        }
      }
    }
    return oracle.report(kills);
  }
}
