package dev.connectors.elasticsearch.internal;

import co.elastic.clients.transport.TransportException;
import co.elastic.clients.transport.http.TransportHttpClient;
import co.elastic.clients.util.BinaryData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer with an error status and no body, as a proxy gives. */
record ClientFailure(int statusCode) implements TransportHttpClient.Response {
  TransportException exception() {
    return new TransportException(this, "failed", "es/bulk");
  }

  @Override
  public TransportHttpClient.@Nullable Node node() {
    return null;
  }

  @Override
  public @Nullable String header(String name) {
    return null;
  }

  @Override
  public List<String> headers(String name) {
    return List.of();
  }

  @Override
  public @Nullable BinaryData body() {
    return null;
  }

  @Override
  public @Nullable Object originalResponse() {
    return null;
  }

  @Override
  public void close() {}
}
