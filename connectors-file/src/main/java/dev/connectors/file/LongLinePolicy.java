package dev.connectors.file;

/** What becomes of a line that is longer than {@code max-line}. */
public enum LongLinePolicy {
  /** The stream fails with {@link LineTooLongException}. */
  FAIL,
  /** Its first {@code max-line} bytes are emitted as the line, the others are left out. */
  TRUNCATE,
  /** It is left out. */
  SKIP
}
