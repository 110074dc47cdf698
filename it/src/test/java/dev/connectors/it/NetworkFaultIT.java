package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Control;
import dev.connectors.core.Observer;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.it.support.Index;
import dev.connectors.it.support.IndexingPipeline;
import dev.connectors.it.support.Topic;
import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.TcpProxy;
import dev.connectors.testkit.Toxic;
import dev.connectors.testkit.WithServers;
import dev.connectors.testkit.chaos.Ledger;
import dev.connectors.testkit.chaos.Oracle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The network between the running pipeline and its servers fails in all the ways that it can: the
 * pipeline recovers by itself, nothing is lost, and no document is there twice. {@code
 * -Dconnectors.it.rounds=10} goes through all faults ten times.
 */
@WithServers
class NetworkFaultIT {
  private static final int ROUNDS = Integer.getInteger("connectors.it.rounds", 1);

  /** What is given up after this long is tried again. */
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private static final Duration AT_MOST = Duration.ofMinutes(1);

  /** What goes wrong, and for how long nothing passes then; zero: something does. */
  private enum Fault {
    CUT(Duration.ofSeconds(1)) {
      @Override
      void begin(TcpProxy proxy) {
        proxy.disable();
      }
    },
    BLACK_HOLE(TIMEOUT.plusSeconds(1)) {
      @Override
      void begin(TcpProxy proxy) {
        proxy.upstream(Toxic.timeout(Duration.ZERO));
        proxy.downstream(Toxic.timeout(Duration.ZERO));
      }
    },
    RESET(Duration.ofSeconds(1)) {
      @Override
      void begin(TcpProxy proxy) {
        proxy.downstream(Toxic.resetPeer(Duration.ZERO));
      }
    },
    THROTTLE(Duration.ZERO) {
      @Override
      void begin(TcpProxy proxy) {
        proxy.upstream(Toxic.bandwidth(512 * 1024));
        proxy.downstream(Toxic.bandwidth(512 * 1024));
      }
    },
    LATENCY(Duration.ZERO) {
      @Override
      void begin(TcpProxy proxy) {
        Toxic latency = Toxic.latency(Duration.ofMillis(150)).withJitter(Duration.ofMillis(100));
        proxy.upstream(latency);
        proxy.downstream(latency);
      }
    };

    private final Duration still;

    Fault(Duration still) {
      this.still = still;
    }

    abstract void begin(TcpProxy proxy);
  }

  private static KafkaServer kafka;

  private final ActorSystem system = ActorSystem.create("network-fault");
  private final AtomicLong confirmed = new AtomicLong();

  @BeforeAll
  static void start() {
    kafka = KafkaServer.create().withProxy().start();
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @AfterEach
  void terminate() throws Exception {
    kafka.proxy().heal();
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void faults_onConnectionsToElasticsearch_areSurvived(ElasticsearchServer elasticsearch)
      throws Exception {
    try (TcpProxy toElasticsearch = TcpProxy.to(elasticsearch)) {
      survives("search-network", toElasticsearch, elasticsearch, toElasticsearch);
    }
  }

  @Test
  void faults_onConnectionsToKafka_areSurvived(ElasticsearchServer elasticsearch) throws Exception {
    try (TcpProxy toElasticsearch = TcpProxy.to(elasticsearch)) {
      survives("broker-network", kafka.proxy(), elasticsearch, toElasticsearch);
    }
  }

  private void survives(
      String name, TcpProxy failing, ElasticsearchServer elasticsearch, TcpProxy toElasticsearch)
      throws Exception {
    Topic topic = Topic.create(kafka.bootstrapServers(), name, 4);
    Ledger ledger = Ledger.create();
    AtomicBoolean enough = new AtomicBoolean();
    try (Index index = Index.create(elasticsearch.uri().toString(), name);
        Index proxied = Index.open("http://" + toElasticsearch.address(), name)) {
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(() -> write(topic, enough, ledger));
      Control.Draining<Done> pipeline = run(name, proxied);
      awaitProgress("at first");
      for (int round = 0; round < ROUNDS; round++) {
        for (Fault fault : Fault.values()) {
          fault.begin(failing);
          if (fault.still.isZero()) {
            awaitProgress("during " + fault);
          } else {
            awaitStill(fault.still, fault);
          }
          failing.heal();
          awaitProgress("after " + fault);
        }
      }
      enough.set(true);
      writing.get(1, TimeUnit.MINUTES);

      await().atMost(AT_MOST).until(() -> topic.committed(name).equals(topic.ends()));
      assertThat(pipeline.streamCompletion().toCompletableFuture()).isNotDone();
      pipeline.drainAndShutdown().toCompletableFuture().get(1, TimeUnit.MINUTES);
      index.refresh();
      Oracle oracle = Oracle.of(ledger);
      index.show(oracle);
      long written = topic.ends().values().stream().mapToLong(Long::longValue).sum();
      assertThat(oracle.report().assertExactlyOnce().acknowledged()).isEqualTo(written);
    } finally {
      enough.set(true);
      failing.heal();
    }
  }

  private Control.Draining<Done> run(String name, Index index) {
    Observer observer =
        new Observer() {
          @Override
          public void confirmed(String flow, long elements, Duration latency) {
            confirmed.addAndGet(elements);
          }
        };
    return IndexingPipeline.run(
        system,
        IndexingPipeline.consumer(system, kafka.bootstrapServers(), name)
            .withProperty("request.timeout.ms", (int) TIMEOUT.toMillis()),
        name,
        index,
        BulkSettings.create(system).withTimeout(TIMEOUT).withObserver(observer));
  }

  /** About 2,000 records a second. */
  private static void write(Topic topic, AtomicBoolean enough, Ledger ledger) {
    try (Topic.Writer writer = topic.writer()) {
      for (long i = 0; !enough.get(); i++) {
        writer.send(i, 100, ledger);
        if (i % 20 == 19) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
      }
    }
  }

  private void awaitProgress(String when) {
    long before = confirmed.get();
    await("progress " + when).atMost(AT_MOST).until(() -> confirmed.get() > before);
  }

  /** The fault has its effect: for a while, nothing gets through. */
  private void awaitStill(Duration still, Fault fault) {
    await("standstill during " + fault)
        .atMost(AT_MOST)
        .until(
            () -> {
              long before = confirmed.get();
              LockSupport.parkNanos(still.toNanos());
              return confirmed.get() == before;
            });
  }
}
