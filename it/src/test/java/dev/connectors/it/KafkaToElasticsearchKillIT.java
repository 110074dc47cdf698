package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Control;
import dev.connectors.it.support.Index;
import dev.connectors.it.support.IndexingMain;
import dev.connectors.it.support.IndexingPipeline;
import dev.connectors.it.support.Topic;
import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.TestServer;
import dev.connectors.testkit.chaos.ForkedPipeline;
import dev.connectors.testkit.chaos.Ledger;
import dev.connectors.testkit.chaos.Oracle;
import dev.connectors.testkit.chaos.RandomKills;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The pipeline and both servers are killed with SIGKILL: nothing is lost, and no document is there
 * twice.
 */
class KafkaToElasticsearchKillIT {
  private static final int KILLS = 10;
  private static final int RECORDS = 200_000;
  private static final int PARTITIONS = 12;

  private static final KafkaServer KAFKA = KafkaServer.create();
  private static final ElasticsearchServer ELASTICSEARCH = ElasticsearchServer.create();

  @BeforeAll
  static void start() {
    KAFKA.start();
    ELASTICSEARCH.start();
  }

  @AfterAll
  static void stop() {
    KAFKA.close();
    ELASTICSEARCH.close();
  }

  @Test
  void kill_pipelineAtRandomMoments_losesNothingAndDoublesNothing() throws Exception {
    Topic topic = Topic.create(KAFKA.bootstrapServers(), "killed", PARTITIONS);
    Ledger ledger = Ledger.create();
    RandomKills kills = RandomKills.create();
    try (Index index = Index.create(ELASTICSEARCH.uri().toString(), "killed");
        ForkedPipeline pipeline = forked(topic, index)) {
      for (int kill = 0; kill < KILLS; kill++) {
        topic.produce((long) kill * (RECORDS / KILLS), RECORDS / KILLS, 100, ledger);
        pipeline.start();
        pipeline.awaitLine("INDEXED");
        kills.kill(pipeline, Duration.ofSeconds(1));
        assertNothingIsCommittedThatIsNotIndexed(topic, index, kills);
      }

      pipeline.start();
      await()
          .atMost(3, TimeUnit.MINUTES)
          .until(() -> topic.committed("killed").equals(topic.ends()));
      assertThat(pipeline.isRunning()).isTrue();
      pipeline.kill();
      assertAllIsIndexedOnce(topic, index, RECORDS);
      Oracle oracle = Oracle.of(ledger);
      index.show(oracle);
      assertThat(oracle.report(kills).assertExactlyOnce().acknowledged()).isEqualTo(RECORDS);
      assertThat(kills.kills()).hasSize(KILLS);
    }
  }

  @Test
  void kill_elasticsearchThreeTimes_recovers() throws Exception {
    recoversFrom("search-outage", ELASTICSEARCH);
  }

  @Test
  void kill_kafkaThreeTimes_recovers() throws Exception {
    recoversFrom("broker-outage", KAFKA);
  }

  /** Kills and restarts {@code server} while records are written and indexed. */
  private static void recoversFrom(String name, TestServer server) throws Exception {
    Topic topic = Topic.create(KAFKA.bootstrapServers(), name, PARTITIONS);
    ActorSystem system = ActorSystem.create(name);
    AtomicBoolean enough = new AtomicBoolean();
    Ledger ledger = Ledger.create();
    try (Index index = Index.create(ELASTICSEARCH.uri().toString(), name)) {
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(() -> write(topic, enough, ledger));
      Control.Draining<Done> pipeline =
          IndexingPipeline.run(system, KAFKA.bootstrapServers(), name, name, index);
      for (int outage = 0; outage < 3; outage++) {
        awaitProgress(topic, name);
        server.kill();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        server.restart();
      }
      awaitProgress(topic, name);
      enough.set(true);
      writing.get(3, TimeUnit.MINUTES);

      await().atMost(2, TimeUnit.MINUTES).until(() -> topic.committed(name).equals(topic.ends()));
      assertThat(pipeline.streamCompletion().toCompletableFuture()).isNotDone();
      pipeline.drainAndShutdown().toCompletableFuture().get(1, TimeUnit.MINUTES);
      long written = topic.ends().values().stream().mapToLong(Long::longValue).sum();
      assertThat(written).isGreaterThanOrEqualTo(ledger.acknowledged());
      assertAllIsIndexedOnce(topic, index, written);
      Oracle oracle = Oracle.of(ledger);
      index.show(oracle);
      oracle.report().assertExactlyOnce();
    } finally {
      enough.set(true);
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
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

  private static void awaitProgress(Topic topic, String group) throws Exception {
    Map<Integer, Long> before = topic.committed(group);
    await()
        .atMost(2, TimeUnit.MINUTES)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(() -> !topic.committed(group).equals(before));
  }

  private static ForkedPipeline forked(Topic topic, Index index) {
    return ForkedPipeline.of(IndexingMain.class)
        .withJvmOptions("-Xmx256m")
        .withArguments(
            KAFKA.bootstrapServers(),
            topic.name(),
            topic.name(),
            ELASTICSEARCH.uri().toString(),
            index.name());
  }

  private static void assertNothingIsCommittedThatIsNotIndexed(
      Topic topic, Index index, RandomKills kills) throws Exception {
    index.refresh();
    for (Map.Entry<Integer, Long> committed : topic.committed(topic.name()).entrySet()) {
      assertThat(index.countBelow(committed.getKey(), committed.getValue()))
          .as("records of partition %d below its committed offset; %s", committed.getKey(), kills)
          .isEqualTo(committed.getValue());
    }
  }

  private static void assertAllIsIndexedOnce(Topic topic, Index index, long records)
      throws Exception {
    index.refresh();
    assertThat(index.count()).isEqualTo(records);
    for (Map.Entry<Integer, Long> end : topic.ends().entrySet()) {
      assertThat(index.countBelow(end.getKey(), end.getValue())).isEqualTo(end.getValue());
    }
  }
}
