package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Control;
import dev.connectors.it.support.Index;
import dev.connectors.it.support.IndexingPipeline;
import dev.connectors.it.support.Topic;
import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.WithServers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The main job: everything arrives, once, and is committed. */
@WithServers
class KafkaToElasticsearchIT {
  private static final int RECORDS = 200_000;
  private static final Duration AT_MOST = Duration.ofMinutes(3);

  private final ActorSystem system = ActorSystem.create("it");

  @AfterEach
  void terminate() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void run_200000RecordsIn12Partitions_indexesAndCommitsAll(
      KafkaServer kafka, ElasticsearchServer elasticsearch) throws Exception {
    Topic topic = Topic.create(kafka.bootstrapServers(), "all-indexed", 12);
    topic.produce(RECORDS, 100);
    try (Index index = Index.create(elasticsearch.uri().toString(), "all-indexed")) {
      Control.Draining<Done> pipeline =
          IndexingPipeline.run(
              system, kafka.bootstrapServers(), topic.name(), "all-indexed", index);

      await().atMost(AT_MOST).until(() -> topic.committed("all-indexed").equals(topic.ends()));
      pipeline.drainAndShutdown().toCompletableFuture().get(30, TimeUnit.SECONDS);

      index.refresh();
      assertThat(index.count()).isEqualTo(RECORDS);
      assertThat(topic.committed("all-indexed")).isEqualTo(topic.ends());
      for (int partition = 0; partition < topic.partitions(); partition++) {
        long end = topic.ends().getOrDefault(partition, -1L);
        assertThat(index.countBelow(partition, end)).isEqualTo(end);
      }
    }
  }
}
