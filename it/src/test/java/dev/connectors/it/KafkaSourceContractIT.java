package dev.connectors.it;

import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.InFlightSettings;
import dev.connectors.it.support.IndexingPipeline;
import dev.connectors.it.support.Topic;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.SourceContract;
import dev.connectors.testkit.WithServers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;

/** The contract of sources, on a real broker. */
@WithServers
class KafkaSourceContractIT extends SourceContract<ConsumerRecord<String, String>> {
  private static final AtomicInteger TOPICS = new AtomicInteger();

  private final KafkaServer kafka;
  private final String name = "source-contract-" + TOPICS.incrementAndGet();
  private final Topic topic;

  KafkaSourceContractIT(KafkaServer kafka) throws Exception {
    this.kafka = kafka;
    this.topic = Topic.create(kafka.bootstrapServers(), name, 1);
  }

  @Override
  protected void fresh() {
    // JUnit makes an instance, and so a topic and a group, for each test.
  }

  @Override
  protected void publish(int count) throws Exception {
    topic.produce(count, 0);
  }

  @Override
  protected Source<Pair<ConsumerRecord<String, String>, Committable>, Control> source(
      ActorSystem system, InFlightSettings inFlight) {
    var consumer =
        IndexingPipeline.consumer(system, kafka.bootstrapServers(), name).withInFlight(inFlight);
    return KafkaSource.committable(consumer, Subscription.topics(name)).asSource();
  }

  @Override
  protected long number(ConsumerRecord<String, String> record) {
    return record.offset();
  }

  @Override
  protected long committed() throws Exception {
    return topic.committed(name).getOrDefault(0, 0L);
  }

  @Override
  protected String threads() {
    return "kafka-" + name;
  }

  @Override
  protected void ended(ActorSystem system) {
    StreamTestKit.assertAllStagesStopped(
        SystemMaterializer.get(system).materializer(), Duration.ofSeconds(30));
  }
}
