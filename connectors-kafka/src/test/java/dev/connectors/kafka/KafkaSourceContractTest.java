package dev.connectors.kafka;

import static dev.connectors.kafka.FakeCluster.P0;
import static dev.connectors.kafka.FakeCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.InFlightSettings;
import dev.connectors.testkit.SourceContract;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;

/** The contract of sources, on a cluster that is a fake. */
@SuppressWarnings("NullAway.Init") // set up by fresh
class KafkaSourceContractTest extends SourceContract<ConsumerRecord<String, String>> {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private FakeCluster cluster;
  private String group;

  @Override
  protected void fresh() {
    cluster = new FakeCluster(P0);
    cluster.maxPollRecords = 50;
    group = "contract-" + NUMBER.incrementAndGet();
  }

  @Override
  protected void publish(int count) {
    cluster.append(P0, count);
  }

  @Override
  protected Source<Pair<ConsumerRecord<String, String>, Committable>, Control> source(
      ActorSystem system, InFlightSettings inFlight) {
    ConsumerSettings<String, String> settings =
        ConsumerSettings.create(system, new StringDeserializer(), new StringDeserializer())
            .withGroupId(group)
            .withPollTimeout(Duration.ofMillis(5))
            .withCancelGrace(Duration.ofMillis(500))
            .withDrainTimeout(StreamTest.LONG)
            .withHandOverTimeout(StreamTest.LONG)
            .withInFlight(inFlight)
            .withConsumerFactory(cluster::newConsumer);
    return KafkaSource.committable(settings, Subscription.topics(TOPIC)).asSource();
  }

  @Override
  protected long number(ConsumerRecord<String, String> record) {
    return record.offset();
  }

  @Override
  protected long committed() {
    return cluster.committed.getOrDefault(P0, 0L);
  }

  @Override
  protected String threads() {
    return "kafka-" + group;
  }

  @Override
  protected void ended(ActorSystem system) {
    StreamTestKit.assertAllStagesStopped(
        SystemMaterializer.get(system).materializer(), StreamTest.SOON);
    for (FakeConsumer consumer : cluster.consumers) {
      await().until(() -> consumer.closings.get() == 1);
      assertThat(consumer.trespasses).isEmpty();
    }
  }
}
