package dev.connectors.it.support;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.Time;
import co.elastic.clients.elasticsearch.core.search.Hit;
import co.elastic.clients.elasticsearch.core.search.ResponseBody;
import co.elastic.clients.transport.ElasticsearchTransport;
import dev.connectors.testkit.chaos.Oracle;
import java.io.IOException;
import java.util.Objects;

/** An index of {@link Doc}s, seen through Elastic's own client. */
public final class Index implements AutoCloseable {
  private final ElasticsearchTransport transport;
  private final ElasticsearchClient client;
  private final String name;

  /** What the pipelines index of a record. */
  public record Doc(int partition, long offset, String key, String value) {}

  private Index(String uri, String name) {
    this.transport = ElasticClient.transport(uri);
    this.client = new ElasticsearchClient(transport);
    this.name = name;
  }

  /** Makes the index, with the mapping of {@link Doc}. */
  public static Index create(String uri, String name) throws IOException {
    Index index = open(uri, name);
    index
        .client
        .indices()
        .create(
            request ->
                request
                    .index(name)
                    .settings(s -> s.numberOfShards("1").numberOfReplicas("0"))
                    .mappings(
                        m ->
                            m.properties("partition", p -> p.integer(i -> i))
                                .properties("offset", p -> p.long_(l -> l))
                                .properties("key", p -> p.keyword(k -> k))
                                .properties("value", p -> p.keyword(k -> k.ignoreAbove(256)))));
    return index;
  }

  /** An index that is there. */
  public static Index open(String uri, String name) {
    return new Index(uri, name);
  }

  public String name() {
    return name;
  }

  public ElasticsearchAsyncClient async() {
    return new ElasticsearchAsyncClient(transport);
  }

  public void refresh() throws IOException {
    client.indices().refresh(r -> r.index(name));
  }

  public long count() throws IOException {
    return client.count(c -> c.index(name)).count();
  }

  /** How many records of {@code partition} below {@code offset} are indexed. */
  public long countBelow(int partition, long offset) throws IOException {
    return client
        .count(
            c ->
                c.index(name)
                    .query(
                        q ->
                            q.bool(
                                b ->
                                    b.filter(
                                            f -> f.term(t -> t.field("partition").value(partition)))
                                        .filter(
                                            f ->
                                                f.range(
                                                    r ->
                                                        r.number(
                                                            n ->
                                                                n.field("offset")
                                                                    .lt((double) offset)))))))
        .count();
  }

  /** Tells the oracle of all documents; call {@link #refresh} before. */
  public void show(Oracle oracle) throws IOException {
    Time keep = Time.of(t -> t.time("1m"));
    ResponseBody<Doc> page = client.search(s -> s.index(name).size(10_000).scroll(keep), Doc.class);
    while (!page.hits().hits().isEmpty()) {
      for (Hit<Doc> hit : page.hits().hits()) {
        Doc doc = Objects.requireNonNull(hit.source());
        oracle.seen(doc.key(), "partition " + doc.partition(), doc.value());
      }
      String next = Objects.requireNonNull(page.scrollId());
      page = client.scroll(s -> s.scrollId(next).scroll(keep), Doc.class);
    }
    String last = Objects.requireNonNull(page.scrollId());
    client.clearScroll(s -> s.scrollId(last));
  }

  @Override
  public void close() throws IOException {
    transport.close();
  }
}
