package dev.connectors.kafka;

import static dev.connectors.kafka.FakeCluster.P0;
import static dev.connectors.kafka.FakeCluster.P1;
import static dev.connectors.kafka.FakeCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.testkit.SinkContract;
import java.time.Duration;
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

/** The contract of flows, on a cluster that is a fake. */
@SuppressWarnings("NullAway.Init") // set up by fresh
class KafkaFlowContractTest extends SinkContract<ProducerRecord<String, String>, RecordMetadata> {
  private static final int BOUND = 200;

  private FakeCluster cluster;

  @Override
  protected void fresh() {
    cluster = new FakeCluster(P0, P1);
  }

  @Override
  protected Flow<
          Pair<ProducerRecord<String, String>, Integer>, Pair<RecordMetadata, Integer>, NotUsed>
      flow(ActorSystem system) {
    ProducerSettings<String, String> settings =
        ProducerSettings.create(system, new StringSerializer(), new StringSerializer())
            .withMaxInFlight(BOUND)
            .withCloseTimeout(Duration.ofMillis(200))
            .withProducerFactory(properties -> cluster.newProducer());
    return KafkaFlow.<String, String, Integer>produceWithContext(settings).asFlow();
  }

  @Override
  protected ProducerRecord<String, String> element(int number) {
    return new ProducerRecord<>(TOPIC, number % 2, "key", "value-" + number);
  }

  @Override
  protected ProducerRecord<String, String> refused() {
    return new ProducerRecord<>(TOPIC, "x".repeat(FakeProducer.MAX_REQUEST_SIZE + 1));
  }

  @Override
  protected Class<? extends Throwable> refusal() {
    return RecordTooLargeException.class;
  }

  @Override
  protected long stored() {
    return (long) cluster.records(P0).size() + cluster.records(P1).size();
  }

  @Override
  protected int bound() {
    return BOUND + 32; // and what the buffers between the stages hold
  }

  @Override
  protected void stall() {
    cluster.stalled = true;
  }

  @Override
  protected void resume() {
    cluster.stalled = false;
  }

  @Override
  protected boolean disturb() {
    cluster.answersInTurn = false;
    return true;
  }

  @Override
  protected String threads() {
    return FakeProducer.THREAD;
  }

  @Override
  protected void ended(ActorSystem system) {
    StreamTestKit.assertAllStagesStopped(
        SystemMaterializer.get(system).materializer(), StreamTest.SOON);
    await()
        .untilAsserted(
            () ->
                assertThat(cluster.producers)
                    .allSatisfy(producer -> assertThat(producer.closings).hasSize(1)));
  }
}
