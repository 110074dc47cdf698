package dev.connectors.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.SortOrder;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.search.Hit;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import dev.connectors.elasticsearch.FakeElasticsearch.Answer;
import dev.connectors.elasticsearch.FakeElasticsearch.Search;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // set up by JUnit
class ElasticsearchSourceTest {
  private static ActorSystem system;
  private static Materializer materializer;
  private FakeElasticsearch server;
  private SearchSettings settings;

  private final List<Search> searches = new CopyOnWriteArrayList<>();
  private final List<Search> closed = new CopyOnWriteArrayList<>();
  private final AtomicInteger opened = new AtomicInteger();
  private volatile int documents = 25;

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
    server.onSearch = this::answer;
    settings =
        SearchSettings.create(system)
            .withPageSize(10)
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

  private Answer answer(Search search) {
    if (search.path().endsWith("/_pit") && search.method().equals("POST")) {
      return new Answer(
          200,
          "{\"id\":\"pit%d\",\"_shards\":{\"total\":1,\"successful\":1,\"skipped\":0,\"failed\":0}}"
              .formatted(opened.incrementAndGet()));
    }
    if (search.method().equals("DELETE")) {
      closed.add(search);
      return new Answer(200, "{\"succeeded\":true,\"num_freed\":1}");
    }
    searches.add(search);
    return page(search, false, 0);
  }

  private Answer page(Search search, boolean timedOut, int failed) {
    int from = search.body().path("search_after").path(0).asInt(-1) + 1;
    int size = search.body().path("size").asInt();
    String hits =
        IntStream.range(from, Math.min(documents, from + size))
            .mapToObj(
                i ->
                    "{\"_index\":\"orders\",\"_id\":\"%d\",\"_source\":{\"number\":%d},\"sort\":[%d]}"
                        .formatted(i, i, i))
            .collect(Collectors.joining(","));
    return new Answer(
        200,
        ("{\"pit_id\":\"%s+\",\"took\":1,\"timed_out\":%s,\"_shards\":{\"total\":2,\"successful\":2,"
                + "\"skipped\":0,\"failed\":%d},\"hits\":{\"hits\":[%s]}}")
            .formatted(search.body().path("pit").path("id").asText(), timedOut, failed, hits));
  }

  private static SearchRequest request() {
    return SearchRequest.of(r -> r.index("orders"));
  }

  private List<Hit<ObjectNode>> run(SearchRequest request, SearchSettings with) {
    return ElasticsearchSource.search(server.client, request, ObjectNode.class, with)
        .runWith(Sink.seq(), system)
        .toCompletableFuture()
        .join();
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "" + i).toList();
  }

  private static Throwable causeOf(Throwable thrown) {
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }

  private void expectClosed(String pit) {
    await()
        .untilAsserted(
            () ->
                assertThat(closed)
                    .singleElement()
                    .satisfies(
                        search -> assertThat(search.body().path("id").asText()).isEqualTo(pit)));
  }

  @Test
  void search_severalPages_emitsAllHitsAndClosesTheNewestPointInTime() {
    assertThat(run(request(), settings)).extracting(Hit::id).isEqualTo(ids(25));
    assertThat(server.requests).hasSize(5);
    assertThat(server.requests.get(0))
        .startsWith("POST /orders/_pit?")
        .contains("keep_alive=60000ms");
    assertThat(server.requests.get(1)).startsWith("POST /_search?");
    assertThat(searches.get(0).body().path("sort").toString())
        .isEqualTo("[{\"_shard_doc\":{\"order\":\"asc\"}}]");
    assertThat(searches.get(0).body().path("pit").toString())
        .isEqualTo("{\"id\":\"pit1\",\"keep_alive\":\"60000ms\"}");
    assertThat(searches.get(1).body().path("pit").path("id").asText()).isEqualTo("pit1+");
    assertThat(searches.get(2).body().path("search_after").toString()).isEqualTo("[19]");
    expectClosed("pit1+++");
  }

  @Test
  void search_lastPageIsFull_asksOnceMore() {
    documents = 20;
    assertThat(run(request(), settings)).hasSize(20);
    assertThat(searches).hasSize(3);
  }

  @Test
  void search_noHit_completes() {
    documents = 0;
    assertThat(run(request(), settings)).isEmpty();
    expectClosed("pit1+");
  }

  @Test
  void search_defaultSettings_areThoseOfTheSystem() {
    documents = 2500;
    assertThat(
            ElasticsearchSource.search(server.client, request(), ObjectNode.class)
                .runWith(Sink.seq(), system)
                .toCompletableFuture()
                .join())
        .hasSize(2500);
    assertThat(searches).hasSize(3);
  }

  @Test
  void search_requestWithDetails_areRespected() {
    SearchRequest request =
        SearchRequest.of(
            r ->
                r.index("a", "b")
                    .routing("r")
                    .preference("_local")
                    .ignoreUnavailable(true)
                    .size(7)
                    .query(q -> q.term(t -> t.field("state").value("open")))
                    .source(s -> s.filter(f -> f.includes("number")))
                    .sort(s -> s.field(f -> f.field("number").order(SortOrder.Desc))));
    assertThat(run(request, settings)).hasSize(25);
    assertThat(server.requests.get(0))
        .startsWith("POST /a,b/_pit?")
        .contains("routing=r", "preference=_local", "ignore_unavailable=true");
    assertThat(searches).hasSize(4);
    assertThat(searches.get(0).query())
        .contains("allow_partial_search_results=false")
        .doesNotContain("routing", "preference", "ignore_unavailable");
    assertThat(searches.get(3).body().toString())
        .contains(
            "\"size\":7", "\"open\"", "\"includes\":[\"number\"]", "\"number\":{\"order\":\"desc\"")
        .doesNotContain("_shard_doc");
  }

  @Test
  void search_slowDownstream_readsOnePageAhead() {
    documents = 1000;
    AtomicLong received = new AtomicLong();
    Observer observer =
        new Observer() {
          @Override
          public void emitted(String name, long elements, long bytes) {
            received.addAndGet(elements);
          }
        };
    TestSubscriber.Probe<Hit<ObjectNode>> probe = probe(settings.withObserver(observer));
    probe.request(1).expectNext();
    await().until(() -> received.get() == 20);
    probe.expectNoMessage(Duration.ofMillis(200));
    assertThat(searches).hasSize(2);
    probe.request(10);
    for (int i = 0; i < 10; i++) {
      probe.expectNext();
    }
    // Else the answer that has the newest point in time might come after the cancellation.
    await().until(() -> received.get() == 30);
    assertThat(searches).hasSize(3);
    probe.cancel();
    expectClosed("pit1+++");
  }

  @Test
  void search_downstreamStalls_renewsThePointInTime() {
    documents = 100;
    TestSubscriber.Probe<Hit<ObjectNode>> probe =
        ElasticsearchSource.search(
                server.client,
                request(),
                ObjectNode.class,
                settings.withKeepAlive(Duration.ofSeconds(1)))
            .runWith(TestSink.create(system), materializer);
    probe.request(1).expectNext();
    await()
        .untilAsserted(
            () ->
                assertThat(searches.stream().filter(s -> s.body().path("size").asInt() == 0))
                    .isNotEmpty());
    probe.request(99);
    for (int i = 1; i < 100; i++) {
      assertThat(probe.expectNext().id()).isEqualTo("" + i);
    }
    probe.request(1);
    probe.expectComplete();
  }

  @Test
  void search_cancelledWhileOpening_closesThePointInTime() {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    server.onSearch =
        search -> {
          if (search.path().endsWith("/orders/_pit")) {
            arrived.countDown();
            pause(go);
          }
          return answer(search);
        };
    TestSubscriber.Probe<Hit<ObjectNode>> probe =
        ElasticsearchSource.search(server.client, request(), ObjectNode.class, settings)
            .runWith(TestSink.create(system), materializer);
    probe.request(1);
    pause(arrived);
    probe.cancel();
    StreamTestKit.assertAllStagesStopped(materializer);
    go.countDown();
    expectClosed("pit1");
  }

  /** Answers a close when {@code go}, and tells that it came. */
  private CountDownLatch holdClose(CountDownLatch go) {
    CountDownLatch arrived = new CountDownLatch(1);
    server.onSearch =
        search -> {
          Answer answer = answer(search);
          if (search.method().equals("DELETE")) {
            arrived.countDown();
            pause(go);
          }
          return answer;
        };
    return arrived;
  }

  private TestSubscriber.Probe<Hit<ObjectNode>> probe(SearchSettings with) {
    return ElasticsearchSource.search(server.client, request(), ObjectNode.class, with)
        .runWith(TestSink.create(system), materializer);
  }

  private static void expectHits(TestSubscriber.Probe<Hit<ObjectNode>> probe, int from, int to) {
    for (int i = from; i < to; i++) {
      assertThat(probe.requestNext().id()).isEqualTo("" + i);
    }
  }

  @Test
  void search_allHitsEmitted_completesOnceThePointInTimeIsClosed() {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch arrived = holdClose(go);
    TestSubscriber.Probe<Hit<ObjectNode>> probe = probe(settings);
    expectHits(probe, 0, 25);
    pause(arrived);
    probe.expectNoMessage(Duration.ofMillis(50));
    go.countDown();
    probe.expectComplete();
    assertThat(closed).hasSize(1);
  }

  @Test
  void search_lastPageReceived_closesThePointInTimeBeforeItIsTaken() {
    TestSubscriber.Probe<Hit<ObjectNode>> probe = probe(settings);
    expectHits(probe, 0, 11); // the last page is read when the second one is begun
    expectClosed("pit1+++");
    expectHits(probe, 11, 25);
    probe.expectComplete();
    assertThat(closed).hasSize(1);
  }

  @Test
  void search_closeIsNotAnswered_completesAfterTheCloseTimeout() {
    CountDownLatch end = new CountDownLatch(1);
    holdClose(end);
    assertThat(run(request(), settings.withCloseTimeout(Duration.ofMillis(50)))).hasSize(25);
    assertThat(end.getCount()).isEqualTo(1);
    end.countDown();
  }

  @Test
  void search_clientClosedByTheUserBeforeTheEnd_completesAllTheSame() throws IOException {
    TestSubscriber.Probe<Hit<ObjectNode>> probe = probe(settings);
    expectHits(probe, 0, 11);
    expectClosed("pit1+++");
    server.client._transport().close();
    expectHits(probe, 11, 25);
    probe.expectComplete();
  }

  @Test
  void search_fails_failsOnceThePointInTimeIsClosed() {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch arrived = holdClose(go);
    var hold = server.onSearch;
    AtomicInteger pages = new AtomicInteger();
    server.onSearch =
        search ->
            search.path().equals("/_search") && pages.incrementAndGet() == 2
                ? Answer.error(400, "no_second_page")
                : hold.apply(search);
    CompletableFuture<List<Hit<ObjectNode>>> hits =
        ElasticsearchSource.search(server.client, request(), ObjectNode.class, settings)
            .runWith(Sink.seq(), materializer)
            .toCompletableFuture();
    pause(arrived);
    assertThat(hits).isNotDone();
    go.countDown();
    assertThatThrownBy(hits::join)
        .extracting(ElasticsearchSourceTest::causeOf)
        .isInstanceOf(ElasticsearchException.class);
    assertThat(closed).hasSize(1);
  }

  @Test
  void search_failsAndCloseFails_failsWithTheFirstFailure() {
    server.onSearch =
        search ->
            search.path().equals("/_search")
                ? Answer.error(400, "first")
                : search.method().equals("DELETE") ? Answer.error(500, "second") : answer(search);
    assertThatThrownBy(() -> run(request(), settings))
        .extracting(ElasticsearchSourceTest::causeOf)
        .isInstanceOfSatisfying(
            ElasticsearchException.class,
            e -> assertThat(e.response().error().type()).isEqualTo("first"));
  }

  @Test
  void search_failsAndCloseIsNotAnswered_failsWithTheFirstFailure() {
    CountDownLatch end = new CountDownLatch(1);
    holdClose(end);
    var hold = server.onSearch;
    server.onSearch =
        search -> search.path().equals("/_search") ? page(search, true, 0) : hold.apply(search);
    assertThatThrownBy(() -> run(request(), settings.withCloseTimeout(Duration.ofMillis(50))))
        .extracting(ElasticsearchSourceTest::causeOf)
        .isInstanceOf(IncompleteSearchException.class);
    end.countDown();
  }

  @Test
  void search_cancelled_endsOnceThePointInTimeIsClosed() {
    documents = 1000;
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch arrived = holdClose(go);
    Materializer own = Materializer.createMaterializer(system);
    TestSubscriber.Probe<Hit<ObjectNode>> probe =
        ElasticsearchSource.search(server.client, request(), ObjectNode.class, settings)
            .runWith(TestSink.create(system), own);
    expectHits(probe, 0, 1);
    probe.cancel();
    pause(arrived);
    assertThatThrownBy(() -> StreamTestKit.assertAllStagesStopped(own, Duration.ofMillis(50)))
        .isInstanceOf(AssertionError.class);
    go.countDown();
    StreamTestKit.assertAllStagesStopped(own);
    assertThat(closed).hasSize(1);
  }

  @Test
  void search_cancelledAndCloseIsNotAnswered_endsAfterTheCloseTimeout() {
    documents = 1000;
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch arrived = holdClose(end);
    TestSubscriber.Probe<Hit<ObjectNode>> probe =
        probe(settings.withCloseTimeout(Duration.ofMillis(50)));
    expectHits(probe, 0, 1);
    probe.cancel();
    pause(arrived);
    StreamTestKit.assertAllStagesStopped(materializer);
    assertThat(closed).hasSize(1);
    end.countDown();
  }

  @Test
  void search_cancelledWhileClosing_closesOnce() {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch arrived = holdClose(go);
    TestSubscriber.Probe<Hit<ObjectNode>> probe = probe(settings);
    expectHits(probe, 0, 25);
    pause(arrived);
    probe.cancel();
    go.countDown();
    StreamTestKit.assertAllStagesStopped(materializer);
    assertThat(closed).hasSize(1);
  }

  @Test
  void search_materializerShutDown_closesThePointInTime() {
    documents = 1000;
    Materializer own = Materializer.createMaterializer(system);
    TestSubscriber.Probe<Hit<ObjectNode>> probe =
        ElasticsearchSource.search(server.client, request(), ObjectNode.class, settings)
            .runWith(TestSink.create(system), own);
    expectHits(probe, 0, 1);
    own.shutdown();
    await().untilAsserted(() -> assertThat(closed).hasSize(1));
  }

  private static void pause(CountDownLatch latch) {
    try {
      assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void search_timedOut_failsAndClosesThePointInTime() {
    server.onSearch =
        search -> search.path().equals("/_search") ? page(search, true, 0) : answer(search);
    assertThatThrownBy(() -> run(request(), settings))
        .extracting(ElasticsearchSourceTest::causeOf)
        .isInstanceOfSatisfying(
            IncompleteSearchException.class, e -> assertThat(e.timedOut()).isTrue());
    expectClosed("pit1+");
  }

  @Test
  void search_shardsFailed_fails() {
    server.onSearch =
        search -> search.path().equals("/_search") ? page(search, false, 1) : answer(search);
    assertThatThrownBy(() -> run(request(), settings))
        .extracting(ElasticsearchSourceTest::causeOf)
        .isInstanceOfSatisfying(
            IncompleteSearchException.class,
            e -> {
              assertThat(e.failedShards()).isEqualTo(1);
              assertThat(e.totalShards()).isEqualTo(2);
              assertThat(e).hasMessage("the search is incomplete: 1 of 2 shards failed");
            });
  }

  @Test
  void search_transientFailures_areTriedAgain() {
    AtomicInteger calls = new AtomicInteger();
    server.onSearch =
        search ->
            search.method().equals("POST") && calls.incrementAndGet() % 3 != 0
                ? (calls.get() % 3 == 1 ? Answer.RESET : Answer.error(503, "busy"))
                : answer(search);
    assertThat(run(request(), settings)).extracting(Hit::id).isEqualTo(ids(25));
  }

  @Test
  void search_noAnswer_timesOutAndIsTriedAgain() {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    server.onSearch =
        search -> {
          if (search.path().equals("/_search") && calls.incrementAndGet() == 2) {
            pause(end);
          }
          return answer(search);
        };
    assertThat(run(request(), settings.withTimeout(Duration.ofMillis(300))))
        .extracting(Hit::id)
        .isEqualTo(ids(25));
    end.countDown();
  }

  @Test
  void search_refused_failsWithTheClientsException() {
    server.onSearch = search -> Answer.error(404, "index_not_found_exception");
    assertThatThrownBy(() -> run(request(), settings))
        .extracting(ElasticsearchSourceTest::causeOf)
        .isInstanceOf(ElasticsearchException.class);
    assertThat(closed).isEmpty();
  }

  @Test
  void search_closeFails_completesAllTheSame() {
    server.onSearch =
        search -> search.method().equals("DELETE") ? Answer.error(500, "no") : answer(search);
    assertThat(run(request(), settings)).hasSize(25);
  }

  @Test
  void search_hitsWithoutSortValues_failsRatherThanLoops() {
    server.onSearch =
        search -> {
          Answer answer = answer(search);
          return new Answer(answer.status(), answer.body().replaceAll(",\"sort\":\\[\\d+]", ""));
        };
    assertThatThrownBy(() -> run(request(), settings))
        .extracting(ElasticsearchSourceTest::causeOf)
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void search_requestThatCantBePaged_isRefusedAtOnce() {
    assertThatThrownBy(
            () ->
                ElasticsearchSource.search(
                    server.client, SearchRequest.of(r -> r), ObjectNode.class))
        .hasMessage("the search request has no index");
    assertThatThrownBy(
            () ->
                ElasticsearchSource.search(
                    server.client, SearchRequest.of(r -> r.index("a").from(5)), ObjectNode.class))
        .hasMessage("the search request has a from");
    assertThatThrownBy(
            () ->
                ElasticsearchSource.search(
                    server.client, SearchRequest.of(r -> r.index("a").size(0)), ObjectNode.class))
        .hasMessage("the search request has size 0, allowed is at least 1");
  }
}
