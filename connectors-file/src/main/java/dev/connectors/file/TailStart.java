package dev.connectors.file;

/**
 * Where the files are read from that are there when a tail starts and has no position of them. A
 * file that appears later is read from its beginning.
 */
public enum TailStart {
  /** From the beginning. */
  BEGINNING,
  /** From the end: only lines that are completed from now on. */
  END
}
