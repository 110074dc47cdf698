package dev.connectors.core.internal;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Where files or objects that elements are written into are made. Not thread-safe.
 *
 * @param <T> the elements
 * @param <N> names
 * @param <R> what one is when it is complete
 */
public interface RollingStore<T, N, R> {
  /** Begins one. When this fails nothing of it is left. */
  RollingTarget<T, R> open(String partition, N name) throws IOException;

  /**
   * Goes on with what can't be done at once. Nothing but this completes those that have ended, so
   * that all who look at them between two calls see the same.
   *
   * @return whether it takes elements now
   */
  default boolean advance() {
    return true;
  }

  /** Why one of them will never be complete, if that was not told at once; else null. */
  default @Nullable Throwable failure() {
    return null;
  }

  /** Completes when nothing is left of what was aborted, or fails if something is. */
  default CompletableFuture<?> cleared() {
    return CompletableFuture.completedFuture(true);
  }
}
