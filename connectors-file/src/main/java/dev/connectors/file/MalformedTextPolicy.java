package dev.connectors.file;

/** What becomes of bytes that are no text in their charset, and of text that a charset lacks. */
public enum MalformedTextPolicy {
  /** The stream fails with {@link CodecException}, after what is before. */
  FAIL,
  /** It becomes U+FFFD, or the charset's own replacement, mostly a question mark. */
  REPLACE
}
