package dev.connectors.file;

/** What becomes of files that are there when the watching of their directory begins. */
public enum ExistingFiles {
  /** They are announced as created. */
  ANNOUNCE,
  /** Only their changes are announced. */
  IGNORE
}
