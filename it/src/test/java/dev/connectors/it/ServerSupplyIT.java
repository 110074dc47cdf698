package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.it.support.ServerKind;
import dev.connectors.testkit.ServerSupply;
import dev.connectors.testkit.TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of server is killed, paused, cut off and restarted in both ways of supplying it,
 * whichever of them the other tests run on. Where there is no Docker daemon, or no image,
 * containers are skipped with the reason; not so with {@code -Dconnectors.servers=containers}.
 */
class ServerSupplyIT {
  private static final Map<List<Object>, TestServer> SERVERS = new LinkedHashMap<>();

  @AfterAll
  static void close() {
    SERVERS.values().forEach(TestServer::close);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void restart_afterKill_keepsPortAndData(ServerKind kind, ServerSupply supply) throws Exception {
    TestServer server = running(kind, supply);
    int port = server.port();
    long pid = server.pid();
    kind.write(server, "killed");

    server.kill();
    assertThat(server.isRunning()).isFalse();
    assertNobodyListens(server);
    server.restart();

    assertThat(server.port()).isEqualTo(port);
    assertThat(server.pid()).isNotEqualTo(pid);
    awaitRead(kind, server, "killed");
    kind.write(server, "after");
    assertThat(server.logFile()).isNotEmptyFile();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void restart_running_keepsPortAndData(ServerKind kind, ServerSupply supply) throws Exception {
    TestServer server = running(kind, supply);
    int port = server.port();
    kind.write(server, "restarted");

    server.stop();
    assertThat(server.isRunning()).isFalse();
    assertNobodyListens(server);
    server.restart();

    assertThat(server.port()).isEqualTo(port);
    awaitRead(kind, server, "restarted");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void pause_running_answersOnlyAfterResume(ServerKind kind, ServerSupply supply) throws Exception {
    TestServer server = running(kind, supply);
    long pid = server.pid();
    kind.write(server, "paused");

    server.pause();
    assertThat(server.isPaused()).isTrue();
    assertThat(server.isRunning()).isTrue();
    assertThat(kind.reads(server, "paused")).isFalse();

    server.resume();
    assertThat(server.isPaused()).isFalse();
    assertThat(server.pid()).isEqualTo(pid);
    awaitRead(kind, server, "paused");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void disable_running_answersOnlyAfterHeal(ServerKind kind, ServerSupply supply) throws Exception {
    TestServer server = running(kind, supply);
    long pid = server.pid();
    kind.write(server, "cut");

    server.proxy().disable();
    assertThat(server.isRunning()).isTrue();
    assertThat(kind.reads(server, "cut")).isFalse();

    server.proxy().heal();
    assertThat(server.pid()).isEqualTo(pid);
    awaitRead(kind, server, "cut");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void restart_killedWhilePaused_keepsData(ServerKind kind, ServerSupply supply) throws Exception {
    TestServer server = running(kind, supply);
    kind.write(server, "frozen");

    server.pause();
    server.kill();
    assertThat(server.isRunning()).isFalse();
    assertThat(server.isPaused()).isFalse();
    server.restart();

    awaitRead(kind, server, "frozen");
  }

  /** A machine under load may not answer at once. */
  private static void awaitRead(ServerKind kind, TestServer server, String value) {
    await().atMost(Duration.ofMinutes(1)).until(() -> kind.reads(server, value));
  }

  static Stream<Arguments> ways() {
    return Arrays.stream(ServerKind.values())
        .flatMap(
            kind ->
                Stream.of(ServerSupply.LOCAL, ServerSupply.CONTAINERS)
                    .map(supply -> Arguments.of(kind, supply)));
  }

  private static TestServer running(ServerKind kind, ServerSupply supply) {
    if (supply == ServerSupply.CONTAINERS) {
      kind.assumeContainers();
    }
    TestServer server =
        SERVERS.computeIfAbsent(List.of(kind, supply), absent -> kind.create(supply));
    assertThat(server.supply()).isEqualTo(supply);
    return server.start();
  }

  /** Behind the proxy, which accepts for it. */
  private static void assertNobodyListens(TestServer server) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.host(), server.port()), 5_000);
      socket.setSoTimeout(5_000);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }
}
