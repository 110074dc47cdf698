package dev.connectors.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connectors.testkit.internal.Jdk;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SuppliedServerTest {

  @Test
  void start_processFails_quotesItsLog() {
    try (TrivialServer server = new TrivialServer("fail", ServerOptions.withHeap(64))) {
      assertThatThrownBy(server::start)
          .isInstanceOfSatisfying(
              ServerStartException.class,
              failure -> assertThat(failure.logFile()).isEqualTo(server.logFile()))
          .hasMessageContaining("exit code 3")
          .hasMessageContaining("the reason of the failure")
          .hasMessageContaining(server.logFile().toString());
      assertThat(server.isRunning()).isFalse();
    }
  }

  @Test
  void start_neverReady_timesOutAndEndsTheProcess() {
    ServerOptions hasty = ServerOptions.withHeap(64).withStartTimeout(Duration.ofSeconds(1));
    try (TrivialServer server = new TrivialServer("hang", hasty)) {
      assertThatThrownBy(server::start)
          .isInstanceOf(ServerStartException.class)
          .hasMessageContaining("not ready within 1 s");
      assertThat(server.isRunning()).isFalse();
    }
  }

  @Test
  void start_running_keepsTheProcess() {
    try (TrivialServer server = TrivialServer.serving()) {
      server.start();
      long pid = server.pid();

      server.start();

      assertThat(server.pid()).isEqualTo(pid);
    }
  }

  @Test
  void restart_afterKill_servesOnTheSamePort() throws IOException {
    try (TrivialServer server = TrivialServer.serving()) {
      server.start();
      int port = server.port();
      long pid = server.pid();

      server.kill();
      assertThat(server.isRunning()).isFalse();
      assertThatThrownBy(() -> server.greets(1000)).isInstanceOf(ConnectException.class);
      assertThatThrownBy(server::pid).isInstanceOf(IllegalStateException.class);
      server.restart();

      assertThat(server.port()).isEqualTo(port);
      assertThat(server.pid()).isNotEqualTo(pid);
      assertThat(server.greets(5000)).isTrue();
      assertThat(server.logFile()).content().doesNotContain("good order");
    }
  }

  @Test
  void stop_running_endsInGoodOrder() {
    try (TrivialServer server = TrivialServer.serving()) {
      server.start();

      server.stop();

      assertThat(server.isRunning()).isFalse();
      assertThat(server.logFile()).content().contains("good order");
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no SIGSTOP")
  void pause_running_answersOnlyAfterResume() throws IOException {
    try (TrivialServer server = TrivialServer.serving()) {
      server.start();

      server.pause();
      assertThat(server.isPaused()).isTrue();
      assertThatThrownBy(() -> server.greets(300)).isInstanceOf(SocketTimeoutException.class);

      server.resume();
      assertThat(server.isPaused()).isFalse();
      assertThat(server.greets(5000)).isTrue();
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no SIGSTOP")
  void kill_paused_restarts() throws IOException {
    try (TrivialServer server = TrivialServer.serving()) {
      server.start();
      server.pause();

      server.kill();
      assertThat(server.isPaused()).isFalse();
      server.restart();

      assertThat(server.greets(5000)).isTrue();
    }
  }

  @Test
  void pause_notStarted_isRefused() {
    try (TrivialServer server = TrivialServer.serving()) {
      assertThatThrownBy(server::pause).isInstanceOf(IllegalStateException.class);
      server.resume();
      server.kill();
      server.stop();
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no SIGSTOP")
  void close_pausedAndTwice_endsTheProcess() {
    TrivialServer server = TrivialServer.serving();
    try (server) {
      server.start();
      server.pause();
    }
    server.close();

    assertThat(server.isRunning()).isFalse();
    assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void close_dataDirectoryGiven_keepsIt(@TempDir Path folder) throws IOException {
    Path data = folder.resolve("data");
    Path kept = data.resolve("kept");
    ServerOptions options = ServerOptions.withHeap(64).withDataDirectory(data);
    try (TrivialServer server = new TrivialServer("serve", options)) {
      server.start();
      Files.writeString(kept, "x");
    }

    assertThat(kept).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"running", "paused"})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no SIGKILL, no SIGSTOP")
  void start_parentKilled_serverEnds(String state) throws IOException {
    Process parent =
        new ProcessBuilder(
                Jdk.preferred().executable().toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ParentMain.class.getName(),
                state)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      String pid = parent.inputReader(StandardCharsets.UTF_8).readLine();
      ProcessHandle server =
          ProcessHandle.of(Long.parseLong(Objects.requireNonNull(pid))).orElseThrow();

      parent.destroyForcibly();

      await().atMost(Duration.ofSeconds(30)).until(() -> !server.isAlive());
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void options_outOfRange_nameKeyAndValue() {
    KafkaServer server = KafkaServer.create();

    assertThatThrownBy(() -> server.withPort(0)).hasMessageContaining("port = 0");
    assertThatThrownBy(() -> server.withHeapMegabytes(1)).hasMessageContaining("heapMegabytes = 1");
    assertThatThrownBy(() -> server.withStartTimeout(Duration.ZERO))
        .hasMessageContaining("startTimeout = PT0S");
    assertThatThrownBy(() -> server.withVersion(" ")).hasMessageContaining("version");
  }

  @Test
  void withPort_given_addressNamesIt() {
    assertThat(
            KafkaServer.create().withSupply(ServerSupply.LOCAL).withPort(23_456).bootstrapServers())
        .isEqualTo("127.0.0.1:23456");
    assertThat(ElasticsearchServer.create().withSupply(ServerSupply.LOCAL).withPort(23_456).uri())
        .hasToString("http://127.0.0.1:23456");
  }
}
