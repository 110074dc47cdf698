package dev.connectors.file;

/** What is synced to the disk before a file counts as written. */
public enum SyncPolicy {
  /** Nothing: after a crash of the machine the file may be missing, empty or incomplete. */
  NEVER,
  /** Its content, before it gets its name: after a crash of the machine it is whole or missing. */
  FILE,
  /** Its content and its name: it is there after a crash of the machine. */
  FILE_AND_DIRECTORY
}
