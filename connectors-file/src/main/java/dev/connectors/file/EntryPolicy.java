package dev.connectors.file;

/** What becomes of an entry that is not what a harmless archive has. */
public enum EntryPolicy {
  /** The stream fails with {@link ArchiveException}. */
  FAIL,
  /** It is left out. */
  SKIP,
  /** It is emitted as it is. {@link ArchiveFlow#extract} refuses unsafe names and links still. */
  EMIT
}
