package dev.connectors.testkit.internal;

import java.net.URI;

/** Asks a node over HTTP. */
public final class ElasticsearchHealth {
  private ElasticsearchHealth() {}

  /** Whether the node at {@code uri} answers, and has its shards back after a restart. */
  public static boolean isGood(URI uri) {
    return HttpAnswer.status(
            uri.resolve(
                "/_cluster/health?wait_for_status=yellow&wait_for_no_initializing_shards=true"
                    + "&timeout=1s"))
        == 200;
  }
}
