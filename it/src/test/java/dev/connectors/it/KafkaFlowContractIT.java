package dev.connectors.it;

import dev.connectors.it.support.Topic;
import dev.connectors.kafka.KafkaFlow;
import dev.connectors.kafka.ProducerSettings;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.OwnServer;
import dev.connectors.testkit.SinkContract;
import dev.connectors.testkit.WithServers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;

/** The contract of flows, on a real broker. */
@WithServers
class KafkaFlowContractIT extends SinkContract<ProducerRecord<String, String>, RecordMetadata> {
  private static final AtomicInteger TOPICS = new AtomicInteger();
  private static final int BOUND = 200;

  private final KafkaServer kafka;
  private final Topic topic;

  KafkaFlowContractIT(@OwnServer KafkaServer kafka) throws Exception {
    this.kafka = kafka;
    this.topic =
        Topic.create(kafka.bootstrapServers(), "flow-contract-" + TOPICS.incrementAndGet(), 3);
  }

  @Override
  protected void fresh() {
    // JUnit makes an instance, and so a topic, for each test.
  }

  @Override
  protected Flow<
          Pair<ProducerRecord<String, String>, Integer>, Pair<RecordMetadata, Integer>, NotUsed>
      flow(ActorSystem system) {
    ProducerSettings<String, String> producer =
        ProducerSettings.create(system, new StringSerializer(), new StringSerializer())
            .withBootstrapServers(kafka.bootstrapServers())
            .withMaxInFlight(BOUND)
            .withCloseTimeout(Duration.ofSeconds(2)); // that is waited for when it is stalled
    return KafkaFlow.<String, String, Integer>produceWithContext(producer).asFlow();
  }

  @Override
  protected ProducerRecord<String, String> element(int number) {
    return new ProducerRecord<>(topic.name(), number % 3, "key", "value-" + number);
  }

  @Override
  protected ProducerRecord<String, String> refused() {
    return new ProducerRecord<>(topic.name(), "key", "x".repeat(2_000_000));
  }

  @Override
  protected Class<? extends Throwable> refusal() {
    return RecordTooLargeException.class;
  }

  @Override
  protected long stored() throws Exception {
    return topic.ends().values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  protected int bound() {
    return BOUND + 32; // and what the buffers between the stages hold
  }

  @Override
  protected void stall() {
    kafka.pause();
  }

  @Override
  protected void resume() {
    kafka.resume();
  }

  @Override
  protected String threads() {
    return "kafka-producer-network-thread";
  }

  @Override
  protected void ended(ActorSystem system) {
    StreamTestKit.assertAllStagesStopped(
        SystemMaterializer.get(system).materializer(), Duration.ofSeconds(30));
  }
}
