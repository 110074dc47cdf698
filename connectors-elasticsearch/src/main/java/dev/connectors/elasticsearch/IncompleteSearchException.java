package dev.connectors.elasticsearch;

/**
 * Elasticsearch answered a search with only a part of the hits, because it ran out of time or some
 * shards failed. Hits of the pages before were complete and may have been emitted.
 */
public final class IncompleteSearchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean timedOut;
  private final int failedShards;
  private final int totalShards;

  /** For the connector and for tests of code that handles this exception. */
  public IncompleteSearchException(boolean timedOut, int failedShards, int totalShards) {
    super(
        "the search is incomplete: "
            + (timedOut ? "timed out, " : "")
            + failedShards
            + " of "
            + totalShards
            + " shards failed");
    this.timedOut = timedOut;
    this.failedShards = failedShards;
    this.totalShards = totalShards;
  }

  /** Whether the search's own {@code timeout} was over. */
  public boolean timedOut() {
    return timedOut;
  }

  /** How many shards gave no hits because they failed. */
  public int failedShards() {
    return failedShards;
  }

  /** How many shards were asked. */
  public int totalShards() {
    return totalShards;
  }
}
