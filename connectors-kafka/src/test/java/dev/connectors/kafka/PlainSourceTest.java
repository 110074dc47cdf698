package dev.connectors.kafka;

import static dev.connectors.kafka.FakeCluster.P0;
import static dev.connectors.kafka.FakeCluster.P1;
import static dev.connectors.kafka.FakeCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Control;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RecordDeserializationException.DeserializationExceptionOrigin;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.Test;

class PlainSourceTest extends SourceTest {

  private List<String> read(Subscription subscription, int count) throws Exception {
    return result(
        KafkaSource.plain(settings, subscription)
            .map(ConsumerRecord::value)
            .take(count)
            .runWith(Sink.seq(), materializer));
  }

  @Test
  void plain_twoPartitions_emitsEachInOrder() throws Exception {
    cluster.append(P0, 100);
    cluster.append(P1, 50);

    List<String> values = read(Subscription.topics(TOPIC), 150);

    assertThat(values).filteredOn(v -> v.startsWith("0")).isEqualTo(valuesOf(P0, 0, 100));
    assertThat(values).filteredOn(v -> v.startsWith("1")).isEqualTo(valuesOf(P1, 0, 50));
  }

  @Test
  void plain_recordsComeLater_emitsThem() {
    var running = plain(settings);
    running.probe().request(10);
    awaitPolls(cluster.consumer());

    cluster.append(P0, 2);
    assertThat(running.probe().expectNext().offset()).isEqualTo(0);
    assertThat(running.probe().expectNext().offset()).isEqualTo(1);
    running.probe().cancel();
  }

  @Test
  void plain_noDemand_pausesAtTheMarkAndPollsOn() {
    cluster.append(P0, 100);
    var running = plain(settings.withBufferElements(10));
    FakeConsumer consumer = awaitRead(cluster.consumer(), P0, 10);

    awaitPolls(consumer);

    assertThat(consumer.pausedNow()).containsExactlyInAnyOrder(P0, P1);
    assertThat(consumer.read(P0)).isEqualTo(10);
    running.probe().cancel();
  }

  @Test
  void plain_halfOfTheMarkEmitted_resumes() {
    cluster.append(P0, 100);
    var running = plain(settings.withBufferElements(10));
    FakeConsumer consumer = awaitRead(cluster.consumer(), P0, 10);

    next(running.probe(), 4);
    awaitPolls(consumer);
    assertThat(consumer.read(P0)).isEqualTo(10);
    assertThat(consumer.pausedNow()).isNotEmpty();

    next(running.probe(), 1);
    awaitRead(consumer, P0, 15);
    awaitPolls(consumer);
    assertThat(consumer.read(P0)).isEqualTo(15);
    assertThat(consumer.pausedNow()).containsExactlyInAnyOrder(P0, P1);

    assertThat(values(next(running.probe(), 95))).isEqualTo(valuesOf(P0, 5, 95));
    running.probe().cancel();
  }

  @Test
  void plain_bytesAtTheMark_pauses() {
    cluster.append(P0, 100);
    var running = plain(settings.withBufferBytes(100));
    FakeConsumer consumer = awaitRead(cluster.consumer(), P0, 10);

    awaitPolls(consumer);

    assertThat(consumer.read(P0)).isEqualTo(10);
    running.probe().cancel();
  }

  @Test
  void plain_assignedWhilePaused_pausesTheNewOneToo() throws Exception {
    cluster.append(P0, 100);
    cluster.append(P1, 100);
    cluster.firstAssignment = Set.of(P0);
    var running = plain(settings.withBufferElements(10));
    FakeConsumer consumer = cluster.consumer();
    await().until(() -> !consumer.pausedNow().isEmpty());
    result(consumer.rebalanceTo(P0, P1));

    awaitPolls(consumer);

    assertThat(consumer.pausedNow()).containsExactlyInAnyOrder(P0, P1);
    assertThat(consumer.read(P1)).isEqualTo(0);
    running.probe().cancel();
  }

  @Test
  void plain_revoked_dropsWhatIsBufferedOfItAlone() throws Exception {
    cluster.append(P0, 3);
    var running = plain(settings);
    FakeConsumer consumer = awaitRead(cluster.consumer(), P0, 3);
    cluster.append(P1, 3);
    awaitRead(consumer, P1, 3);

    result(consumer.rebalanceTo(P1));

    assertThat(values(next(running.probe(), 3))).isEqualTo(valuesOf(P1, 0, 3));
    running.probe().cancel();
  }

  @Test
  void plain_stop_completesAndCloses() throws Exception {
    cluster.append(P0, 100);
    var running = plain(settings);
    next(running.probe(), 1);

    result(running.control().stop());

    running.probe().expectComplete();
    result(running.control().isShutdown());
    assertThat(cluster.consumer().isClosed()).isTrue();
  }

  @Test
  void plain_shutdownWithoutDemand_closes() throws Exception {
    cluster.append(P0, 100);
    var running = plain(settings.withBufferElements(10));
    awaitRead(cluster.consumer(), P0, 10);

    result(running.control().shutdown());

    running.probe().expectSubscriptionAndComplete();
    assertThat(cluster.consumer().isClosed()).isTrue();
  }

  @Test
  void plain_shutdownAtOnce_completes() throws Exception {
    var running = plain(settings);
    result(running.control().shutdown());
    result(running.control().shutdown());
    running.probe().expectSubscriptionAndComplete();
  }

  @Test
  void plain_cancel_closes() throws Exception {
    var running = plain(settings);
    awaitPolls(cluster.consumer());

    running.probe().cancel();

    result(running.control().isShutdown());
    assertThat(cluster.consumer().isClosed()).isTrue();
  }

  @Test
  void plain_streamFails_closes() throws Exception {
    cluster.append(P0, 1);
    RuntimeException cause = new IllegalStateException("for a test");
    Pair<Control, CompletionStage<ConsumerRecord<String, String>>> run =
        KafkaSource.plain(settings, Subscription.topics(TOPIC))
            .map(
                record -> {
                  if (record.offset() == 0) {
                    throw cause;
                  }
                  return record;
                })
            .toMat(Sink.last(), Keep.both())
            .run(materializer);

    assertThat(failure(run.second())).isSameAs(cause);
    result(run.first().isShutdown());
  }

  @Test
  void plain_materializerStopped_closes() throws Exception {
    var running = plain(settings);
    awaitPolls(cluster.consumer());

    materializer.shutdown();

    result(running.control().isShutdown());
    running.probe().expectSubscriptionAndError();
    materializer = Materializer.createMaterializer(system);
  }

  @Test
  void plain_systemEnds_completesAndCloses() throws Exception {
    ActorSystem another = ActorSystem.create("another");
    Pair<Control, CompletionStage<List<ConsumerRecord<String, String>>>> run =
        KafkaSource.plain(settings, Subscription.topics(TOPIC))
            .toMat(Sink.seq(), Keep.both())
            .run(another);
    awaitPolls(cluster.consumer());
    awaitBeforeTermination(another, run.second());

    TestKit.shutdownActorSystem(another);

    assertThat(result(run.second())).isEmpty();
    result(run.first().isShutdown());
  }

  @Test
  void plain_recordBroken_emitsWhatWasReadBeforeItThenFailsUndisguised() throws Exception {
    cluster.append(P0, 5);
    var running = plain(settings);
    FakeConsumer consumer = awaitRead(cluster.consumer(), P0, 5);
    consumer.failPoll(
        new RecordDeserializationException(
            DeserializationExceptionOrigin.VALUE,
            P0,
            5,
            0,
            TimestampType.CREATE_TIME,
            ByteBuffer.allocate(0),
            ByteBuffer.allocate(0),
            new RecordHeaders(),
            "for a test",
            new IllegalStateException()));
    result(running.control().isShutdown());

    assertThat(values(next(running.probe(), 5))).isEqualTo(valuesOf(P0, 0, 5));

    assertThat(running.probe().expectError())
        .isInstanceOfSatisfying(
            RecordDeserializationException.class,
            cause -> {
              assertThat(cause.topicPartition()).isEqualTo(P0);
              assertThat(cause.offset()).isEqualTo(5);
            });
  }

  @Test
  void plain_pollFailsWithNothingRead_failsWithoutDemand() {
    var running = plain(settings);
    RuntimeException cause = new KafkaException("for a test");

    cluster.consumer().failPoll(cause);

    assertThat(running.probe().expectSubscriptionAndError()).isSameAs(cause);
  }

  @Test
  void plain_errorInPoll_reachesTheStream() {
    var running = plain(settings);
    Error cause = new NoClassDefFoundError("for a test");

    cluster
        .consumer()
        .inPoll(
            () -> {
              throw cause;
            });

    assertThat(running.probe().expectSubscriptionAndError()).isSameAs(cause);
  }

  @Test
  void plain_clientCannotBeMade_failsTheStreamUndisguised() throws Exception {
    RuntimeException cause = new ConfigException("for a test");
    var running =
        plain(
            settings.withConsumerFactory(
                properties -> {
                  throw cause;
                }));

    assertThat(running.probe().expectSubscriptionAndError()).isSameAs(cause);
    result(running.control().isShutdown());
  }

  @Test
  void plain_realClientRefusesItsProperties_failsTheStream() {
    ConsumerSettings<String, String> refused =
        ConsumerSettings.create(system, new StringDeserializer(), new StringDeserializer())
            .withGroupId(group)
            .withProperty("bootstrap.servers", "no port");

    assertThat(plain(refused).probe().expectSubscriptionAndError())
        .isInstanceOf(KafkaException.class);
  }

  @Test
  void plain_default_neitherCommitsNorLetsTheClientCommit() throws Exception {
    cluster.append(P0, 3);
    read(Subscription.topics(TOPIC), 3);
    assertThat(cluster.consumer().properties).containsEntry("enable.auto.commit", "false");
    assertThat(cluster.committed).isEmpty();
  }

  @Test
  void plain_autoCommit_isLeftToTheClient() throws Exception {
    cluster.append(P0, 1);
    settings = settings.withProperty("enable.auto.commit", "true");
    read(Subscription.topics(TOPIC), 1);
    assertThat(cluster.consumer().properties).containsEntry("enable.auto.commit", "true");
  }

  @Test
  void plain_pattern_readsWhatTheGroupAssigns() throws Exception {
    cluster.append(P1, 3);
    assertThat(read(Subscription.pattern("ord.*"), 3)).isEqualTo(valuesOf(P1, 0, 3));
  }

  @Test
  void plain_assignment_readsThesePartitions() throws Exception {
    cluster.append(P0, 3);
    cluster.append(P1, 3);
    assertThat(read(Subscription.assignment(P1), 3)).isEqualTo(valuesOf(P1, 0, 3));
  }

  @Test
  void plain_assignmentWithOffsets_startsThere() throws Exception {
    cluster.append(P0, 10);
    assertThat(read(Subscription.assignmentWithOffsets(Map.of(P0, 7L)), 3))
        .isEqualTo(valuesOf(P0, 7, 3));
  }

  @Test
  void plain_assignmentWithTimestamps_startsThereOrAtTheEnd() throws Exception {
    cluster.append(P0, 10);
    cluster.append(P1, 10);
    Instant time = Instant.ofEpochMilli(8);
    assertThat(read(Subscription.assignmentWithTimestamps(Map.of(P0, time)), 2))
        .isEqualTo(valuesOf(P0, 8, 2));

    Instant late = Instant.ofEpochMilli(11);
    var running =
        KafkaSource.plain(settings, Subscription.assignmentWithTimestamps(Map.of(P1, late)))
            .map(ConsumerRecord::value)
            .take(1)
            .runWith(Sink.seq(), materializer);
    awaitRead(cluster.consumer(1), P1, 10);
    cluster.append(P1, 1);
    assertThat(result(running)).isEqualTo(valuesOf(P1, 10, 1));
  }

  @Test
  void plain_materializedTwice_runsAConsumerEach() throws Exception {
    cluster.append(P0, 3);
    assertThat(read(Subscription.assignment(P0), 3)).hasSize(3);
    assertThat(read(Subscription.assignment(P0), 3)).hasSize(3);
    assertThat(cluster.consumers).hasSize(2);
  }
}
