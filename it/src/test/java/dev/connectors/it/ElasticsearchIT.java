package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.core.search.Hit;
import co.elastic.clients.transport.ElasticsearchTransport;
import co.elastic.clients.transport.Version;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import dev.connectors.elasticsearch.Bulk;
import dev.connectors.elasticsearch.BulkOperationException;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.elasticsearch.ElasticsearchFlow;
import dev.connectors.elasticsearch.ElasticsearchSource;
import dev.connectors.elasticsearch.FailurePolicy;
import dev.connectors.elasticsearch.FlushPolicy;
import dev.connectors.elasticsearch.SearchSettings;
import dev.connectors.it.support.ElasticClient;
import dev.connectors.it.support.FaultyFront;
import dev.connectors.it.support.FaultyFront.Fault;
import dev.connectors.it.support.Index;
import dev.connectors.it.support.Index.Doc;
import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.OwnServer;
import dev.connectors.testkit.WithServers;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The connector against the real server, with the client that it is compiled against and, in the
 * execution {@code client-9} of the build, unchanged with that of version 9.
 */
@WithServers
@Tag("client-9")
@SuppressWarnings("NullAway.Init") // set up by JUnit
class ElasticsearchIT {
  private static final int DOCUMENTS = 20_000;
  private static final int SOME_DOCUMENTS = 5_000;
  private static final String TOPIC = "topic";

  private static ActorSystem system;
  private static BulkSettings bulk;
  private static SearchSettings search;

  @BeforeAll
  static void start(ElasticsearchServer server) {
    int major = Integer.parseInt(server.version().split("\\.", 2)[0]);
    assumeTrue(
        Version.VERSION.major() <= major,
        () ->
            "client %s needs a server of its version, and this one is %s: is there no JDK 21?"
                .formatted(Version.VERSION, server.version()));
    system = ActorSystem.create("elasticsearch-it");
    RetrySettings retry =
        RetrySettings.create(system)
            .withMinBackoff(Duration.ofMillis(5))
            .withMaxBackoff(Duration.ofMillis(50));
    bulk = BulkSettings.create(system).withRetry(retry);
    search = SearchSettings.create(system).withRetry(retry);
  }

  @AfterAll
  static void stop() throws Exception {
    if (system != null) {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void client_ofThisExecution_isTheOneThatTheBuildAskedFor(ElasticsearchServer server)
      throws IOException {
    String asked = System.getProperty("connectors.it.elasticsearch.client");
    assumeTrue(asked != null, "not run by the build");
    assertThat(Version.VERSION).hasToString(asked);
    boolean is9 = Version.VERSION.major() >= 9;
    try (ElasticsearchTransport transport = ElasticClient.transport(server.uri().toString())) {
      assertThat(transport.getClass().getSimpleName())
          .isEqualTo(is9 ? "Rest5ClientTransport" : "RestClientTransport");
    }
    // With version 9 the connector has to do without the older library.
    assertThat(catchThrowable(() -> Class.forName("org.elasticsearch.client.RestClient")))
        .matches(absent -> is9 ? absent instanceof ClassNotFoundException : absent == null);
  }

  @Test
  void bulkWithContext_20000Documents_searchEmitsEachOnceAndClosesThePointInTime(
      ElasticsearchServer server) throws Exception {
    try (Index index = Index.create(server.uri().toString(), "round-trip")) {
      List<Pair<BulkResponseItem, Integer>> written =
          get(
              SourceWithContext.fromPairs(
                      Source.range(0, DOCUMENTS - 1).map(i -> Pair.create(operation(index, i), i)))
                  .via(ElasticsearchFlow.bulkWithContext(index.async(), bulk))
                  .runWith(Sink.seq(), system));

      assertThat(written).hasSize(DOCUMENTS);
      for (int i = 0; i < DOCUMENTS; i++) {
        assertThat(written.get(i).second()).isEqualTo(i);
        assertThat(written.get(i).first().id()).isEqualTo(id(i));
        assertThat(written.get(i).first().status()).isEqualTo(201);
      }
      index.refresh();
      assertThat(index.count()).isEqualTo(DOCUMENTS);
      List<Doc> found =
          search(index).stream().map(Hit::source).map(Objects::requireNonNull).toList();
      assertThat(found)
          .hasSize(DOCUMENTS)
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, DOCUMENTS).mapToObj(ElasticsearchIT::document).toList());
      // At once: the search has waited for it.
      assertThat(openContexts(server, index)).isZero();
    }
  }

  @Test
  void search_cancelled_closesThePointInTime(ElasticsearchServer server) throws Exception {
    try (Index index = Index.create(server.uri().toString(), "cancelled")) {
      write(index, operations(index, 100), bulk);
      index.refresh();
      SinkQueueWithCancel<Hit<Doc>> hits =
          ElasticsearchSource.search(
                  index.async(), request(index), Doc.class, search.withPageSize(10))
              .runWith(Sink.queue(), system);
      assertThat(get(hits.pull())).isPresent();
      assertThat(openContexts(server, index)).isEqualTo(1);

      hits.cancel();

      await().untilAsserted(() -> assertThat(openContexts(server, index)).isZero());
    }
  }

  @Test
  void search_routed_findsItsDocument(ElasticsearchServer server) throws Exception {
    try (Index index = Index.create(server.uri().toString(), "routed")) {
      BulkOperation routed =
          BulkOperation.of(
              o -> o.index(i -> i.index(index.name()).id("a").routing("r").document(document(1))));
      write(index, List.of(routed), bulk);
      index.refresh();
      SearchRequest request =
          ElasticClient.routedBy("r", new SearchRequest.Builder().index(index.name())).build();

      List<Hit<Doc>> hits =
          get(
              ElasticsearchSource.search(index.async(), request, Doc.class, search)
                  .runWith(Sink.seq(), system));

      assertThat(hits).extracting(Hit::id).containsExactly("a");
    }
  }

  @Test
  void search_noSuchIndex_failsWithTheClientsException(ElasticsearchServer server)
      throws Exception {
    try (Index index = Index.open(server.uri().toString(), "no-such-index")) {
      assertThat(failure(search, index))
          .isInstanceOfSatisfying(
              ElasticsearchException.class, e -> assertThat(e.status()).isEqualTo(404));
    }
  }

  @Test
  void bulk_replayed_changesNothing(ElasticsearchServer server) throws Exception {
    try (Index index = Index.create(server.uri().toString(), "replayed")) {
      write(index, operations(index, SOME_DOCUMENTS), bulk);
      index.refresh();
      Map<String, Long> before = versions(index);

      List<BulkResponseItem> again = write(index, operations(index, SOME_DOCUMENTS), bulk);

      index.refresh();
      assertThat(again).extracting(BulkResponseItem::status).containsOnly(200);
      assertThat(index.count()).isEqualTo(SOME_DOCUMENTS);
      assertThat(before).hasSize(SOME_DOCUMENTS).containsEntry(id(7), 7L);
      assertThat(versions(index)).isEqualTo(before);
    }
  }

  @Test
  void bulk_olderVersion_isAHarmlessConflict(ElasticsearchServer server) throws Exception {
    try (Index index = Index.create(server.uri().toString(), "conflict")) {
      write(index, List.of(Bulk.upsert(index.name(), "a", 5, document(5))), bulk);

      List<BulkResponseItem> items =
          write(
              index,
              List.of(
                  Bulk.upsert(index.name(), "a", 4, document(4)),
                  Bulk.delete(index.name(), "a", 3),
                  Bulk.upsert(index.name(), "b", 1, document(1))),
              bulk);

      index.refresh();
      assertThat(items).extracting(BulkResponseItem::status).containsExactly(409, 409, 201);
      assertThat(versions(index)).isEqualTo(Map.of("a", 5L, "b", 1L));
    }
  }

  @Test
  void bulk_deleteOfWhatIsNotThere_isDone(ElasticsearchServer server) throws Exception {
    try (Index index = Index.create(server.uri().toString(), "deleted")) {
      List<BulkResponseItem> items =
          write(index, List.of(Bulk.delete(index.name(), "absent", 1)), bulk);

      assertThat(items).extracting(BulkResponseItem::status).containsExactly(404);
    }
  }

  @Test
  void bulk_documentDoesNotFitTheMapping_failsTheStream(ElasticsearchServer server)
      throws Exception {
    try (Index index = Index.create(server.uri().toString(), "refused-fail")) {
      assertThat(failure(bulk, index, unfit(index)))
          .isInstanceOfSatisfying(
              BulkOperationException.class,
              e -> {
                assertThat(e.status()).isEqualTo(400);
                assertThat(e.operation()).isEqualTo("index");
                assertThat(e.index()).isEqualTo(index.name());
                assertThat(e.id()).isEqualTo("unfit");
                assertThat(e.errorType()).isEqualTo("document_parsing_exception");
                assertThat(e).hasMessageNotContaining("secret");
              });
    }
  }

  @Test
  void bulk_documentDoesNotFitTheMappingWithEmit_emitsItsItem(ElasticsearchServer server)
      throws Exception {
    try (Index index = Index.create(server.uri().toString(), "refused-emit")) {
      List<BulkResponseItem> items =
          write(index, unfit(index), bulk.withOnFailure(FailurePolicy.EMIT));

      assertThat(items).extracting(BulkResponseItem::status).containsExactly(201, 400, 201);
      assertThat(items.get(1).id()).isEqualTo("unfit");
      assertThat(items.get(1).error()).isNotNull();
      index.refresh();
      assertThat(index.count()).isEqualTo(2);
    }
  }

  @Test
  void bulk_nobodyListens_triesAgainThenFailsWithTheClientsException() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Retries retries = new Retries();
    try (Index index = Index.open("http://127.0.0.1:" + port, "unreachable")) {
      assertThat(failure(retrying(2).withObserver(retries), index, operations(index, 3)))
          .isInstanceOf(ConnectException.class);
    }
    assertThat(retries.causes).hasSize(2).allMatch(cause -> cause instanceof ConnectException);
  }

  @ParameterizedTest
  @CsvSource({
    "429,json",
    "502,json",
    "503,json",
    "504,json",
    "429,html",
    "502,html",
    "503,html",
    "504,html",
    "0,reset"
  })
  void bulk_refusedForNow_isSentAgain(int status, String kind, ElasticsearchServer server)
      throws Exception {
    String name = "transient-" + status + kind;
    try (FaultyFront front =
            new FaultyFront(
                server.uri(), "/_bulk", (n, body) -> n <= 2 ? fault(status, kind) : null);
        Index index = Index.create(front.uri(), name)) {
      Retries retries = new Retries();

      List<BulkResponseItem> items =
          write(
              index,
              operations(index, 10),
              bulk.withMaxOperations(10).withFlush(FlushPolicy.WHEN_DUE).withObserver(retries));

      assertThat(items).extracting(BulkResponseItem::status).containsOnly(201).hasSize(10);
      assertThat(front.requests()).isEqualTo(3);
      assertThat(retries.causes).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void bulk_refusedForEver_failsWithTheClientsException(int status, ElasticsearchServer server)
      throws Exception {
    try (FaultyFront front =
            new FaultyFront(server.uri(), "/_bulk", (n, body) -> Fault.json(status));
        Index index = Index.open(front.uri(), "for-ever")) {
      Throwable failure = failure(retrying(2), index, operations(index, 10));

      assertThat(failure.getClass().getName()).matches("(co\\.elastic|org\\.elasticsearch)\\..*");
      assertThat(failure).hasMessageContaining("busy");
      assertThat(front.requests()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400,json",
    "401,json",
    "403,json",
    "500,json",
    "400,html",
    "401,html",
    "403,html",
    "500,html"
  })
  void bulk_refusedForGood_failsAtOnce(int status, String kind, ElasticsearchServer server)
      throws Exception {
    try (FaultyFront front =
            new FaultyFront(server.uri(), "/_bulk", (n, body) -> fault(status, kind));
        Index index = Index.open(front.uri(), "for-good")) {
      Throwable failure = failure(bulk, index, operations(index, 10));

      assertThat(failure.getClass().getName()).matches("(co\\.elastic|org\\.elasticsearch)\\..*");
      assertThat(front.requests()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "html"})
  void bulk_tooLarge_isSentInHalves(String kind, ElasticsearchServer server) throws Exception {
    try (FaultyFront front =
            new FaultyFront(
                server.uri(),
                "/_bulk",
                (n, body) -> body.length() > 500 ? fault(413, kind) : null);
        Index index = Index.create(front.uri(), "too-large-" + kind)) {
      List<BulkResponseItem> items = write(index, operations(index, 10), bulk);

      assertThat(items).extracting(BulkResponseItem::status).containsOnly(201).hasSize(10);
      assertThat(front.requests()).isGreaterThan(3);
    }
  }

  @ParameterizedTest
  @CsvSource({"429,json", "503,json", "429,html", "503,html", "0,reset"})
  void search_refusedForNow_isReadAgain(int status, String kind, ElasticsearchServer server)
      throws Exception {
    AtomicInteger faults = new AtomicInteger();
    try (FaultyFront front =
            new FaultyFront(
                server.uri(),
                "/_search",
                (n, body) -> {
                  if (n % 2 == 0) {
                    return null;
                  }
                  faults.incrementAndGet();
                  return fault(status, kind);
                });
        Index index = Index.create(front.uri(), "search-" + status + kind)) {
      write(index, operations(index, 25), bulk);
      index.refresh();

      assertThat(search(index, search.withPageSize(10)))
          .extracting(Hit::id)
          .hasSize(25)
          .doesNotHaveDuplicates();
      assertThat(faults).hasValue(3);
    }
  }

  @Test
  void bulk_serverKilledAndRestarted_losesNothing(@OwnServer ElasticsearchServer server)
      throws Exception {
    try (Index index = Index.create(server.uri().toString(), "killed")) {
      Retries retries = new Retries();
      AtomicInteger confirmed = new AtomicInteger();
      CompletionStage<List<BulkResponseItem>> writing =
          Source.from(operations(index, SOME_DOCUMENTS))
              .throttle(SOME_DOCUMENTS / 4, Duration.ofSeconds(1))
              .via(ElasticsearchFlow.bulk(index.async(), patient().withObserver(retries)))
              .wireTap(item -> confirmed.incrementAndGet())
              .runWith(Sink.seq(), system);
      await().untilAtomic(confirmed, n -> assertThat(n).isPositive());

      server.kill();
      await().untilAsserted(() -> assertThat(retries.causes).isNotEmpty());
      server.restart();

      assertThat(get(writing)).hasSize(SOME_DOCUMENTS);
      index.refresh();
      assertThat(index.count()).isEqualTo(SOME_DOCUMENTS);
    }
  }

  @Test
  void bulk_serverPaused_timesOutAndIsSentAgain(@OwnServer ElasticsearchServer server)
      throws Exception {
    try (Index index = Index.create(server.uri().toString(), "paused")) {
      Retries retries = new Retries();
      server.pause();
      CompletionStage<List<BulkResponseItem>> writing =
          Source.from(operations(index, 100))
              .via(
                  ElasticsearchFlow.bulk(
                      index.async(),
                      patient().withTimeout(Duration.ofMillis(300)).withObserver(retries)))
              .runWith(Sink.seq(), system);
      await().untilAsserted(() -> assertThat(retries.causes.size()).isGreaterThan(1));
      server.resume();

      assertThat(get(writing)).hasSize(100);
      index.refresh();
      assertThat(index.count()).isEqualTo(100);
    }
  }

  private static Fault fault(int status, String kind) {
    return switch (kind) {
      case "json" -> Fault.json(status);
      case "html" -> Fault.html(status);
      default -> Fault.RESET;
    };
  }

  private static BulkSettings retrying(int times) {
    return bulk.withRetry(bulk.retry().withMaxAttempts(times))
        .withMaxOperations(10)
        .withFlush(FlushPolicy.WHEN_DUE);
  }

  /** A restart takes some seconds. */
  private static BulkSettings patient() {
    return bulk.withRetry(bulk.retry().withMaxAttempts(10_000));
  }

  private static Doc document(int number) {
    return new Doc(0, number, "key " + number, "value " + number);
  }

  private static String id(int number) {
    return TOPIC + "+0+" + number;
  }

  private static BulkOperation operation(Index index, int number) {
    return Bulk.index(index.name(), TOPIC, 0, number, document(number));
  }

  private static List<BulkOperation> operations(Index index, int count) {
    return IntStream.range(0, count).mapToObj(i -> operation(index, i)).toList();
  }

  private static List<BulkOperation> unfit(Index index) {
    return List.of(
        operation(index, 0),
        Bulk.upsert(index.name(), "unfit", 1, Map.of("offset", "secret")),
        operation(index, 1));
  }

  private static List<BulkResponseItem> write(
      Index index, List<BulkOperation> operations, BulkSettings with) throws Exception {
    return get(
        Source.from(operations)
            .via(ElasticsearchFlow.bulk(index.async(), with))
            .runWith(Sink.seq(), system));
  }

  private static Throwable failure(BulkSettings with, Index index, List<BulkOperation> operations) {
    return causeOf(catchThrowable(() -> write(index, operations, with)));
  }

  private static Throwable failure(SearchSettings with, Index index) {
    return causeOf(catchThrowable(() -> search(index, with)));
  }

  private static Throwable causeOf(Throwable thrown) {
    assertThat(thrown).isInstanceOf(ExecutionException.class);
    return Objects.requireNonNull(thrown.getCause());
  }

  private static SearchRequest request(Index index) {
    return SearchRequest.of(r -> r.index(index.name()).version(true));
  }

  private static List<Hit<Doc>> search(Index index) throws Exception {
    return search(index, search);
  }

  private static List<Hit<Doc>> search(Index index, SearchSettings with) throws Exception {
    return get(
        ElasticsearchSource.search(index.async(), request(index), Doc.class, with)
            .runWith(Sink.seq(), system));
  }

  private static Map<String, Long> versions(Index index) throws Exception {
    return search(index).stream()
        .collect(
            Collectors.toMap(
                hit -> Objects.requireNonNull(hit.id()),
                hit -> Objects.requireNonNull(hit.version())));
  }

  /** Asked without the client, whose types for this differ between versions. */
  private static int openContexts(ElasticsearchServer server, Index index) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(server.uri() + "/_nodes/stats/indices/search?level=indices"))
            .build();
    JsonNode nodes =
        new ObjectMapper()
            .readTree(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body())
            .path("nodes");
    assertThat(nodes.size()).isEqualTo(1);
    return nodes
        .iterator()
        .next()
        .at("/indices/indices/" + index.name() + "/search/open_contexts")
        .asInt(-1);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static final class Retries implements Observer {
    final List<Throwable> causes = new CopyOnWriteArrayList<>();

    @Override
    public void retried(String name, long elements, Throwable cause) {
      causes.add(cause);
    }
  }
}
