package dev.connectors.core.internal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One of the files or objects that elements are written into. Not thread-safe.
 *
 * @param <T> the elements
 * @param <R> what it is when it is complete
 */
public interface RollingTarget<T, R> {
  /** What tells it from others. */
  Object name();

  /** Writes one more. */
  void write(T element) throws IOException;

  /** How many it has, encoded. */
  long bytes();

  /**
   * There are no more; it is complete at once or later. When this fails it is to be aborted.
   *
   * @param elements how many were written
   */
  void end(long elements) throws IOException;

  /** Null until it is complete, at its end or later in {@link RollingStore#advance}. */
  @Nullable R result();

  /** Leaves nothing of it, unless it is complete. */
  void abort() throws IOException;
}
