package dev.connectors.it.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.testkit.chaos.ChaosReport;
import dev.connectors.testkit.chaos.ForkedPipeline;
import dev.connectors.testkit.chaos.Ledger;
import dev.connectors.testkit.chaos.Oracle;
import dev.connectors.testkit.chaos.RandomKills;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Kills a pipeline that files the records of a topic, in each of several rounds, and says what came
 * of them. {@code -Dconnectors.it.kills} and {@code -Dconnectors.it.messages} say how much.
 */
public final class FilingRounds {
  /** How often a pipeline is killed. */
  public static final int KILLS = Integer.getInteger("connectors.it.kills", 2);

  private static final int PARTITIONS = 4;

  /** Whole files for each partition and round. */
  private static final int RECORDS_OF_A_ROUND =
      Math.max(
              1,
              Integer.getInteger("connectors.it.messages", 16_000)
                  / KILLS
                  / PARTITIONS
                  / Filing.RECORDS)
          * PARTITIONS
          * Filing.RECORDS;

  private final Topic topic;
  private final Ledger ledger = Ledger.create();
  private final RandomKills kills = RandomKills.create();

  private FilingRounds(Topic topic) {
    this.topic = topic;
  }

  /** On a new topic. */
  public static FilingRounds create(String servers, String topic) throws Exception {
    return new FilingRounds(Topic.create(servers, topic, PARTITIONS));
  }

  /** Done after each kill. */
  public interface AfterKill {
    void run() throws Exception;
  }

  /** All rounds, the pipeline being a member of the group that has the topic's name. */
  public void run(ForkedPipeline pipeline, AfterKill after) throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      topic.produce((long) kill * RECORDS_OF_A_ROUND, RECORDS_OF_A_ROUND, 100, ledger);
      pipeline.start();
      pipeline.awaitLine("FILED");
      kills.kill(pipeline, Duration.ofSeconds(1));
      after.run();
    }
    finish(pipeline, topic.name());
  }

  /** Lets the pipeline run until its group has committed all. */
  public void finish(ForkedPipeline pipeline, String group) {
    pipeline.start();
    await().atMost(3, TimeUnit.MINUTES).until(() -> topic.committed(group).equals(topic.ends()));
    assertThat(pipeline.isRunning()).isTrue();
  }

  /** What is wrong with these files, each of which is the lines of {@link Filing#format}. */
  public ChaosReport report(Iterable<List<String>> files) {
    Oracle oracle = Oracle.of(ledger);
    for (List<String> file : files) {
      for (String line : file) {
        String[] fields = line.split("\t", -1);
        assertThat(fields).hasSize(3);
        oracle.seen(fields[0], "partition " + fields[1], fields[2]);
      }
    }
    ChaosReport report = oracle.report(kills);
    System.out.println(topic.name() + ": " + report);
    assertThat(report.acknowledged()).isEqualTo((long) KILLS * RECORDS_OF_A_ROUND);
    return report;
  }
}
