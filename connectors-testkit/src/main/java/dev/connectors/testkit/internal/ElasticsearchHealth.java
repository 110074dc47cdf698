package dev.connectors.testkit.internal;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a node over HTTP. */
public final class ElasticsearchHealth {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  private ElasticsearchHealth() {}

  /** Whether the node at {@code uri} answers, and has its shards back after a restart. */
  public static boolean isGood(URI uri) {
    HttpRequest health =
        HttpRequest.newBuilder(
                uri.resolve(
                    "/_cluster/health?wait_for_status=yellow&wait_for_no_initializing_shards=true"
                        + "&timeout=1s"))
            .timeout(PATIENCE)
            .build();
    try {
      return HTTP.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
