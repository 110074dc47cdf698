package dev.connectors.docs.quickstart;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.query_dsl.Operator;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.ElasticsearchTransport;
import co.elastic.clients.transport.TransportException;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.message.BasicHeader;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.RestClientBuilder;

/** An index as its cluster sees it. */
final class SearchIndex implements AutoCloseable {
  /** How many documents a search found, and the first of them. */
  record Found(long total, List<ObjectNode> first) {}

  private interface Call<T> {
    T send() throws IOException;
  }

  private static final int HITS = 3;
  private static final int TIMEOUT_MILLIS = 10_000;

  private final String cluster;
  private final String name;
  private final ElasticsearchTransport transport;
  private final ElasticsearchClient client;

  private SearchIndex(String cluster, String name, ElasticsearchTransport transport) {
    this.cluster = cluster;
    this.name = name;
    this.transport = transport;
    this.client = new ElasticsearchClient(transport);
  }

  /**
   * @param uri may hold user and password
   * @throws UserError if the cluster does not answer
   */
  static SearchIndex connect(URI uri, String name) {
    HttpHost host =
        new HttpHost(
            uri.getHost(),
            uri.getPort() < 0 ? ("https".equals(uri.getScheme()) ? 443 : 9200) : uri.getPort(),
            uri.getScheme());
    RestClientBuilder builder =
        RestClient.builder(host)
            .setRequestConfigCallback(request -> request.setConnectTimeout(TIMEOUT_MILLIS));
    String path = uri.getPath();
    if (path != null && path.length() > 1) {
      builder.setPathPrefix(path);
    }
    String user = uri.getUserInfo();
    if (user != null) {
      String basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
      builder.setDefaultHeaders(new Header[] {new BasicHeader("Authorization", "Basic " + basic)});
    }
    SearchIndex index =
        new SearchIndex(
            host.toURI(), name, new RestClientTransport(builder.build(), new JacksonJsonpMapper()));
    try {
      index.checkAnswer();
      return index;
    } catch (RuntimeException e) {
      index.close();
      throw e;
    }
  }

  /** Whether it answers at all is told sooner than the client's own time limits would. */
  private void checkAnswer() {
    try {
      CompletableFuture.supplyAsync(() -> call(client::info))
          .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw silent("no answer within " + TIMEOUT_MILLIS / 1000 + " s");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof UserError told ? told : silent(UserErrors.firstLine(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw silent("interrupted");
    }
  }

  ElasticsearchAsyncClient asyncClient() {
    return new ElasticsearchAsyncClient(transport);
  }

  /** Makes what was indexed searchable, which Elasticsearch does by itself only now and then. */
  void refresh() {
    call(() -> client.indices().refresh(r -> r.index(name).ignoreUnavailable(true)));
  }

  long count() {
    return call(() -> client.count(c -> c.index(name).ignoreUnavailable(true))).count();
  }

  /** The documents in which every word of {@code text} occurs in some field. */
  Found search(String text) {
    SearchResponse<ObjectNode> response =
        call(
            () ->
                client.search(
                    s ->
                        s.index(name)
                            .ignoreUnavailable(true)
                            .size(HITS)
                            .trackTotalHits(t -> t.enabled(true))
                            .query(
                                q ->
                                    q.simpleQueryString(
                                        query ->
                                            query
                                                .query(text)
                                                .defaultOperator(Operator.And)
                                                .lenient(true))),
                    ObjectNode.class));
    List<ObjectNode> first = new ArrayList<>();
    response.hits().hits().forEach(hit -> first.add(Objects.requireNonNull(hit.source())));
    return new Found(Objects.requireNonNull(response.hits().total()).value(), first);
  }

  /** A document on one line. */
  static String describe(ObjectNode document) {
    JsonNode codePoint = document.get("codePoint");
    if (codePoint != null && document.has("name") && document.has("character")) {
      return String.format(
          "%-8s %s  %s",
          codePoint.asText(), document.get("character").asText(), document.get("name").asText());
    }
    String json = document.toString();
    return json.length() <= 100 ? json : json.substring(0, 99) + "…";
  }

  @Override
  public void close() {
    try {
      transport.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private <T> T call(Call<T> call) {
    try {
      return call.send();
    } catch (ElasticsearchException e) {
      throw failed(e.status() + " " + e.getMessage());
    } catch (TransportException e) {
      throw failed("status " + e.statusCode() + ", is it Elasticsearch?");
    } catch (ResponseException e) {
      throw failed("status " + e.getResponse().getStatusLine().getStatusCode());
    } catch (ConnectException e) {
      throw silent("connection refused");
    } catch (IOException e) {
      throw silent(UserErrors.firstLine(e));
    }
  }

  private UserError silent(String why) {
    return new UserError("Elasticsearch does not answer at " + cluster + ": " + why);
  }

  private UserError failed(String how) {
    return new UserError("Elasticsearch at " + cluster + " refused: " + UserErrors.line(how));
  }
}
