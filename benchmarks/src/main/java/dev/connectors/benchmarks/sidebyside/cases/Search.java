package dev.connectors.benchmarks.sidebyside.cases;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.Time;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.http.HttpHost;
import org.elasticsearch.client.RestClient;

/** The cluster, with one client for all contenders. Indices live for a round. */
final class Search implements Servers.Kept {
  /** Operations in a bulk, as is our default. */
  static final int BULK = 1000;

  /** Bulks on their way, as is our default. */
  static final int PARALLELISM = 3;

  private final RestClientTransport transport;
  private final ElasticsearchClient client;
  private final ElasticsearchAsyncClient async;
  private int made;

  private Search(String uri) {
    transport =
        new RestClientTransport(
            RestClient.builder(HttpHost.create(uri)).build(), new JacksonJsonpMapper());
    client = new ElasticsearchClient(transport);
    async = new ElasticsearchAsyncClient(transport);
  }

  static Search of(Servers servers) {
    return servers.once(Search.class, () -> new Search(servers.elasticsearch().toString()));
  }

  ElasticsearchAsyncClient async() {
    return async;
  }

  /** An index of one shard that becomes searchable only when asked. */
  String create() throws IOException {
    String name = "index-" + ++made;
    client
        .indices()
        .create(
            index ->
                index
                    .index(name)
                    .settings(
                        s ->
                            s.numberOfShards("1")
                                .numberOfReplicas("0")
                                .refreshInterval(Time.of(t -> t.time("-1"))))
                    .mappings(
                        m ->
                            m.properties("n", p -> p.long_(l -> l))
                                .properties("text", p -> p.keyword(k -> k.index(false)))));
    return name;
  }

  /** Checks that the documents from 0 up to {@code count} are there, and deletes the index. */
  void checkAndDelete(String name, long count) throws IOException {
    client.indices().refresh(r -> r.index(name));
    SearchResponse<Void> found =
        client.search(
            s ->
                s.index(name)
                    .size(0)
                    .trackTotalHits(t -> t.enabled(true))
                    .aggregations("sum", a -> a.sum(sum -> sum.field("n"))),
            Void.class);
    WrongResult.check("documents", Objects.requireNonNull(found.hits().total()).value(), count);
    double sum = Objects.requireNonNull(found.aggregations().get("sum")).sum().value();
    WrongResult.check("sum of the documents", (long) sum, count * (count - 1) / 2);
    client.indices().delete(d -> d.index(name));
  }

  /** One request of a hand-written loop; fails when an operation has failed. */
  CompletableFuture<BulkResponse> bulk(List<BulkOperation> operations) {
    return async
        .bulk(b -> b.operations(operations))
        .thenApply(
            response -> {
              if (response.errors()) {
                throw new WrongResult("the bulk has errors");
              }
              return response;
            });
  }

  @Override
  public void close() {
    try {
      transport.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
