package dev.connectors.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import dev.connectors.elasticsearch.FakeElasticsearch.Answer;
import dev.connectors.elasticsearch.FakeElasticsearch.Received;
import jakarta.json.JsonException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.awaitility.Awaitility;
import org.elasticsearch.client.ResponseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // set up by JUnit
class ElasticsearchFlowTest {
  private static ActorSystem system;
  private static Materializer materializer;
  private FakeElasticsearch server;
  private BulkSettings settings;

  @BeforeAll
  static void start() {
    system = ActorSystem.create("elasticsearch");
    materializer = SystemMaterializer.get(system).materializer();
  }

  @AfterAll
  static void stop() {
    TestKit.shutdownActorSystem(system);
  }

  @BeforeEach
  void setUp() {
    server = new FakeElasticsearch();
    settings =
        BulkSettings.create(system)
            .withMaxOperations(10)
            .withRetry(
                RetrySettings.create(system)
                    .withMinBackoff(Duration.ofMillis(5))
                    .withMaxBackoff(Duration.ofMillis(20)));
  }

  @AfterEach
  void tearDown() throws IOException {
    StreamTestKit.assertAllStagesStopped(materializer);
    server.close();
  }

  private static BulkOperation operation(int number) {
    return Bulk.index("orders", "topic", 0, number, Map.of("number", number));
  }

  private static BulkOperation guarded(String id, int number) {
    return BulkOperation.of(
        o -> o.index(i -> i.index("orders").id(id).document(Map.of("number", number))));
  }

  private static List<BulkOperation> operations(int count) {
    return IntStream.range(0, count).mapToObj(ElasticsearchFlowTest::operation).toList();
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "topic+0+" + i).toList();
  }

  private List<BulkResponseItem> run(List<BulkOperation> operations, BulkSettings with) {
    return Source.from(operations)
        .via(ElasticsearchFlow.bulk(server.client, with))
        .runWith(Sink.seq(), system)
        .toCompletableFuture()
        .join();
  }

  private static Throwable causeOf(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  @Test
  void bulk_manyOperations_emitsResultsInInputOrder() {
    assertThat(run(operations(105), settings)).extracting(BulkResponseItem::id).isEqualTo(ids(105));
    assertThat(server.bulks).allSatisfy(bulk -> assertThat(bulk).hasSizeLessThanOrEqualTo(10));
    assertThat(server.mostRunning.get()).isLessThanOrEqualTo(settings.parallelism());
  }

  @Test
  void bulk_noOperation_completesWithoutRequest() {
    assertThat(run(List.of(), settings)).isEmpty();
    assertThat(server.requests).isEmpty();
  }

  @Test
  void bulk_operationOnWire_carriesVersionAndRouting() {
    run(
        List.of(
            Bulk.upsert("orders", "a", 7, Map.of("number", 1)),
            Bulk.delete("orders", "b", 8),
            BulkOperation.of(
                o ->
                    o.create(
                        c ->
                            c.index("logs")
                                .id("c")
                                .routing("r")
                                .pipeline("p")
                                .requireAlias(true)
                                .dynamicTemplates("field", "template")
                                .document(Map.of("number", 2)))),
            BulkOperation.of(
                o ->
                    o.update(
                        u ->
                            u.index("orders")
                                .id("d")
                                .ifSeqNo(1L)
                                .ifPrimaryTerm(2L)
                                .retryOnConflict(3)
                                .action(a -> a.doc(Map.of("number", 3)).docAsUpsert(true))))),
        settings);
    List<Received> received = server.bulks.stream().flatMap(List::stream).toList();
    assertThat(received).hasSize(4);
    assertThat(received.get(0).header().toString())
        .isEqualTo(
            "{\"_id\":\"a\",\"_index\":\"orders\",\"version\":7,\"version_type\":\"external_gte\"}");
    assertThat(received.get(1).header().toString())
        .isEqualTo(
            "{\"_id\":\"b\",\"_index\":\"orders\",\"version\":8,\"version_type\":\"external_gte\"}");
    assertThat(received.get(2).header().toString())
        .contains("\"routing\":\"r\"", "\"pipeline\":\"p\"", "\"require_alias\":true", "template");
    assertThat(received.get(3).header().toString())
        .contains("\"if_seq_no\":1", "\"if_primary_term\":2", "\"retry_on_conflict\":3");
    assertThat(String.valueOf(received.get(3).document()))
        .contains("\"doc_as_upsert\":true", "\"number\":3");
  }

  @Test
  void bulkWithContext_records_contextsComeWithTheirResults() {
    List<Pair<String, Integer>> expected =
        IntStream.range(0, 25).mapToObj(i -> Pair.create("topic+0+" + i, i)).toList();
    List<Pair<String, Integer>> actual =
        SourceWithContext.fromPairs(Source.range(0, 24).map(i -> Pair.create(i, i)))
            .map(i -> Bulk.index("orders", "topic", 0, i, Map.of("number", i)))
            .via(ElasticsearchFlow.bulkWithContext(server.client, settings))
            .map(item -> String.valueOf(item.id()))
            .runWith(Sink.seq(), system)
            .toCompletableFuture()
            .join();
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void sink_allConfirmed_completes() {
    Done done =
        Source.from(operations(25))
            .runWith(ElasticsearchSink.bulk(server.client, settings), system)
            .toCompletableFuture()
            .join();
    assertThat(done).isEqualTo(Done.getInstance());
    assertThat(server.confirmed).hasSize(25);
  }

  @Test
  void bulk_answersOutOfOrder_resultsInInputOrder() {
    CountDownLatch second = new CountDownLatch(1);
    server.onBulk =
        bulk -> {
          if (bulk.get(0).number() == 0) {
            await(second);
          } else {
            second.countDown();
          }
          return null;
        };
    assertThat(run(operations(30), settings.withFlush(FlushPolicy.WHEN_DUE)))
        .extracting(BulkResponseItem::id)
        .isEqualTo(ids(30));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void bulk_someItemsTransient_onlyTheseAreSentAgain() {
    Set<String> failed = ConcurrentHashMap.newKeySet();
    server.onItem =
        item ->
            item.number() % 3 == 0 && failed.add(item.id())
                ? (item.number() % 2 == 0 ? 429 : 503)
                : 201;
    assertThat(run(operations(10), settings.withFlush(FlushPolicy.WHEN_DUE)))
        .allSatisfy(item -> assertThat(item.error()).isNull())
        .extracting(BulkResponseItem::id)
        .isEqualTo(ids(10));
    assertThat(server.bulks).hasSize(2);
    assertThat(server.bulks.get(1)).extracting(Received::number).containsExactly(0, 3, 6, 9);
    assertThat(server.confirmed.values()).allSatisfy(n -> assertThat(n.get()).isEqualTo(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 429, 502, 503, 504})
  void bulk_requestTransient_isSentAgain(int status) {
    AtomicInteger attempts = new AtomicInteger();
    server.onBulk =
        bulk ->
            attempts.incrementAndGet() < 3
                ? (status == 0 ? Answer.RESET : Answer.error(status, "busy"))
                : null;
    assertThat(run(operations(10), settings)).extracting(BulkResponseItem::id).isEqualTo(ids(10));
    assertThat(server.confirmed.values()).allSatisfy(n -> assertThat(n.get()).isEqualTo(1));
  }

  @Test
  void bulk_requestTransientForEver_failsWithTheClientsException() {
    server.onBulk = bulk -> Answer.error(429, "busy");
    assertThatThrownBy(
            () -> run(operations(3), settings.withRetry(settings.retry().withMaxAttempts(2))))
        .extracting(ElasticsearchFlowTest::causeOf)
        .isInstanceOf(ResponseException.class);
    assertThat(server.bulks.size()).isGreaterThanOrEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403})
  void bulk_requestRefused_failsAtOnceWithTheClientsException(int status) {
    server.onBulk = bulk -> Answer.error(status, "no");
    assertThatThrownBy(() -> run(operations(3), settings.withFlush(FlushPolicy.WHEN_DUE)))
        .extracting(ElasticsearchFlowTest::causeOf)
        .isInstanceOfSatisfying(
            ElasticsearchException.class, e -> assertThat(e.status()).isEqualTo(status));
    assertThat(server.bulks).hasSize(1);
  }

  @Test
  void bulk_noServer_retriesThenFailsWithTheClientsException() {
    server.stop();
    assertThatThrownBy(
            () -> run(operations(3), settings.withRetry(settings.retry().withMaxAttempts(2))))
        .extracting(ElasticsearchFlowTest::causeOf)
        .isInstanceOf(IOException.class);
  }

  @Test
  void bulk_clientClosed_failsAtOnce() throws IOException {
    server.close();
    assertThatThrownBy(() -> run(operations(3), settings))
        .extracting(ElasticsearchFlowTest::causeOf)
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void bulk_requestTooLarge_isSplit() {
    server.onBulk = bulk -> bulk.size() > 3 ? Answer.error(413, "content_too_long") : null;
    assertThat(run(operations(40), settings)).extracting(BulkResponseItem::id).isEqualTo(ids(40));
    assertThat(server.confirmed.values()).allSatisfy(n -> assertThat(n.get()).isEqualTo(1));
  }

  @Test
  void bulk_oneOperationTooLarge_isRefusedAlone() {
    server.onBulk =
        bulk ->
            bulk.stream().anyMatch(item -> item.number() == 4)
                ? Answer.error(413, "content_too_long")
                : null;
    List<BulkResponseItem> items = run(operations(10), settings.withOnFailure(FailurePolicy.EMIT));
    assertThat(items).extracting(BulkResponseItem::id).isEqualTo(ids(10));
    assertThat(items.get(4).status()).isEqualTo(413);
    assertThat(items.get(4).error()).isNotNull();
    assertThat(items.stream().filter(item -> item.error() != null)).hasSize(1);
    assertThat(server.confirmed).hasSize(9);
  }

  @Test
  void bulk_itemRefusedWithFail_failsWithItsFields() {
    server.onItem = item -> item.number() == 4 ? 400 : 201;
    assertThatThrownBy(() -> run(operations(10), settings))
        .extracting(ElasticsearchFlowTest::causeOf)
        .isInstanceOfSatisfying(
            BulkOperationException.class,
            e -> {
              assertThat(e.operation()).isEqualTo("index");
              assertThat(e.index()).isEqualTo("orders");
              assertThat(e.id()).isEqualTo("topic+0+4");
              assertThat(e.status()).isEqualTo(400);
              assertThat(e.errorType()).isEqualTo("type_400");
              assertThat(e.reason()).isEqualTo("for a test");
              assertThat(e)
                  .hasMessage(
                      "index of orders/topic+0+4 failed with status 400, type_400: for a test");
            });
  }

  @Test
  void bulk_itemRefusedWithEmit_emitsItsErrorInOrder() {
    server.onItem = item -> item.number() % 4 == 0 ? 400 : 201;
    List<BulkResponseItem> items = run(operations(25), settings.withOnFailure(FailurePolicy.EMIT));
    assertThat(items).extracting(BulkResponseItem::id).isEqualTo(ids(25));
    assertThat(items.stream().filter(item -> item.error() != null)).hasSize(7);
    assertThat(items.get(4))
        .extracting(BulkOperationException::of)
        .satisfies(
            refused -> {
              assertThat(refused).isNotNull();
              assertThat(refused.status()).isEqualTo(400);
              assertThat(refused.operation()).isEqualTo("index");
              assertThat(refused.id()).isEqualTo(items.get(4).id());
            });
    assertThat(BulkOperationException.of(items.get(5))).isNull();
  }

  @Test
  void bulk_itemTransientForEver_isRefusedAfterTheLastRetry() {
    server.onItem = item -> item.number() == 1 ? 429 : 201;
    List<BulkResponseItem> items =
        run(
            operations(3),
            settings
                .withOnFailure(FailurePolicy.EMIT)
                .withRetry(settings.retry().withMaxAttempts(3)));
    assertThat(items.get(1).status()).isEqualTo(429);
    assertThat(server.bulks.stream().flatMap(List::stream).filter(i -> i.number() == 1)).hasSize(4);
    assertThat(server.confirmed.values()).allSatisfy(n -> assertThat(n.get()).isEqualTo(1));
  }

  @Test
  void bulk_conflictOfExternalVersion_isHarmless() {
    server.onItem = item -> item.number() < 5 ? 409 : 201;
    assertThat(run(operations(10), settings))
        .hasSize(10)
        .allSatisfy(
            item -> {
              assertThat(item.error()).isNull();
              assertThat(BulkOperationException.of(item)).isNull();
            });
    assertThatThrownBy(() -> run(operations(10), settings.withOnConflict(ConflictPolicy.NEVER)))
        .extracting(ElasticsearchFlowTest::causeOf)
        .isInstanceOf(BulkOperationException.class);
  }

  @Test
  void bulk_conflictOfCreate_isHarmlessByPolicyOnly() {
    server.onItem = item -> 409;
    List<BulkOperation> creates =
        List.of(
            BulkOperation.of(
                o -> o.create(c -> c.index("logs").id("a").document(Map.of("number", 1)))));
    assertThat(run(creates, settings.withOnConflict(ConflictPolicy.EXTERNAL_VERSION_OR_CREATE)))
        .hasSize(1);
    assertThatThrownBy(() -> run(creates, settings))
        .extracting(ElasticsearchFlowTest::causeOf)
        .isInstanceOf(BulkOperationException.class);
  }

  @Test
  void bulk_deleteOfWhatIsNotThere_isDone() {
    server.onItem = item -> 404;
    assertThat(run(List.of(Bulk.delete("orders", "a", 1)), settings))
        .singleElement()
        .satisfies(
            item -> {
              assertThat(item.status()).isEqualTo(404);
              assertThat(BulkOperationException.of(item)).isNull();
            });
  }

  @Test
  void bulk_responseTooShort_fails() {
    server.onBulk =
        bulk ->
            new Answer(
                200,
                "{\"took\":1,\"errors\":false,\"items\":[{\"index\":{\"_index\":\"orders\",\"_id\":\"1\",\"status\":201}}]}");
    assertThatThrownBy(() -> run(operations(3), settings.withFlush(FlushPolicy.WHEN_DUE)))
        .extracting(ElasticsearchFlowTest::causeOf)
        .isInstanceOf(IllegalStateException.class)
        .hasToString(
            "java.lang.IllegalStateException: the bulk had 3 operations and the response has 1"
                + " items");
  }

  @Test
  void bulk_slowAnswer_timesOutAndIsSentAgain() {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger attempts = new AtomicInteger();
    server.onBulk =
        bulk -> {
          if (attempts.incrementAndGet() == 1) {
            await(end);
          }
          return null;
        };
    assertThat(run(operations(3), settings.withTimeout(Duration.ofMillis(200)))).hasSize(3);
    end.countDown();
    assertThat(attempts.get()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void bulk_noAnswerEver_failsWithTimeout() {
    CountDownLatch end = new CountDownLatch(1);
    server.onBulk =
        bulk -> {
          await(end);
          return null;
        };
    assertThatThrownBy(
            () ->
                run(
                    operations(3),
                    settings
                        .withTimeout(Duration.ofMillis(50))
                        .withRetry(settings.retry().withMaxAttempts(1))))
        .extracting(ElasticsearchFlowTest::causeOf)
        .isInstanceOf(TimeoutException.class);
    end.countDown();
  }

  @Test
  void bulk_lowLoad_sendsAtOnceAndNotAfterTheInterval() {
    Pair<TestPublisher.Probe<BulkOperation>, TestSubscriber.Probe<BulkResponseItem>> probes =
        TestSource.<BulkOperation>create(system)
            .via(
                ElasticsearchFlow.bulk(server.client, settings.withInterval(Duration.ofMinutes(1))))
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    for (int i = 0; i < 3; i++) {
      probes.first().sendNext(operation(i));
      assertThat(probes.second().requestNext().id()).isEqualTo("topic+0+" + i);
    }
    probes.first().sendComplete();
    probes.second().expectComplete();
  }

  @Test
  void bulk_whenDue_waitsForTheInterval() {
    Duration interval = Duration.ofMillis(300);
    long start = System.nanoTime();
    // One after the other without a pause, however slow the machine is, and then no more.
    Pair<CompletableFuture<Optional<BulkOperation>>, TestSubscriber.Probe<BulkResponseItem>>
        probes =
            Source.from(operations(3))
                .concatMat(Source.<BulkOperation>maybe(), Keep.right())
                .via(
                    ElasticsearchFlow.bulk(
                        server.client,
                        settings.withFlush(FlushPolicy.WHEN_DUE).withInterval(interval)))
                .toMat(TestSink.create(system), Keep.both())
                .run(materializer);
    probes.second().request(3).expectNextN(3);
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(interval.toNanos());
    assertThat(server.bulks).hasSize(1);
    probes.first().complete(Optional.empty());
    probes.second().expectComplete();
  }

  @Test
  void bulk_downstreamStalls_stopsPullingAtTheBound() {
    int bound = (settings.parallelism() + 1) * 10;
    AtomicInteger pulled = new AtomicInteger();
    AtomicLong confirmed = new AtomicLong();
    TestSubscriber.Probe<BulkResponseItem> probe =
        Source.range(0, 10_000)
            .map(
                i -> {
                  pulled.incrementAndGet();
                  return operation(i);
                })
            .via(
                ElasticsearchFlow.bulk(
                    server.client,
                    settings.withObserver(
                        new Observer() {
                          @Override
                          public void confirmed(String name, long elements, Duration latency) {
                            confirmed.addAndGet(elements);
                          }
                        })))
            .runWith(TestSink.create(system), materializer);
    probe.ensureSubscription();
    Awaitility.await().until(() -> confirmed.get() >= bound);
    assertThat(pulled.get()).isEqualTo(bound);
    // The stage has gone on after the last answer when it hears of this.
    probe.request(5);
    for (int i = 0; i < 5; i++) {
      assertThat(probe.expectNext().id()).isEqualTo("topic+0+" + i);
    }
    Awaitility.await().until(() -> pulled.get() >= bound + 5);
    probe.cancel();
    StreamTestKit.assertAllStagesStopped(materializer);
    assertThat(pulled.get()).isEqualTo(bound + 5);
  }

  @Test
  void bulk_serverStalls_boundsBytes() {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger pulled = new AtomicInteger();
    server.onBulk =
        bulk -> {
          await(end);
          return null;
        };
    TestSubscriber.Probe<BulkResponseItem> probe =
        Source.range(0, 10_000)
            .map(
                i -> {
                  pulled.incrementAndGet();
                  return Bulk.upsert("orders", "" + i, 1, Map.of("text", "x".repeat(900)));
                })
            .via(
                ElasticsearchFlow.bulk(
                    server.client, settings.withMaxOperations(100_000).withMaxBytes(10_000)))
            .runWith(TestSink.create(system), materializer);
    probe.request(1000);
    Awaitility.await()
        .until(() -> server.running.get() == settings.parallelism() && pulled.get() >= 30);
    probe.cancel();
    StreamTestKit.assertAllStagesStopped(materializer);
    assertThat(pulled.get()).isBetween(30, 45);
    end.countDown();
  }

  @Test
  void bulk_cancelled_abortsWhatIsInFlight() {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    server.onBulk =
        bulk -> {
          arrived.countDown();
          await(end);
          return null;
        };
    TestSubscriber.Probe<BulkResponseItem> probe =
        Source.from(operations(100))
            .via(ElasticsearchFlow.bulk(server.client, settings))
            .runWith(TestSink.create(system), materializer);
    probe.request(1);
    await(arrived);
    probe.cancel();
    StreamTestKit.assertAllStagesStopped(materializer);
    end.countDown();
  }

  @Test
  void bulk_upstreamFails_failsAtOnce() {
    CountDownLatch end = new CountDownLatch(1);
    server.onBulk =
        bulk -> {
          await(end);
          return null;
        };
    Pair<TestPublisher.Probe<BulkOperation>, TestSubscriber.Probe<BulkResponseItem>> probes =
        TestSource.<BulkOperation>create(system)
            .via(ElasticsearchFlow.bulk(server.client, settings))
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    probes.second().request(1);
    probes.first().sendNext(operation(0));
    IllegalArgumentException failure = new IllegalArgumentException("upstream");
    probes.first().sendError(failure);
    probes.second().expectError(failure);
    end.countDown();
  }

  @Test
  void bulk_upstreamCompletes_sendsAndConfirmsTheRest() {
    Pair<TestPublisher.Probe<BulkOperation>, TestSubscriber.Probe<BulkResponseItem>> probes =
        TestSource.<BulkOperation>create(system)
            .via(
                ElasticsearchFlow.bulk(
                    server.client,
                    settings.withFlush(FlushPolicy.WHEN_DUE).withInterval(Duration.ofMinutes(1))))
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    probes.first().sendNext(operation(0)).sendNext(operation(1)).sendComplete();
    probes.second().request(2).expectNextN(2);
    probes.second().expectComplete();
  }

  @Test
  void bulk_sameDocumentAgainAndAgain_keepsItsOrder() {
    Random random = new Random(1);
    Set<String> busy = ConcurrentHashMap.newKeySet();
    Map<String, List<Integer>> applied = new ConcurrentHashMap<>();
    AtomicInteger overlaps = new AtomicInteger();
    server.onBulk =
        bulk -> {
          for (Received item : bulk) {
            if (!busy.add(item.id())) {
              overlaps.incrementAndGet();
            }
          }
          return null;
        };
    server.onItem =
        item -> {
          busy.remove(item.id());
          synchronized (random) {
            if (random.nextInt(12) == 0) {
              return 429;
            }
          }
          applied.computeIfAbsent(item.id(), id -> new ArrayList<>()).add(item.number());
          return 201;
        };
    List<BulkOperation> operations = new ArrayList<>();
    Map<String, List<Integer>> expected = new HashMap<>();
    for (int i = 0; i < 200; i++) {
      String id = "id" + random.nextInt(40);
      operations.add(guarded(id, i));
      expected.computeIfAbsent(id, ignored -> new ArrayList<>()).add(i);
    }
    assertThat(run(operations, settings)).hasSize(200);
    assertThat(overlaps.get()).isZero();
    assertThat(applied).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void bulk_randomFailures_eachConfirmedOnceInInputOrder(long seed) {
    Random random = new Random(seed);
    server.onBulk =
        bulk -> {
          int draw;
          synchronized (random) {
            draw = random.nextInt(20);
          }
          return switch (draw) {
            case 0 -> Answer.RESET;
            case 1 -> Answer.error(429, "busy");
            case 2 -> Answer.error(503, "busy");
            case 3 -> bulk.size() > 1 ? Answer.error(413, "content_too_long") : null;
            default -> null;
          };
        };
    server.onItem =
        item -> {
          synchronized (random) {
            return random.nextInt(10) == 0 ? 429 : 201;
          }
        };
    List<BulkOperation> operations =
        IntStream.range(0, 300)
            .mapToObj(i -> i % 3 == 0 ? guarded("id" + (i % 60), i) : operation(i))
            .toList();
    List<String> expected =
        operations.stream().map(o -> o.index().id()).collect(Collectors.toList());
    assertThat(run(operations, settings))
        .allSatisfy(item -> assertThat(item.error()).isNull())
        .extracting(BulkResponseItem::id)
        .isEqualTo(expected);
    int confirmed = server.confirmed.values().stream().mapToInt(AtomicInteger::get).sum();
    assertThat(confirmed).isEqualTo(300);
  }

  @Test
  void bulk_documentWithLineEnds_staysOneOperation() {
    byte[] json = "{\n \"number\":\r\n 5\n}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    run(
        List.of(
            Bulk.upsert(
                "orders", "a", 1, co.elastic.clients.util.BinaryData.of(json, "application/json"))),
        settings);
    assertThat(server.bulks.get(0)).extracting(Received::number).containsExactly(5);
  }

  @Test
  void bulk_documentThatCantBeSerialised_failsTheStream() {
    assertThatThrownBy(() -> run(List.of(Bulk.upsert("orders", "a", 1, new Object())), settings))
        .extracting(ElasticsearchFlowTest::causeOf)
        .isInstanceOf(JsonException.class);
  }

  @Test
  void bulk_request_isCompletedBySettings() {
    run(operations(1), settings.withRequest(request -> request.pipeline("clean")));
    assertThat(server.requests.get(0)).contains("pipeline=clean");
  }
}
