package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.it.support.PubSubToKafkaMain;
import dev.connectors.it.support.PubSubTopic;
import dev.connectors.it.support.Topic;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.PubSubServer;
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
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * From Pub/Sub to Kafka, while the pipeline is killed. {@code -Dconnectors.it.kills=10
 * -Dconnectors.it.messages=100000} is the long form.
 */
@WithServers
class PubSubToKafkaIT {
  private static final int KILLS = Integer.getInteger("connectors.it.kills", 2);
  private static final int MESSAGES = Integer.getInteger("connectors.it.messages", 6_000);

  @Test
  @Timeout(1_800)
  void kill_pipelineAtRandomMoments_losesNothing(KafkaServer kafka, PubSubServer pubSub)
      throws Exception {
    String name = "pubsub-to-kafka";
    Topic.create(kafka.bootstrapServers(), name, 4);
    PubSubTopic topic = PubSubTopic.create(pubSub, name, 0);
    Ledger ledger = Ledger.create();
    RandomKills kills = RandomKills.create();
    try (ForkedPipeline pipeline =
        ForkedPipeline.of(PubSubToKafkaMain.class)
            .withJvmOptions("-Xmx128m")
            .withArguments(kafka.bootstrapServers(), pubSub.emulatorHost(), name)) {
      for (int kill = 0; kill < KILLS; kill++) {
        topic.publish(MESSAGES / KILLS, 100, ledger);
        pipeline.start();
        pipeline.awaitLine("BRIDGED");
        kills.kill(pipeline, Duration.ofSeconds(1));
      }

      pipeline.start();
      ChaosReport report = consume(kafka, name, ledger, kills);
      System.out.println(name + ": " + report);
      report.assertAtLeastOnce();
      assertThat(report.acknowledged()).isEqualTo(MESSAGES);
      assertThat(report.count(Finding.DUPLICATED))
          .isLessThanOrEqualTo((long) KILLS * 2 * PubSubToKafkaMain.IN_FLIGHT);
      assertThat(pipeline.isRunning()).isTrue();
    }
  }

  /** Waits up to a minute for the next while one is missing: leases have to run out. */
  private static ChaosReport consume(
      KafkaServer kafka, String topic, Ledger ledger, RandomKills kills) {
    Oracle oracle = Oracle.of(ledger);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(),
                "group.id", "oracle",
                "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      for (int idle = 0; idle < 60; idle++) {
        var records = consumer.poll(Duration.ofSeconds(1));
        records.forEach(record -> oracle.seen(record.key(), "", record.value()));
        if (!records.isEmpty()) {
          idle = 0;
        } else if (oracle.report().count(Finding.MISSING) == 0) {
          break;
        }
      }
    }
    return oracle.report(kills);
  }
}
