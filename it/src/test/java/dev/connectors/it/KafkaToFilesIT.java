package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.it.support.Filing;
import dev.connectors.it.support.FilingMain;
import dev.connectors.it.support.FilingRounds;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.WithServers;
import dev.connectors.testkit.chaos.ChaosReport;
import dev.connectors.testkit.chaos.Finding;
import dev.connectors.testkit.chaos.ForkedPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    ChaosReport report = filed("files-by-count", Filing.WHOLE);

    report.assertExactlyOnce().assertNone(Finding.OUT_OF_ORDER);
    assertThat(files()).allSatisfy(file -> assertThat(file).hasSize(Filing.RECORDS));
  }

  @Test
  @Timeout(1_800)
  void kill_filesByTimeWithTheContextOfEachElement_loseNothing() throws Exception {
    ChaosReport report = filed("files-by-time", Filing.ELEMENTS);

    report.assertAtLeastOnce();
    assertThat(report.count(Finding.DUPLICATED))
        .isLessThanOrEqualTo((long) FilingRounds.KILLS * IN_FLIGHT);
  }

  private ChaosReport filed(String name, Filing filing) throws Exception {
    FilingRounds rounds = FilingRounds.create(kafka.bootstrapServers(), name);
    try (ForkedPipeline pipeline =
        ForkedPipeline.of(FilingMain.class)
            .withJvmOptions("-Xmx256m")
            .withArguments(kafka.bootstrapServers(), name, folder.toString(), filing.name())) {
      rounds.run(pipeline, () -> {});
    }
    return rounds.report(files());
  }

  /** All but the temporary files that a kill leaves. */
  private List<List<String>> files() throws IOException {
    List<List<String>> contents = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file :
          files
              .filter(Files::isRegularFile)
              .filter(file -> file.toString().endsWith(".tsv"))
              .sorted()
              .toList()) {
        contents.add(Files.readAllLines(file));
      }
    }
    return contents;
  }
}
