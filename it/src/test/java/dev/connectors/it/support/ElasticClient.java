package dev.connectors.it.support;

import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.json.JsonpMapper;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.ElasticsearchTransport;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import java.lang.reflect.Array;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.apache.http.HttpHost;
import org.elasticsearch.client.RestClient;

/**
 * Elastic's own client in whichever version is on the class path, with the low-level client that is
 * that version's default. Tests are compiled against version 8, which has no other way to make one.
 */
public final class ElasticClient {
  private static final String REST5 = "co.elastic.clients.transport.rest5_client.";

  private ElasticClient() {}

  public static ElasticsearchTransport transport(String uri) {
    try {
      Class.forName(REST5 + "Rest5ClientTransport");
    } catch (ClassNotFoundException version8) {
      return Version8.transport(uri);
    }
    try {
      return rest5(URI.create(uri));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("not the client of version 9 that is expected", e);
    }
  }

  /** The type of the routing is not the same in all versions. */
  public static SearchRequest.Builder routedBy(String routing, SearchRequest.Builder search)
      throws ReflectiveOperationException {
    try {
      search.getClass().getMethod("routing", List.class).invoke(search, List.of(routing));
    } catch (NoSuchMethodException version8) {
      search.getClass().getMethod("routing", String.class).invoke(search, routing);
    }
    return search;
  }

  private static ElasticsearchTransport rest5(URI uri) throws ReflectiveOperationException {
    Class<?> low = Class.forName(REST5 + "low_level.Rest5Client");
    Object uris = Array.newInstance(URI.class, 1);
    Array.set(uris, 0, uri);
    Object builder = low.getMethod("builder", URI[].class).invoke(null, uris);
    Object client = Objects.requireNonNull(builder).getClass().getMethod("build").invoke(builder);
    return Class.forName(REST5 + "Rest5ClientTransport")
        .asSubclass(ElasticsearchTransport.class)
        .getConstructor(low, JsonpMapper.class)
        .newInstance(client, new JacksonJsonpMapper());
  }

  /** A class of its own, not loaded where version 9 runs without the older library. */
  private static final class Version8 {
    static ElasticsearchTransport transport(String uri) {
      return new RestClientTransport(
          RestClient.builder(HttpHost.create(uri)).build(), new JacksonJsonpMapper());
    }
  }
}
