package dev.connectors.elasticsearch.internal;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.core.ClosePointInTimeResponse;
import co.elastic.clients.elasticsearch.core.OpenPointInTimeRequest;
import co.elastic.clients.elasticsearch.core.OpenPointInTimeResponse;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** What a paged search asks of Elasticsearch. */
final class SearchCalls<T> {
  private final ElasticsearchAsyncClient client;
  private final SearchEndpoint<T> endpoint;
  private final OpeningEndpoint opening;

  SearchCalls(ElasticsearchAsyncClient client, SearchRequest request, Class<T> type) {
    this.client = Objects.requireNonNull(client, "client");
    this.endpoint = new SearchEndpoint<>(Objects.requireNonNull(type, "type"));
    this.opening = new OpeningEndpoint(endpoint.routing(request));
  }

  CompletableFuture<OpenPointInTimeResponse> open(OpenPointInTimeRequest open) {
    return client._transport().performRequestAsync(open, opening, client._transportOptions());
  }

  CompletableFuture<SearchResponse<T>> search(SearchRequest search) {
    return client._transport().performRequestAsync(search, endpoint, client._transportOptions());
  }

  CompletableFuture<ClosePointInTimeResponse> close(String pit) {
    return client.closePointInTime(c -> c.id(pit));
  }

  /** For when nobody waits for it any more. */
  void closeUnattended(String pit) {
    try {
      var unused = close(pit);
    } catch (RuntimeException e) {
      // A client that is closed: Elasticsearch closes the point in time after the keep-alive.
    }
  }
}
