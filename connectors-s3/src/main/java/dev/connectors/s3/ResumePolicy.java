package dev.connectors.s3;

/** What becomes of an upload in parts that was interrupted. */
public enum ResumePolicy {
  /** One that fails is aborted, and each begins anew. */
  NEVER,
  /**
   * One that fails is left as it is. One of the same bucket and key that was left, by a failure or
   * a crash, is continued: parts that are there already, with the very content that they are to
   * have, are not sent again. For keys that are written by one uploader at a time; two would
   * continue the same upload, but for objects that one stream rolls, which follow each other.
   */
  BY_KEY
}
