package dev.connectors.file;

/** What becomes of a file that has the name of one that is to be written or moved. */
public enum ExistingPolicy {
  /** It is replaced in one step: whoever opens the name finds the one or the other, whole. */
  REPLACE,
  /**
   * It stays as it is, and the stream fails with {@code FileAlreadyExistsException}. Where hard
   * links are refused, others may see an empty file of the name for a moment.
   */
  FAIL
}
