package dev.connectors.testkit.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kit as a whole: it catches a pipeline that commits before it writes, and passes a right one.
 */
@Timeout(180)
class ChaosTest {
  private static final int LINES = 20_000;
  private static final int KILLS = 5;

  @TempDir private Path folder;

  @Test
  void kill_pipelineThatCommitsBeforeItWrites_isCaught() throws Exception {
    RandomKills kills = RandomKills.create();

    ChaosReport report = report("commit-first", kills);

    assertThat(report.count(Finding.MISSING)).as("%s", report).isPositive();
    assertThat(report.count(Finding.SPURIOUS)).isZero();
    assertThat(report.count(Finding.CORRUPT)).isZero();
    assertThatThrownBy(report::assertAtLeastOnce)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("missing")
        .hasMessageContaining(report.examples(Finding.MISSING).get(0))
        .hasMessageContaining("seed " + kills.seed())
        .hasMessageContaining("run " + KILLS + ": killed");
  }

  @Test
  void kill_pipelineThatWritesBeforeItCommits_losesNothing() throws Exception {
    ChaosReport report = report("write-first", RandomKills.create());

    report.assertAtLeastOnce().assertNone(Finding.OUT_OF_ORDER);
    assertThat(report.acknowledged()).isEqualTo(LINES);
    assertThat(report.seen()).isGreaterThanOrEqualTo(LINES);
  }

  private ChaosReport report(String mode, RandomKills kills) throws IOException {
    Path in = folder.resolve("in");
    Path out = folder.resolve("out");
    Ledger ledger = Ledger.create();
    Files.write(in, lines(ledger));
    ForkedPipeline any =
        ForkedPipeline.of(FilePipelineMain.class)
            .withArguments(in.toString(), out.toString(), folder.resolve("at").toString(), mode)
            .withJvmOptions("-Xmx64m");
    // Slow enough not to be at the end before it is killed.
    try (ForkedPipeline pipeline = any.withArguments("1")) {
      for (int kill = 0; kill < KILLS; kill++) {
        pipeline.start();
        pipeline.awaitLine("WRITTEN");
        kills.kill(pipeline, Duration.ofMillis(300));
      }
    }
    try (ForkedPipeline pipeline = any.withArguments("0")) {
      pipeline.start();
      pipeline.awaitLine("END");
    }

    Oracle oracle = Oracle.of(ledger);
    for (String line : Files.readAllLines(out)) {
      String[] parts = line.split(" ", 3);
      oracle.seen(parts[0], parts[1], parts[2]);
    }
    return oracle.report(kills);
  }

  private static List<String> lines(Ledger ledger) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < LINES; i++) {
      String id = "id-" + i;
      String key = "key-" + i % 7;
      ledger.sent(id, key, "payload " + i);
      ledger.acknowledged(id);
      lines.add(id + " " + key + " payload " + i);
    }
    return lines;
  }
}
