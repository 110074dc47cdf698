package dev.connectors.elasticsearch;

/**
 * What becomes of an operation that Elasticsearch refuses for good, for example because the
 * document does not fit the mapping.
 */
public enum FailurePolicy {
  /**
   * The stream fails with a {@link BulkOperationException}, at once: results that were confirmed
   * and not yet emitted are dropped, and so are operations in flight.
   */
  FAIL,
  /**
   * The {@code BulkResponseItem} is emitted in its place, and its {@code error()} tells why.
   * Whoever chooses this must look at {@link BulkOperationException#of}, or else documents are lost
   * in silence; {@code DeadLetters.divert} does.
   */
  EMIT
}
