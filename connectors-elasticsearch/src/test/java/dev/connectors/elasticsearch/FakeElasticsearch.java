package dev.connectors.elasticsearch;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.http.HttpHost;
import org.elasticsearch.client.RestClient;
import org.jspecify.annotations.Nullable;

/** An HTTP server that speaks as much of Elasticsearch as the tests need, and fails on demand. */
final class FakeElasticsearch implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  static {
    // Or else each answer is held back by 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** One operation as it came over the wire. */
  record Received(String kind, JsonNode header, @Nullable JsonNode document) {
    String index() {
      return header.path("_index").asText();
    }

    String id() {
      return header.path("_id").asText();
    }

    int number() {
      return document == null ? -1 : document.path("number").asInt(-1);
    }
  }

  /** What to answer to a whole request; a status of 0 resets the connection. */
  record Answer(int status, String body) {
    static final Answer RESET = new Answer(0, "");

    static Answer error(int status, String type) {
      return new Answer(
          status,
          "{\"error\":{\"type\":\"%s\",\"reason\":\"for a test\"},\"status\":%d}"
              .formatted(type, status));
    }
  }

  final List<List<Received>> bulks = new CopyOnWriteArrayList<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  final Map<String, AtomicInteger> confirmed = new ConcurrentHashMap<>();
  final AtomicInteger running = new AtomicInteger();
  final AtomicInteger mostRunning = new AtomicInteger();

  /** Answers a whole bulk, or null to go through its items. */
  volatile Function<List<Received>, @Nullable Answer> onBulk = bulk -> null;

  /** The status of one operation. */
  volatile Function<Received, Integer> onItem = item -> 201;

  /** Answers _search and _pit, by path and body. */
  volatile Function<Search, Answer> onSearch = search -> Answer.error(500, "unexpected");

  record Search(String method, String path, String query, JsonNode body) {}

  private volatile CountDownLatch resumed = new CountDownLatch(0);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final RestClient restClient;
  private final RestClientTransport transport;
  final ElasticsearchAsyncClient client;

  FakeElasticsearch() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    restClient =
        RestClient.builder(
                new HttpHost(
                    server.getAddress().getAddress(), server.getAddress().getPort(), "http"))
            .build();
    transport = new RestClientTransport(restClient, new JacksonJsonpMapper());
    client = new ElasticsearchAsyncClient(transport);
  }

  private void handle(HttpExchange exchange) throws IOException {
    mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
    Answer answer;
    try {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      String query = exchange.getRequestURI().getQuery();
      requests.add(exchange.getRequestMethod() + " " + path + (query == null ? "" : "?" + query));
      resumed.await();
      if (path.endsWith("/_bulk")) {
        answer = bulk(new String(body, StandardCharsets.UTF_8));
      } else {
        answer =
            onSearch.apply(
                new Search(
                    exchange.getRequestMethod(),
                    path,
                    query == null ? "" : query,
                    JSON.readTree(
                        body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body)));
      }
    } catch (RuntimeException e) {
      answer = Answer.error(500, "test_failed");
    } catch (InterruptedException e) { // closed while it was stalled
      Thread.currentThread().interrupt();
      answer = Answer.RESET;
    } finally {
      running.decrementAndGet();
    }
    if (answer.status == 0) {
      exchange.close();
      return;
    }
    byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("X-Elastic-Product", "Elasticsearch");
    exchange
        .getResponseHeaders()
        .add("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8");
    exchange.sendResponseHeaders(answer.status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** From now on requests are taken and not answered. */
  void stall() {
    resumed = new CountDownLatch(1);
  }

  /** Answers what was taken meanwhile, and all that comes. */
  void resume() {
    resumed.countDown();
  }

  private Answer bulk(String body) throws IOException {
    List<Received> bulk = new ArrayList<>();
    String[] lines = body.split("\n", -1);
    for (int i = 0; i < lines.length - 1; i++) {
      JsonNode action = JSON.readTree(lines[i]);
      String kind = action.fieldNames().next();
      JsonNode document = kind.equals("delete") ? null : JSON.readTree(lines[++i]);
      bulk.add(new Received(kind, action.get(kind), document));
    }
    bulks.add(bulk);
    Answer answer = onBulk.apply(bulk);
    if (answer != null) {
      return answer;
    }
    StringBuilder items = new StringBuilder();
    boolean errors = false;
    for (Received received : bulk) {
      int status = onItem.apply(received);
      boolean isError = status >= 300 && !(status == 404 && received.kind.equals("delete"));
      errors |= isError;
      if (!isError) {
        confirmed
            .computeIfAbsent(received.index() + "/" + received.id(), id -> new AtomicInteger())
            .incrementAndGet();
      }
      items
          .append(items.isEmpty() ? "" : ",")
          .append(
              "{\"%s\":{\"_index\":\"%s\",\"_id\":\"%s\",\"status\":%d%s}}"
                  .formatted(
                      received.kind,
                      received.index(),
                      received.id(),
                      status,
                      isError
                          ? ",\"error\":{\"type\":\"type_%d\",\"reason\":\"for a test\"}"
                              .formatted(status)
                          : ""));
    }
    return new Answer(200, "{\"took\":1,\"errors\":%s,\"items\":[%s]}".formatted(errors, items));
  }

  /** No server any more; the client stays open. */
  void stop() {
    server.stop(0);
  }

  @Override
  public void close() throws IOException {
    transport.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
