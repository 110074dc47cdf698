package dev.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // set up by JUnit
class KafkaFlowTest extends StreamTest {
  private FakeProducer producer;
  private ProducerSettings<String, String> settings;
  private TestPublisher.Probe<ProducerRecord<String, String>> upstream;
  private TestSubscriber.Probe<RecordMetadata> downstream;

  @BeforeEach
  void createProducer() {
    producer = new FakeProducer();
    settings =
        ProducerSettings.create(system, new StringSerializer(), new StringSerializer())
            .withCloseTimeout(Duration.ofSeconds(7))
            .withProducerFactory(properties -> producer);
  }

  private static ProducerRecord<String, String> record(int number) {
    return record(Integer.toString(number));
  }

  private static ProducerRecord<String, String> record(String value) {
    return new ProducerRecord<>("orders", value);
  }

  private static List<ProducerRecord<String, String>> records(int count) {
    return IntStream.range(0, count).mapToObj(KafkaFlowTest::record).toList();
  }

  private void run(ProducerSettings<String, String> with) {
    Pair<TestPublisher.Probe<ProducerRecord<String, String>>, TestSubscriber.Probe<RecordMetadata>>
        run =
            TestSource.<ProducerRecord<String, String>>create(system)
                .via(KafkaFlow.produce(with))
                .toMat(TestSink.create(system), Keep.both())
                .run(materializer);
    upstream = run.first();
    downstream = run.second();
  }

  private void send(int count) {
    int before = producer.sent.size();
    records(count).forEach(upstream::sendNext);
    await().until(() -> producer.sent.size() == before + count);
  }

  private void expectOffsets(int... offsets) {
    for (int offset : offsets) {
      assertThat(downstream.expectNext().offset()).isEqualTo(offset);
    }
  }

  @Test
  void produce_acknowledgedInAnyOrder_emitsInInputOrder() {
    run(settings);
    downstream.request(10);
    send(4);

    producer.sent.get(3).acknowledge();
    producer.sent.get(1).acknowledge();
    downstream.expectNoMessage(BRIEFLY);
    producer.sent.get(0).acknowledge();
    expectOffsets(0, 1);
    producer.sent.get(2).acknowledge();
    expectOffsets(2, 3);

    upstream.sendComplete();
    downstream.expectComplete();
  }

  @Test
  void produce_manyRecords_confirmsAll() throws Exception {
    producer.acknowledges = true;
    List<RecordMetadata> results =
        result(
            Source.from(records(20_000))
                .via(KafkaFlow.produce(settings))
                .runWith(Sink.seq(), materializer));
    assertThat(results)
        .extracting(RecordMetadata::offset)
        .isEqualTo(IntStream.range(0, 20_000).mapToObj(i -> (long) i).toList());
  }

  @Test
  void produce_brokerStalls_sendsNoMoreThanMaxInFlight() {
    run(settings.withMaxInFlight(3));
    downstream.request(10);
    records(10).forEach(upstream::sendNext);
    await().until(() -> producer.sent.size() == 3);
    producer.sent.get(1).acknowledge();
    downstream.expectNoMessage(BRIEFLY);
    assertThat(producer.sent).hasSize(3);

    producer.sent.get(0).acknowledge();
    expectOffsets(0, 1);
    await().until(() -> producer.sent.size() == 5);
    downstream.expectNoMessage(BRIEFLY);
    assertThat(producer.sent).hasSize(5);
    downstream.cancel();
  }

  @Test
  void produce_noRecords_completesAndCloses() {
    AtomicBoolean made = new AtomicBoolean();
    run(
        settings.withProducerFactory(
            properties -> {
              made.set(true);
              return producer;
            }));
    downstream.ensureSubscription();
    await().untilTrue(made); // else there may be nothing to close
    upstream.sendComplete();
    downstream.expectComplete();
    await().until(() -> producer.closed());
  }

  @Test
  void produce_upstreamCompletes_waitsForTheAcknowledgements() {
    run(settings);
    downstream.request(10);
    send(2);
    upstream.sendComplete();
    producer.sent.get(0).acknowledge();
    expectOffsets(0);
    downstream.expectNoMessage(BRIEFLY);

    producer.sent.get(1).acknowledge();

    expectOffsets(1);
    downstream.expectComplete();
  }

  @Test
  void produce_oneFails_failsUndisguisedAfterWhatWasConfirmedBefore() {
    run(settings);
    downstream.request(10);
    send(4);
    RuntimeException cause = new TimeoutException("for a test");
    producer.sent.get(2).fail(cause);
    producer.sent.get(3).acknowledge();
    producer.sent.get(1).acknowledge();
    downstream.expectNoMessage(BRIEFLY);

    producer.sent.get(0).acknowledge();

    expectOffsets(0, 1);
    assertThat(downstream.expectError()).isSameAs(cause);
    assertThat(upstream.expectCancellationWithCause(Throwable.class)).isSameAs(cause);
  }

  @Test
  void produce_oneFailsWithoutDemand_failsNevertheless() {
    run(settings);
    send(1);
    RuntimeException cause = new KafkaException("for a test");
    producer.sent.get(0).fail(cause);
    assertThat(downstream.expectSubscriptionAndError()).isSameAs(cause);
  }

  @Test
  void produce_cannotBeSerialized_failsInItsTurnAndSendsNoMore() {
    run(settings);
    downstream.request(10);
    send(2);
    upstream.sendNext(record("poison"));
    upstream.sendNext(record(9));
    downstream.expectNoMessage(BRIEFLY);
    producer.sent.get(0).acknowledge();
    producer.sent.get(1).acknowledge();

    expectOffsets(0, 1);
    assertThat(downstream.expectError()).isInstanceOf(SerializationException.class);
    assertThat(producer.sent).hasSize(2);
  }

  @Test
  void produce_upstreamFails_failsWithItsCause() {
    run(settings);
    send(1);
    RuntimeException cause = new IllegalStateException("for a test");
    upstream.sendError(cause);
    assertThat(downstream.expectSubscriptionAndError()).isSameAs(cause);
    await().until(() -> !producer.closings.isEmpty());
  }

  @Test
  void produce_downstreamCancels_flushesAndCloses() {
    run(settings);
    send(1);
    downstream.cancel();
    upstream.expectCancellation();
    await().until(() -> producer.closings.equals(List.of(Duration.ofSeconds(7))));
  }

  @Test
  void produce_completed_closesItsOwnProducerWithTime() {
    run(settings);
    send(1);
    upstream.sendComplete();
    producer.sent.get(0).acknowledge();
    downstream.requestNext();
    downstream.expectComplete();
    await().until(() -> producer.closings.equals(List.of(Duration.ofSeconds(7))));
  }

  @Test
  void produce_failed_closesItsOwnProducerAtOnce() {
    run(settings);
    send(1);
    producer.sent.get(0).fail(new KafkaException("for a test"));
    downstream.expectSubscriptionAndError();
    await().until(() -> producer.closings.equals(List.of(Duration.ZERO)));
  }

  @Test
  void produce_producerGiven_staysOpenAndServesTwoFlows() throws Exception {
    producer.acknowledges = true;
    ProducerSettings<String, String> shared = settings.withProducer(producer);
    for (int i = 0; i < 2; i++) {
      result(
          Source.from(records(3)).via(KafkaFlow.produce(shared)).runWith(Sink.seq(), materializer));
    }
    assertThat(producer.sent).hasSize(6);
    assertThat(producer.closings).isEmpty();
    assertThat(producer.closed()).isFalse();
  }

  @Test
  void produce_producerGivenAndFails_staysOpen() {
    run(settings.withProducer(producer));
    send(1);
    producer.sent.get(0).fail(new KafkaException("for a test"));
    downstream.expectSubscriptionAndError();
    assertThat(producer.closings).isEmpty();
  }

  @Test
  void produce_producerGivenIsClosed_failsUndisguised() {
    producer.close();
    run(settings.withProducer(producer));
    downstream.request(1);
    upstream.sendNext(record(0));
    assertThat(downstream.expectError()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void produce_clientCannotBeMade_failsTheStreamUndisguised() {
    RuntimeException cause = new ConfigException("for a test");
    run(
        settings.withProducerFactory(
            properties -> {
              throw cause;
            }));
    assertThat(downstream.expectSubscriptionAndError()).isSameAs(cause);
  }

  @Test
  void produce_send_runsOnTheModulesDispatcher() {
    run(settings);
    send(1);
    assertThat(producer.sent.get(0).thread()).contains("connectors.kafka.dispatcher");
    downstream.cancel();
  }

  @Test
  void produce_manyOtherFlowsAreBlocked_goesOn() throws Exception {
    int many = 40; // more than cores, on most machines
    AtomicInteger blocked = new AtomicInteger();
    CompletableFuture<Done> metadata = new CompletableFuture<>();
    ProducerSettings<String, String> blocking =
        settings.withProducerFactory(
            properties -> {
              FakeProducer one = new FakeProducer();
              one.acknowledges = true;
              one.beforeSend =
                  () -> {
                    blocked.incrementAndGet();
                    metadata.join();
                  };
              return one;
            });
    List<CompletionStage<Done>> others = new ArrayList<>();
    try {
      for (int i = 0; i < many; i++) {
        others.add(Source.single(record(i)).runWith(KafkaSink.plain(blocking), materializer));
      }
      await().until(() -> blocked.get() == many);
      producer.acknowledges = true;

      result(Source.single(record(0)).runWith(KafkaSink.plain(settings), materializer));
    } finally {
      metadata.complete(Done.getInstance());
    }
    for (CompletionStage<Done> other : others) {
      result(other);
    }
  }

  @Test
  void produce_observed_isToldOfAllOnceInBatches() {
    RecordingObserver observer = new RecordingObserver();
    run(settings.withObserver(observer));
    send(50);
    for (int i = 49; i >= 0; i--) { // so that all are confirmed when the first is
      producer.sent.get(i).acknowledge();
    }
    downstream.request(50);
    for (int i = 0; i < 50; i++) {
      downstream.expectNext();
    }
    upstream.sendComplete();
    downstream.expectComplete();
    await().until(() -> observer.confirmed.get() == 50);
    assertThat(observer.confirmations.get()).isEqualTo(1);
    assertThat(observer.names).containsOnly("kafka-producer");
  }

  @Test
  void produceWithContext_manyRecords_passesTheContextOfEach() throws Exception {
    producer.acknowledges = true;
    List<Pair<RecordMetadata, Integer>> results =
        result(
            SourceWithContext.fromPairs(Source.range(0, 99).map(i -> Pair.create(record(i), i)))
                .via(KafkaFlow.produceWithContext(settings))
                .asSource()
                .runWith(Sink.seq(), materializer));
    assertThat(results).hasSize(100);
    assertThat(results).allSatisfy(r -> assertThat(r.first().offset()).isEqualTo(r.second() + 0L));
  }

  @Test
  void sink_allAcknowledged_completes() throws Exception {
    CompletionStage<Done> done =
        Source.from(records(3)).runWith(KafkaSink.plain(settings), materializer);
    await().until(() -> producer.sent.size() == 3);
    producer.sent.get(2).acknowledge();
    producer.sent.get(1).acknowledge();
    assertThat(done.toCompletableFuture()).isNotDone();
    producer.sent.get(0).acknowledge();
    result(done);
  }

  @Test
  void sink_oneFails_fails() {
    CompletionStage<Done> done =
        Source.from(records(1)).runWith(KafkaSink.plain(settings), materializer);
    await().until(() -> producer.sent.size() == 1);
    RuntimeException cause = new KafkaException("for a test");
    producer.sent.get(0).fail(cause);
    assertThat(failure(done)).isSameAs(cause);
  }
}
