package dev.connectors.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.benchmarks.sidebyside.cases.Cases;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BenchmarksTest {
  private final PrintStream standardOut = System.out;
  private final PrintStream standardErr = System.err;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void capture() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void release() {
    System.setOut(standardOut);
    System.setErr(standardErr);
  }

  @Test
  void run_withoutCase_listsThem() {
    assertThat(Benchmarks.run()).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(Cases.all().size());
  }

  @Test
  void run_unknownCase_isOneLineThatNamesTheCases() {
    assertThat(Benchmarks.run("kafka")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .contains("no case 'kafka'")
        .contains("kafka-consume");
  }

  @Test
  void run_valueOutOfRange_isOneLineThatTellsWhatIsAllowed() {
    assertThat(Benchmarks.run("all", "--rounds", "0")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .contains("--rounds is 0, allowed is at least 1");
  }

  @Test
  void run_noNumber_isOneLine() {
    assertThat(Benchmarks.run("all", "--records", "many")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .contains("--records");
  }
}
