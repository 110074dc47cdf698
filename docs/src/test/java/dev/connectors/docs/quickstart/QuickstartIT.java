package dev.connectors.docs.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.WithServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart as its user runs it: in a process of its own, on real servers. */
@WithServers
@Timeout(1_800)
class QuickstartIT {
  /** Of one that hangs; on a busy machine the servers alone take minutes. */
  private static final int AT_MOST_SECONDS = 300;

  @TempDir private Path folder;
  private @Nullable Process process;

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  @Test
  void run_ownServers_fileThenItsTopicAnew(KafkaServer kafka, ElasticsearchServer elasticsearch)
      throws Exception {
    Path file = bottles(1000);
    List<String> servers =
        List.of("--kafka=" + kafka.bootstrapServers(), "--elasticsearch=" + elasticsearch.uri());

    String first =
        finished(0, servers, "--input=" + file, "--topic=bottles", "--search=green bottle");

    assertThat(first).contains("green bottle: 1,000 hits", "\"text\":\"green bottle\"");
    assertCounts(first, "bottles", 1000);

    String second = finished(0, servers, "--topic=bottles", "--index=anew");

    assertThat(second).doesNotContain("Publishing").contains("everything: 1,000 hits");
    assertThat(second).containsPattern("documents in index anew +1,000\n");

    assertThat(finished(0, servers, "--topic=bottles", "--index=anew"))
        .contains("group quickstart-bottles-anew has read all of it before")
        .containsPattern("documents in index anew +1,000\n");

    assertThat(finished(1, servers, "--topic=absent")).isEmpty();
    assertThat(kafka.isRunning() && elasticsearch.isRunning()).isTrue();
  }

  @Test
  void run_noOptions_indexesUnicodeAndStopsItsServers() throws Exception {
    String out = finished(0, List.of());

    assertThat(out)
        .contains("snowman: ", "U+2603   ☃  SNOWMAN\n", "greek small letter: ", "arrow left: ");
    assertCounts(out, "unicode", Unicode.count());
  }

  @Test
  void run_interrupted_drainsAndStopsItsServers() throws Exception {
    // So many that it says that it is indexing long before it has done so.
    Process running = start(List.of("--input=" + bottles(200_000)));
    awaitLine(running, "  indexed ");
    List<ProcessHandle> servers = running.descendants().toList();
    assertThat(servers).hasSizeGreaterThanOrEqualTo(2);

    assertThat(new ProcessBuilder("kill", "-INT", "" + running.pid()).start().waitFor()).isZero();

    assertThat(running.waitFor(AT_MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(running.exitValue()).isEqualTo(130);
    assertThat(out()).endsWith("Interrupted: what was in flight is indexed and committed.\n");
    assertThat(err()).isEmpty();
    assertThat(servers).noneMatch(ProcessHandle::isAlive);
  }

  private Path bottles(int count) throws IOException {
    return Files.writeString(
        folder.resolve("in.jsonl"),
        IntStream.range(0, count)
            .mapToObj(i -> "{\"number\":" + i + ",\"text\":\"green bottle\"}\n")
            .collect(Collectors.joining()));
  }

  private static void assertCounts(String out, String name, long count) {
    String records = String.format(Locale.ROOT, "%,d", count);
    assertThat(out)
        .containsPattern("records in topic " + name + " +" + records + "\n")
        .containsPattern("committed by the group +" + records + "\n")
        .containsPattern("documents in index " + name + " +" + records + "\n");
  }

  /** Runs to the end and returns what it printed. */
  private String finished(int code, List<String> servers, String... args) throws Exception {
    List<String> all = new ArrayList<>(servers);
    all.addAll(List.of(args));
    Process running = start(all);
    assertThat(running.waitFor(AT_MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(running.exitValue()).as("%s%s", out(), err()).isEqualTo(code);
    assertThat(err().lines()).hasSize(code == 0 ? 0 : 1);
    return out();
  }

  private Process start(List<String> args) throws IOException {
    List<String> command = new ArrayList<>();
    if (ignoresInterrupt()) {
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            Quickstart.class.getName()));
    command.addAll(args);
    Process started =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    process = started;
    return started;
  }

  /** A shell without job control starts what it runs in the background with SIGINT ignored. */
  private static boolean ignoresInterrupt() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }

  private void awaitLine(Process running, String start) throws Exception {
    while (out().lines().noneMatch(line -> line.startsWith(start))) {
      assertThat(running.waitFor(50, TimeUnit.MILLISECONDS)).as("ended: %s", err()).isFalse();
    }
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }
}
