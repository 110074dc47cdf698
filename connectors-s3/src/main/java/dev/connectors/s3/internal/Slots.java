package dev.connectors.s3.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs a bounded number of requests at a time, the others in turn. Thread-safe. */
final class Slots {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int free;

  Slots(int number) {
    this.free = number;
  }

  /** What {@code request} gives, which is made when there is a slot. */
  <T> CompletableFuture<T> run(Supplier<CompletableFuture<T>> request) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable start = () -> start(request, result);
    synchronized (this) {
      if (free == 0) {
        waiting.add(start);
        return result;
      }
      free--;
    }
    start.run();
    return result;
  }

  private <T> void start(Supplier<CompletableFuture<T>> request, CompletableFuture<T> result) {
    CompletableFuture<T> made;
    try {
      made = request.get();
    } catch (RuntimeException e) {
      made = CompletableFuture.failedFuture(e);
    }
    var unused =
        made.whenComplete(
            (@Nullable T value, @Nullable Throwable failure) -> {
              free();
              if (failure != null) {
                result.completeExceptionally(failure);
              } else {
                result.complete(value);
              }
            });
  }

  private void free() {
    Runnable next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        free++;
      }
    }
    if (next != null) {
      next.run();
    }
  }
}
