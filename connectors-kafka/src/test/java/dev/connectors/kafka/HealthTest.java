package dev.connectors.kafka;

import static dev.connectors.kafka.FakeCluster.P0;
import static dev.connectors.kafka.FakeCluster.P1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Committable;
import dev.connectors.core.Health.State;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.japi.Pair;
import org.junit.jupiter.api.Test;

/** What a source tells of itself. */
class HealthTest extends SourceTest {

  @Test
  void health_fromStartToEnd_namesTheState() throws Exception {
    cluster.append(P0, 1);
    CountDownLatch mayStart = new CountDownLatch(1);
    var running =
        committable(
            settings.withConsumerFactory(
                properties -> {
                  awaitUninterruptibly(mayStart);
                  return cluster.newConsumer(properties);
                }));
    assertThat(running.control().health().state()).isEqualTo(State.STARTING);
    assertThat(running.control().health().isHealthy()).isFalse();

    mayStart.countDown();
    Committable element = next(running.probe(), 1).get(0).second();
    await().until(() -> running.control().health().isHealthy());
    assertThat(running.control().health().state()).isEqualTo(State.RUNNING);

    result(running.control().stop());
    assertThat(running.control().health().state()).isEqualTo(State.DRAINING);
    assertThat(running.control().health().elementsInFlight()).isEqualTo(1);

    element.commit();
    result(running.control().isShutdown());
    assertThat(running.control().health().state()).isEqualTo(State.STOPPED);
    assertThat(running.control().health().elementsInFlight()).isZero();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void health_elementsInFlight_countsThemAndTheirBytes() throws Exception {
    cluster.append(P0, 5);
    var running = committable(settings);
    var elements = next(running.probe(), 5);
    assertThat(running.control().health().elementsInFlight()).isEqualTo(5);
    assertThat(running.control().health().bytesInFlight()).isEqualTo(50);

    result(elements.get(3).second().commit());

    assertThat(running.control().health().elementsInFlight()).isEqualTo(4);
    assertThat(running.control().health().bytesInFlight()).isEqualTo(40);
    running.probe().cancel();
  }

  @Test
  void health_plain_hasNothingInFlight() {
    cluster.append(P0, 5);
    var running = plain(settings);
    next(running.probe(), 5);
    assertThat(running.control().health().elementsInFlight()).isZero();
    running.probe().cancel();
  }

  @Test
  void health_recordsNotRead_sumsTheLag() {
    cluster.append(P0, 100);
    cluster.append(P1, 100);
    RecordingObserver observer = new RecordingObserver();
    // A look for stuck elements is one for the lag too.
    var running =
        committable(
            settings
                .withObserver(observer)
                .withBufferElements(10)
                .withInFlight(settings.inFlight().withStuckAfter(Duration.ofMillis(20))));
    FakeConsumer consumer = cluster.consumer();
    await().until(() -> !consumer.pausedNow().isEmpty());

    long lag = 200 - consumer.read(P0) - consumer.read(P1);
    await().untilAsserted(() -> assertThat(running.control().health().lag()).isEqualTo(lag));
    assertThat(observer.lags)
        .containsEntry("orders-0", 100 - consumer.read(P0))
        .containsEntry("orders-1", 100 - consumer.read(P1));
    running.probe().cancel();
  }

  @Test
  void health_elementStuck_namesItAndWarns() throws Exception {
    cluster.append(P0, 5);
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      var running =
          committable(
              settings.withInFlight(settings.inFlight().withStuckAfter(Duration.ofMillis(50))));
      var elements = next(running.probe(), 5);
      result(elements.get(0).second().commit());
      result(elements.get(2).second().commit());

      await()
          .untilAsserted(
              () -> assertThat(running.control().health().stuck()).containsExactly("orders-0@1"));
      assertThat(running.control().health().isHealthy()).isFalse();
      assertThat(log.toString(StandardCharsets.UTF_8))
          .contains("kafka-" + group + ": orders-0@1 has been unsettled for PT0.05S")
          .doesNotContain("0-00000001");

      elements.stream().map(Pair::second).forEach(Committable::commit);
      await().until(() -> running.control().health().stuck().isEmpty());
      running.probe().cancel();
    } finally {
      System.setErr(before);
    }
  }

  @Test
  void observer_emittedAndCommitted_isToldInBatches() throws Exception {
    cluster.append(P0, 20);
    RecordingObserver observer = new RecordingObserver();
    var running =
        committable(
            settings
                .withObserver(observer)
                .withInFlight(settings.inFlight().withStuckAfter(Duration.ofMillis(20))));
    var elements = next(running.probe(), 20);
    await().until(() -> observer.mostInFlight.get() == 20);
    result(Committable.all(elements.stream().map(Pair::second).toList()).commit());

    assertThat(observer.emitted).hasValue(20);
    assertThat(observer.emittedBytes).hasValue(200);
    assertThat(observer.committed).hasValue(20);
    assertThat(observer.names).hasSize(4).containsOnly("kafka-" + group);
    running.probe().cancel();
  }
}
