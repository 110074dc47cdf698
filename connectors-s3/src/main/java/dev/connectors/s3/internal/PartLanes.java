package dev.connectors.s3.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Makes the parts of an upload whose length is known: several lanes, each of which makes one after
 * the other. After a failure no more are begun.
 */
final class PartLanes {
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  boolean hasFailed() {
    return failure.get() != null;
  }

  /**
   * The parts in their order, or the first failure when all lanes have ended.
   *
   * @param make makes the part of an index, which begins with 0
   */
  CompletableFuture<List<CompletedPart>> run(
      int lanes, int parts, IntFunction<CompletableFuture<CompletedPart>> make) {
    CompletedPart[] completed = new CompletedPart[parts];
    List<CompletableFuture<?>> running = new ArrayList<>();
    int step = Math.min(lanes, parts);
    for (int lane = 0; lane < step; lane++) {
      running.add(from(lane, step, make, completed));
    }
    return CompletableFuture.allOf(running.toArray(new CompletableFuture<?>[0]))
        .handle(
            (done, cause) -> {
              if (cause != null) {
                throw new CompletionException(Objects.requireNonNullElse(failure.get(), cause));
              }
              return List.of(completed);
            });
  }

  private CompletableFuture<Boolean> from(
      int index,
      int step,
      IntFunction<CompletableFuture<CompletedPart>> make,
      CompletedPart[] completed) {
    if (index >= completed.length || hasFailed()) {
      return CompletableFuture.completedFuture(true);
    }
    return make.apply(index)
        .whenComplete(
            (part, cause) -> {
              if (cause != null) { // the other lanes end with the part that they are at
                failure.compareAndSet(null, Failures.unwrap(cause));
              }
            })
        .thenCompose(
            part -> {
              completed[index] = part;
              return from(index + step, step, make, completed);
            });
  }
}
