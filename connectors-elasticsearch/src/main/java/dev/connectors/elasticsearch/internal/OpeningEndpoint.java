package dev.connectors.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.ErrorResponse;
import co.elastic.clients.elasticsearch.core.OpenPointInTimeRequest;
import co.elastic.clients.elasticsearch.core.OpenPointInTimeResponse;
import co.elastic.clients.transport.JsonEndpoint;
import co.elastic.clients.transport.endpoints.DelegatingJsonEndpoint;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The opening of a point in time with the routing of the search. It is handed over as it goes over
 * the wire, because the client's requests have it as a text in version 8 and as a list in version
 * 9: code that is compiled against the one does not link with the other.
 */
final class OpeningEndpoint
    extends DelegatingJsonEndpoint<OpenPointInTimeRequest, OpenPointInTimeResponse, ErrorResponse> {
  private final @Nullable String routing;

  OpeningEndpoint(@Nullable String routing) {
    super(
        (JsonEndpoint<OpenPointInTimeRequest, OpenPointInTimeResponse, ErrorResponse>)
            OpenPointInTimeRequest._ENDPOINT);
    this.routing = routing;
  }

  @Override
  public Map<String, String> queryParameters(OpenPointInTimeRequest request) {
    Map<String, String> parameters = new HashMap<>(super.queryParameters(request));
    if (routing != null) {
      parameters.put("routing", routing);
    }
    return parameters;
  }
}
