package dev.connectors.file;

import java.nio.file.Path;

/**
 * What became of a file.
 *
 * @param kind what
 * @param path the watched directory resolved with the file's name in it
 * @param size in bytes, when it was seen last
 */
public record FileChange(Kind kind, Path path, long size) {

  /** What can become of a file. */
  public enum Kind {
    /** It is there, and complete. */
    CREATED,
    /** It was written again or replaced, and is complete. */
    MODIFIED,
    /** It is gone: deleted, or renamed. */
    DELETED
  }
}
