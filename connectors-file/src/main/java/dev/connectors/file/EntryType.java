package dev.connectors.file;

/** What an archive says that an entry is. */
public enum EntryType {
  FILE,
  DIRECTORY,
  SYMBOLIC_LINK,
  HARD_LINK,
  /** A device, a pipe, or what else is none of the others. */
  OTHER
}
