package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.it.support.FilingMain;
import dev.connectors.it.support.Topic;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.WithServers;
import dev.connectors.testkit.chaos.ChaosReport;
import dev.connectors.testkit.chaos.Finding;
import dev.connectors.testkit.chaos.ForkedPipeline;
import dev.connectors.testkit.chaos.Ledger;
import dev.connectors.testkit.chaos.Oracle;
import dev.connectors.testkit.chaos.RandomKills;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From Kafka into files that roll, while the pipeline is killed. {@code -Dconnectors.it.kills=10
 * -Dconnectors.it.messages=120000} is the long form.
 */
@WithServers
class KafkaToFilesIT {
  private static final int KILLS = Integer.getInteger("connectors.it.kills", 2);
  private static final int PARTITIONS = 4;

  /** Whole files for each partition and round. */
  private static final int RECORDS_OF_A_ROUND =
      Math.max(
              1,
              Integer.getInteger("connectors.it.messages", 16_000)
                  / KILLS
                  / PARTITIONS
                  / FilingMain.RECORDS)
          * PARTITIONS
          * FilingMain.RECORDS;

  /** What a source may have emitted and not settled. */
  private static final int IN_FLIGHT = 10_000;

  private final KafkaServer kafka;
  @TempDir private Path folder;

  KafkaToFilesIT(KafkaServer kafka) {
    this.kafka = kafka;
  }

  @Test
  @Timeout(1_800)
  void kill_filesByCountWithAllTheirContexts_haveEveryRecordOnce() throws Exception {
    ChaosReport report = files("files-by-count", FilingMain.Mode.FILES);

    report.assertExactlyOnce().assertNone(Finding.OUT_OF_ORDER);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : complete(files)) {
        assertThat(Files.readAllLines(file)).as(file.toString()).hasSize(FilingMain.RECORDS);
      }
    }
  }

  @Test
  @Timeout(1_800)
  void kill_filesByTimeWithTheContextOfEachElement_loseNothing() throws Exception {
    ChaosReport report = files("files-by-time", FilingMain.Mode.ELEMENTS);

    report.assertAtLeastOnce();
    assertThat(report.count(Finding.DUPLICATED)).isLessThanOrEqualTo((long) KILLS * IN_FLIGHT);
  }

  private ChaosReport files(String name, FilingMain.Mode mode) throws Exception {
    Topic topic = Topic.create(kafka.bootstrapServers(), name, PARTITIONS);
    Ledger ledger = Ledger.create();
    RandomKills kills = RandomKills.create();
    try (ForkedPipeline pipeline =
        ForkedPipeline.of(FilingMain.class)
            .withJvmOptions("-Xmx256m")
            .withArguments(kafka.bootstrapServers(), name, folder.toString(), mode.name())) {
      for (int kill = 0; kill < KILLS; kill++) {
        topic.produce((long) kill * RECORDS_OF_A_ROUND, RECORDS_OF_A_ROUND, 100, ledger);
        pipeline.start();
        pipeline.awaitLine("FILED");
        kills.kill(pipeline, Duration.ofSeconds(1));
      }
      pipeline.start();
      await().atMost(3, TimeUnit.MINUTES).until(() -> topic.committed(name).equals(topic.ends()));
      assertThat(pipeline.isRunning()).isTrue();
    }
    Oracle oracle = Oracle.of(ledger);
    read(oracle);
    ChaosReport report = oracle.report(kills);
    System.out.println(name + ": " + report);
    assertThat(report.acknowledged()).isEqualTo((long) KILLS * RECORDS_OF_A_ROUND);
    return report;
  }

  /** All but the temporary files that a kill leaves. */
  private static List<Path> complete(Stream<Path> files) {
    return files
        .filter(Files::isRegularFile)
        .filter(file -> file.toString().endsWith(".tsv"))
        .sorted()
        .toList();
  }

  private void read(Oracle oracle) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : complete(files)) {
        for (String line : Files.readAllLines(file)) {
          String[] fields = line.split("\t", -1);
          assertThat(fields).as("a line of %s", file).hasSize(3);
          oracle.seen(fields[0], "partition " + fields[1], fields[2]);
        }
      }
    }
  }
}
