package dev.connectors.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner with contenders that need no server. */
class RunnerTest {
  private static final Duration LIMIT = Duration.ofMillis(200);

  @TempDir private Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @Test
  void run_contenders_takeTurnsAndWarmUpIsNotMeasured() throws Exception {
    List<String> turns = new ArrayList<>();
    Contenders contenders =
        new Contenders()
            .raw(
                meter -> {
                  turns.add("raw");
                  work(meter);
                })
            .ours(
                meter -> {
                  turns.add("ours");
                  work(meter);
                });

    assertThat(run(contenders)).isTrue();

    assertThat(turns).containsExactly("raw", "ours", "raw", "ours", "raw", "ours");
    assertThat(contender(Contenders.OURS).rounds())
        .hasSize(2)
        .allSatisfy(round -> assertThat(round.records()).isEqualTo(5000));
    assertThat(contender(Contenders.RAW).summary()).isNotNull();
    assertThat(folder.resolve("benchmarks").resolve(Output.TABLES)).isNotEmptyFile();
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("fake, 5,000 records");
  }

  @Test
  void run_contenderThatDoesNotFinish_isAResultAndTheOthersGoOn() throws Exception {
    boolean sound =
        run(
            new Contenders()
                .raw(RunnerTest::work)
                .ours(
                    meter -> {
                      meter.begin();
                      meter.progress(7);
                      meter.await(new CompletableFuture<>());
                    }));

    assertThat(sound).isTrue();
    assertThat(contender(Contenders.OURS).failure())
        .startsWith("DNF")
        .contains("at 7 of 5,000")
        .contains("in warm-up");
    assertThat(contender(Contenders.OURS).summary()).isNull();
    assertThat(contender(Contenders.RAW).rounds()).hasSize(2);
  }

  @Test
  void run_contenderThatDoesWrong_isAFailureWithoutFigures() throws Exception {
    List<Integer> rounds = new ArrayList<>();
    boolean sound =
        run(
            new Contenders()
                .raw(RunnerTest::work)
                .ours(
                    meter -> {
                      work(meter);
                      rounds.add(1);
                      WrongResult.check(
                          "records", rounds.size(), rounds.size() < 3 ? rounds.size() : 2);
                    }));

    assertThat(sound).isFalse();
    assertThat(contender(Contenders.OURS).failure()).contains("records: 3 instead of 2");
    assertThat(contender(Contenders.OURS).rounds()).isEmpty();
    assertThat(contender(Contenders.OURS).summary()).isNull();
  }

  @Test
  void run_contenderThatNeverTellsItsEnd_isAFailure() throws Exception {
    assertThat(run(new Contenders().raw(meter -> meter.begin()))).isFalse();
    assertThat(contender(Contenders.RAW).failure()).contains("did not tell its end");
  }

  private static void work(Meter meter) {
    meter.begin();
    meter.progress(meter.records());
    meter.end();
  }

  private boolean run(Contenders contenders) throws Exception {
    Case fake =
        Case.bars(
            "fake",
            "Does nothing.",
            List.of(Workload.of("fake", 5000, (servers, records) -> contenders)));
    Path out = folder.resolve("benchmarks");
    Options options = new Options(2, 1, null, LIMIT, out, null);
    try (Servers servers = new Servers(line -> {})) {
      return new Runner(
              options,
              servers,
              new Output(out, List.of("fake")),
              new PrintStream(printed, true, StandardCharsets.UTF_8))
          .run(List.of(fake));
    }
  }

  private CaseResult.OfContender contender(String name) throws Exception {
    return new Results(folder.resolve("benchmarks").resolve(Output.RESULTS))
        .read(List.of("fake")).stream()
            .flatMap(result -> result.workloads().stream())
            .flatMap(workload -> workload.contenders().stream())
            .filter(contender -> contender.name().equals(name))
            .findFirst()
            .orElseThrow();
  }
}
