package dev.connectors.docs.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong before a server is started is one line, and --help is help. */
class QuickstartTest {
  private record Result(int code, String out, String err) {}

  static Stream<String> wrong() {
    return Stream.of(
        "--nope",
        "surplus",
        "--kafka",
        "--kafka localhost",
        "--kafka http://localhost:9092",
        "--elasticsearch localhost:9200",
        "--elasticsearch ftp://user:hunter2@localhost",
        "--topic orders",
        "--topic a/b --input -",
        "--index Upper --input -");
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void run_wrongOption_isOneLineAndCode2(String args) {
    Result result = run(args.split(" "));

    assertThat(result.code()).isEqualTo(2);
    assertOneLine(result);
    assertThat(result.err()).endsWith("(--help explains)\n").doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void run_help_explainsEveryOption(String option) {
    Result result = run(option);

    assertThat(result.code()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains("--kafka", "--topic", "--elasticsearch", "--index", "--input", "--group")
        .contains("--search", "--help", "--version", "Exit codes");
  }

  @Test
  void run_version_namesTheParts() {
    Result result = run("--version");

    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains("connectors 0", "Pekko 1", "kafka-clients")
        .doesNotContain("$");
  }

  @Test
  void run_absentFile_isOneLine(@TempDir Path folder) {
    Path file = folder.resolve("absent.jsonl");

    assertFails(run("--input", file.toString()), file + " does not exist");
  }

  @Test
  void run_directoryAsFile_isOneLine(@TempDir Path folder) {
    assertFails(run("--input", folder.toString()), folder + " is a directory");
  }

  @Test
  void run_malformedFile_namesTheLine(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.jsonl"), "{}\n{}\n{]\n");

    assertFails(run("--input", file.toString()), file + ":3: not JSON: ");
  }

  @Test
  void run_malformedCsv_namesTheLine(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.csv"), "id\n1\n\"2\"x\n");

    assertFails(run("--input", file.toString()), file + ":3: text between a closing quote");
  }

  @Test
  @Timeout(30)
  void run_nobodyAtKafkasPort_isOneLine() throws IOException {
    String address = "127.0.0.1:" + freePort();

    assertFails(
        run("--kafka", address, "--topic", "orders"), "no Kafka broker answers at " + address);
  }

  @Test
  @Timeout(30)
  void run_unknownHost_isOneLine() {
    assertFails(
        run("--kafka", "nowhere.invalid:9092", "--topic", "orders"),
        "Kafka at nowhere.invalid:9092: ");
  }

  @Test
  @Timeout(30)
  void run_nobodyAtElasticsearchsPort_isOneLineWithoutThePassword() throws IOException {
    int port = freePort();

    Result result = run("--elasticsearch", "http://me:hunter2@127.0.0.1:" + port);

    assertFails(result, "Elasticsearch does not answer at http://127.0.0.1:" + port);
    assertThat(result.err()).doesNotContain("hunter2");
  }

  private static void assertFails(Result result, String message) {
    assertThat(result.code()).isEqualTo(1);
    assertOneLine(result);
    assertThat(result.err()).startsWith("quickstart: " + message);
  }

  private static void assertOneLine(Result result) {
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("quickstart: ").doesNotContain("Exception:");
    assertThat(result.err().lines()).hasSize(1);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Result run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
    try {
      int code = Quickstart.run(args);
      return new Result(
          code,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
