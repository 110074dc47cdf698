package dev.connectors.file;

import java.io.IOException;
import java.nio.file.Path;

/** A line is longer than {@code max-line}. The message does not quote it. */
public final class LineTooLongException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final long offset;

  /**
   * @param offset of its first byte in the file
   * @param limit in bytes
   */
  public LineTooLongException(Path path, long offset, int limit) {
    super(
        "the line at byte %d of %s is longer than max-line, %d bytes: raise it, or set on-long-line"
            .formatted(offset, path, limit));
    this.path = path.toString();
    this.offset = offset;
  }

  /** The file. */
  public Path path() {
    return Path.of(path);
  }

  /** Where the line begins, in bytes. */
  public long offset() {
    return offset;
  }
}
