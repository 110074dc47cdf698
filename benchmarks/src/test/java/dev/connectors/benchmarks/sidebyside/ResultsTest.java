package dev.connectors.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
  private static final List<String> NAMES = List.of("first", "second", "third");

  @Test
  void put_caseThatIsThere_replacesItsEntryAlone(@TempDir Path folder) throws IOException {
    Results results = new Results(folder.resolve("results.json"));
    results.put(result("first", "2020-01-01"), NAMES);
    results.put(result("second", "2020-01-01"), NAMES);

    results.put(result("first", "2021-01-01"), NAMES);

    assertThat(results.read(NAMES))
        .containsExactly(result("first", "2021-01-01"), result("second", "2020-01-01"));
  }

  @Test
  void put_casesInAnyOrder_keepsTheOrderOfTheList(@TempDir Path folder) throws IOException {
    Results results = new Results(folder.resolve("deeper").resolve("results.json"));
    results.put(result("third", "2020-01-01"), NAMES);

    assertThat(results.put(result("first", "2020-01-01"), NAMES))
        .extracting(CaseResult::name)
        .containsExactly("first", "third");
  }

  @Test
  void read_caseThatIsNoMore_leavesItOut(@TempDir Path folder) throws IOException {
    Results results = new Results(folder.resolve("results.json"));
    results.put(result("first", "2020-01-01"), NAMES);

    assertThat(results.read(List.of("second"))).isEmpty();
  }

  @Test
  void asciidoc_results_hasARowPerContenderAndItsFailure() {
    String page = Report.asciidoc(List.of(result("first", "2020-01-01")), "charts");

    assertThat(page)
        .contains("=== first")
        .contains("image::charts/first-rate.png[first]")
        .contains("|100 B |raw client |500 (500–500) |1.00 |1000.00 |1.00 |4 |1.0 |7\n")
        .contains("|100 B |connectors +\n_pass:c[DNF, too slow]_ |– |– |– |– |– |– |–\n")
        .contains("_pass:c[2020-01-01; rounds 1. Java 17.]_");
  }

  @Test
  void asciidoc_caseAboutHeap_showsThatAlone() {
    CaseResult rate = result("first", "2020-01-01");
    CaseResult heap =
        new CaseResult(
            rate.name(),
            rate.about(),
            Case.Figure.HEAP,
            "bytes",
            rate.date(),
            rate.circumstances(),
            rate.options(),
            rate.workloads());

    assertThat(Report.asciidoc(List.of(heap), "charts"))
        .contains("image::charts/first-heap.png[first]")
        .contains("|100 B |raw client |1.0\n")
        .doesNotContain("records/s");
  }

  @Test
  void write_result_leavesNoDraft(@TempDir Path folder) throws IOException {
    new Results(folder.resolve("results.json")).put(result("first", "2020-01-01"), NAMES);

    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("results.json"));
    }
  }

  private static CaseResult result(String name, String date) {
    List<Measurement> rounds = List.of(new Measurement(1000, 2, 1, 4000, 1L << 20, 7));
    return new CaseResult(
        name,
        "Does something.",
        Case.Figure.RATE,
        null,
        date,
        Map.of("Java", "17"),
        Map.of("rounds", "1"),
        List.of(
            new CaseResult.OfWorkload(
                "100 B",
                0,
                1000,
                List.of(
                    new CaseResult.OfContender(
                        Contenders.RAW, rounds, Summary.of(rounds, rounds), null),
                    new CaseResult.OfContender(
                        Contenders.OURS, List.of(), null, "DNF, too slow")))));
  }
}
