package dev.connectors.elasticsearch;

/**
 * Which version conflicts (status 409) are harmless: they count as done, and the {@code
 * BulkResponseItem} is emitted with that status and without an {@code error()}. All other conflicts
 * are subject to the {@link FailurePolicy}.
 */
public enum ConflictPolicy {
  /**
   * Those of operations with version type {@code external} or {@code external_gte}: the index has a
   * newer version already, which is what such an operation asks for.
   */
  EXTERNAL_VERSION,
  /**
   * Those, and those of {@code create} with a document id: the document is there already. For
   * replays into data streams and append-only indices.
   */
  EXTERNAL_VERSION_OR_CREATE,
  /** None. */
  NEVER
}
