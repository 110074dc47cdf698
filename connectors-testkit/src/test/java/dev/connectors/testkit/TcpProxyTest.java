package dev.connectors.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connectors.testkit.TcpProxy.Added;
import dev.connectors.testkit.TcpProxy.Direction;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every toxic before a server that echoes. Delays are only ever checked to be long enough. */
@Timeout(60)
class TcpProxyTest {
  private static final int PATIENCE_MILLIS = 60_000;

  private static final Duration DELAY = Duration.ofMillis(300);

  private final List<Socket> clients = new ArrayList<>();
  private EchoServer server;
  private TcpProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = new EchoServer();
    proxy = TcpProxy.to("127.0.0.1", server.port());
  }

  @AfterEach
  void close() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
    proxy.close();
    server.close();
  }

  @Test
  void pass_noToxic_deliversAllInBothDirectionsAndTheEnd() throws Exception {
    Socket client = connect();
    byte[] sent = random(20_000_000);

    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              try {
                client.getOutputStream().write(sent);
                client.shutdownOutput();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });

    assertThat(Arrays.equals(client.getInputStream().readAllBytes(), sent)).isTrue();
    writing.get();
    await().until(() -> proxy.connections() == 0);
  }

  @Test
  void pass_serverAway_closesTheClient() throws Exception {
    server.close();

    assertEnds(connect());
  }

  @ParameterizedTest
  @EnumSource
  void latency_eitherDirection_delaysAnswersUntilRemoved(Direction direction) throws Exception {
    Socket client = connect();
    assertEchoes(client);
    Added latency = proxy.add(Toxic.latency(DELAY), direction, 1);

    assertThat(timed(() -> assertEchoes(client))).isGreaterThanOrEqualTo(DELAY);
    assertThat(timed(() -> assertEchoes(connect()))).isGreaterThanOrEqualTo(DELAY);

    latency.remove();
    latency.remove();
    assertEchoes(client);
  }

  @Test
  void latency_removedWithDataHeld_passesItOn() throws Exception {
    Socket client = connect();
    assertEchoes(client);
    Added forADay = proxy.downstream(Toxic.latency(Duration.ofDays(1)));
    client.getOutputStream().write('x');
    assertSilent(client);

    forADay.remove();
    assertThat(client.getInputStream().read()).isEqualTo('x');
  }

  @Test
  void latency_jitterAndTwoToxics_addUpAndKeepTheOrder() throws Exception {
    proxy.upstream(Toxic.latency(DELAY).withJitter(Duration.ofMillis(50)));
    proxy.downstream(Toxic.latency(DELAY).withJitter(Duration.ofMillis(50)));
    Socket client = connect();
    client.setTcpNoDelay(true);

    Duration took =
        timed(
            () -> {
              for (int i = 0; i < 100; i++) {
                client.getOutputStream().write(i);
              }
              for (int i = 0; i < 100; i++) {
                assertThat(client.getInputStream().read()).isEqualTo(i);
              }
            });

    assertThat(took).isGreaterThanOrEqualTo(DELAY.multipliedBy(2).minusMillis(100));
  }

  @Test
  void bandwidth_downstream_takesAtLeastItsTime() throws Exception {
    Socket client = connect();
    proxy.downstream(Toxic.bandwidth(100_000));

    // The first twentieth of a second's share passes at once.
    assertThat(timed(() -> assertEchoes(client, random(50_000))))
        .isGreaterThanOrEqualTo(Duration.ofMillis(450));
  }

  @Test
  void timeout_zero_swallowsAndGoesOnWhenRemoved() throws Exception {
    Socket client = connect();
    assertEchoes(client);
    Added hole = proxy.upstream(Toxic.timeout(Duration.ZERO));

    client.getOutputStream().write(new byte[] {1, 2, 3});
    assertSilent(client);
    Socket another = connect();
    another.getOutputStream().write(4);
    assertSilent(another);

    hole.remove();
    assertThat(client.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
    assertThat(another.getInputStream().read()).isEqualTo(4);
  }

  @Test
  void timeout_zeroWithMuchData_holdsNoMoreThanItsBound() throws Exception {
    proxy.upstream(Toxic.timeout(Duration.ZERO));
    Socket client = connect();
    client.setSendBufferSize(64 * 1024);
    CompletableFuture<Void> endless =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (int i = 0; i < 1000; i++) {
                  client.getOutputStream().write(new byte[1024 * 1024]);
                }
              } catch (IOException closed) {
                throw new IllegalStateException(closed);
              }
            });

    assertSilent(client);

    assertThat(endless).isNotDone();
    proxy.disable();
    await().until(endless::isCompletedExceptionally);
  }

  @Test
  void timeout_delay_closesTheConnectionAfterIt() throws Exception {
    Socket client = connect();

    Duration took =
        timed(
            () -> {
              proxy.downstream(Toxic.timeout(DELAY));
              client.getOutputStream().write(1);
              assertEnds(client);
            });

    assertThat(took).isGreaterThanOrEqualTo(DELAY);
  }

  @Test
  void resetPeer_zero_resetsThoseThereAreAndThoseToCome() throws Exception {
    Socket client = connect();
    assertEchoes(client);

    Added reset = proxy.downstream(Toxic.resetPeer(Duration.ZERO));

    assertReset(client);
    assertEnds(connect());
    reset.remove();
    assertEchoes(connect());
  }

  @Test
  void resetPeer_delay_resetsAfterIt() throws Exception {
    proxy.upstream(Toxic.resetPeer(DELAY));

    assertThat(timed(() -> assertReset(connect()))).isGreaterThanOrEqualTo(DELAY);
  }

  @Test
  void slowClose_clientCloses_serverLearnsLate() throws Exception {
    Socket client = connect();
    assertEchoes(client);
    proxy.upstream(Toxic.slowClose(DELAY));

    Duration took =
        timed(
            () -> {
              client.getOutputStream().write(7);
              client.shutdownOutput();
              assertThat(client.getInputStream().read()).isEqualTo(7);
              assertThat(client.getInputStream().read()).isEqualTo(-1);
            });

    assertThat(took).isGreaterThanOrEqualTo(DELAY);
  }

  @Test
  void slicer_withDelay_passesPieceByPiece() throws Exception {
    Socket client = connect();
    assertEchoes(client);
    proxy.downstream(Toxic.slicer(10).withSizeVariation(2).withDelay(Duration.ofMillis(20)));

    // At most 12 bytes a piece: at least 16 pauses between the pieces.
    assertThat(timed(() -> assertEchoes(client, random(200))))
        .isGreaterThanOrEqualTo(Duration.ofMillis(16 * 20));
  }

  @Test
  void slicer_withoutDelay_deliversTheSame() throws Exception {
    proxy.upstream(Toxic.slicer(1));
    proxy.downstream(Toxic.slicer(100).withSizeVariation(99));

    assertEchoes(connect(), random(50_000));
  }

  @Test
  void limitData_downstream_closesAfterSoManyBytes() throws Exception {
    proxy.downstream(Toxic.limitData(10));
    Socket client = connect();

    client.getOutputStream().write(new byte[100]);

    assertThat(client.getInputStream().readNBytes(11)).hasSize(10);
    Socket another = connect();
    assertEchoes(another, new byte[9]);
    assertEchoesAndEnds(another, new byte[1]);
  }

  @Test
  void limitData_zero_closesAtTheFirstByte() throws Exception {
    proxy.upstream(Toxic.limitData(0));
    Socket client = connect();

    client.getOutputStream().write(1);

    assertEnds(client);
  }

  @Test
  void add_toxicityZero_affectsNobody() throws Exception {
    proxy.add(Toxic.resetPeer(Duration.ZERO), Direction.UPSTREAM, 0);

    assertEchoes(connect());
    assertThatThrownBy(() -> proxy.add(Toxic.limitData(1), Direction.UPSTREAM, 1.1))
        .hasMessageContaining("toxicity = 1.1");
  }

  @Test
  void disable_connected_closesAndRefusesUntilEnabled() throws Exception {
    Socket client = connect();
    assertEchoes(client);

    proxy.disable();
    proxy.disable();

    assertThat(proxy.connections()).isZero();
    assertEnds(client);
    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    proxy.enable();
    proxy.enable();
    assertEchoes(connect());
  }

  @Test
  void heal_disabledWithToxics_isAsNew() throws Exception {
    proxy.upstream(Toxic.timeout(Duration.ZERO));
    proxy.downstream(Toxic.limitData(0));
    proxy.disable();

    proxy.heal();

    assertEchoes(connect());
  }

  @Test
  void close_withConnections_endsThemAndLeavesNoThread() throws Exception {
    Socket client = connect();
    assertEchoes(client);
    int port = proxy.port();
    Added toxic = proxy.upstream(Toxic.timeout(Duration.ZERO));
    assertThat(threads(port)).hasSize(1);

    proxy.close();
    proxy.close();

    assertThat(threads(port)).isEmpty();
    assertEnds(client);
    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    toxic.remove();
    assertThatThrownBy(proxy::enable).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void connections_manyAtOnce_areAllServed() throws Exception {
    for (int i = 0; i < 200; i++) {
      connect();
    }
    for (Socket client : clients) {
      assertEchoes(client);
    }

    assertThat(proxy.connections()).isEqualTo(200);
  }

  @Test
  void toxics_outOfRange_nameKeyAndValue() {
    assertThatThrownBy(() -> Toxic.latency(Duration.ofMillis(-1)))
        .hasMessageContaining("delay = PT-0.001S");
    assertThatThrownBy(() -> Toxic.latency(DELAY).withJitter(Duration.ofDays(2)))
        .hasMessageContaining("jitter = PT48H");
    assertThatThrownBy(() -> Toxic.bandwidth(0)).hasMessageContaining("bytesPerSecond = 0");
    assertThatThrownBy(() -> Toxic.slicer(5).withSizeVariation(5))
        .hasMessageContaining("sizeVariation = 5");
    assertThatThrownBy(() -> Toxic.limitData(-1)).hasMessageContaining("bytes = -1");
    assertThatThrownBy(() -> TcpProxy.to("no.such.host.invalid", 1))
        .hasMessageContaining("no.such.host.invalid");
  }

  private interface Action {
    void run() throws Exception;
  }

  private static Duration timed(Action action) throws Exception {
    long start = System.nanoTime();
    action.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static List<Thread> threads(int port) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("tcp-proxy-" + port))
        .toList();
  }

  private Socket connect() throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    client.setSoTimeout(PATIENCE_MILLIS);
    clients.add(client);
    return client;
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static void assertEchoes(Socket client) throws IOException {
    assertEchoes(client, new byte[] {42});
  }

  private static void assertEchoes(Socket client, byte[] bytes) throws IOException {
    client.getOutputStream().write(bytes);
    assertThat(client.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
  }

  private static void assertEchoesAndEnds(Socket client, byte[] bytes) throws IOException {
    assertEchoes(client, bytes);
    assertEnds(client);
  }

  /** Nothing comes for a while. */
  private static void assertSilent(Socket client) throws IOException {
    client.setSoTimeout(300);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    client.setSoTimeout(PATIENCE_MILLIS);
  }

  private static void assertReset(Socket client) {
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  /** An end or a reset: which of them depends on what was on its way. */
  private static void assertEnds(Socket client) throws IOException {
    try {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }
}
