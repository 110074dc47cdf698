package dev.connectors.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.ErrorResponse;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.json.JsonpDeserializer;
import co.elastic.clients.transport.JsonEndpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The search of a point in time: the client's endpoint without what belongs to the opening of the
 * point in time, and what the server therefore refuses here. A request can't be rid of these parts
 * itself, since its builder only adds to a list of indices.
 */
final class SearchEndpoint<T>
    implements JsonEndpoint<SearchRequest, SearchResponse<T>, ErrorResponse> {
  private static final Set<String> OF_THE_POINT_IN_TIME =
      Set.of(
          "routing",
          "preference",
          "ignore_unavailable",
          "allow_no_indices",
          "expand_wildcards",
          "ignore_throttled",
          "ccs_minimize_roundtrips");

  private final JsonEndpoint<SearchRequest, SearchResponse<T>, ErrorResponse> endpoint;

  SearchEndpoint(Class<T> type) {
    endpoint =
        (JsonEndpoint<SearchRequest, SearchResponse<T>, ErrorResponse>)
            SearchRequest.<T>createSearchEndpoint(JsonpDeserializer.of(type));
  }

  /** What the search is routed by, or null. */
  @Nullable String routing(SearchRequest request) {
    return endpoint.queryParameters(request).get("routing");
  }

  @Override
  public String id() {
    return endpoint.id();
  }

  @Override
  public String method(SearchRequest request) {
    return endpoint.method(request);
  }

  @Override
  public String requestUrl(SearchRequest request) {
    return "/_search";
  }

  @Override
  public Map<String, String> queryParameters(SearchRequest request) {
    Map<String, String> parameters = new HashMap<>(endpoint.queryParameters(request));
    parameters.keySet().removeAll(OF_THE_POINT_IN_TIME);
    return parameters;
  }

  @Override
  public Map<String, String> headers(SearchRequest request) {
    return endpoint.headers(request);
  }

  @Override
  public @Nullable Object body(SearchRequest request) {
    return endpoint.body(request);
  }

  @Override
  public boolean isError(int statusCode) {
    return endpoint.isError(statusCode);
  }

  @Override
  public @Nullable JsonpDeserializer<ErrorResponse> errorDeserializer(int statusCode) {
    return endpoint.errorDeserializer(statusCode);
  }

  @Override
  public JsonpDeserializer<SearchResponse<T>> responseDeserializer() {
    return endpoint.responseDeserializer();
  }
}
