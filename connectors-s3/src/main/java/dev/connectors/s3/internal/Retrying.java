package dev.connectors.s3.internal;

import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request again when its failure is one that passes. On futures alone, so that a stage that
 * has ended can still clean up. Thread-safe.
 */
final class Retrying {
  private final String name;
  private final RetrySettings settings;
  private final Duration timeout;
  private final Observer observer;
  private final BooleanSupplier isWanted;

  /**
   * @param timeout of each attempt
   * @param isWanted asked before each attempt, which is not made if the stream has ended, or what
   *     the request is for has failed
   */
  Retrying(
      String name,
      RetrySettings settings,
      Duration timeout,
      Observer observer,
      BooleanSupplier isWanted) {
    this.name = name;
    this.settings = settings;
    this.timeout = timeout;
    this.observer = observer;
    this.isWanted = isWanted;
  }

  /**
   * The response of {@code request}, or the client's own exception, not wrapped. Cancelling it
   * cancels the attempt in flight and makes it the last.
   */
  <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> request) {
    Attempts<T> attempts = new Attempts<>(request);
    attempts.next();
    return attempts.result;
  }

  private final class Attempts<T> {
    final CompletableFuture<T> result = new CompletableFuture<>();
    private final Supplier<CompletableFuture<T>> request;
    private volatile @Nullable CompletableFuture<T> attempt;
    private int retries;
    private long firstFailureAt;
    private @Nullable Throwable lastFailure;

    Attempts(Supplier<CompletableFuture<T>> request) {
      this.request = request;
      var unused =
          result.whenComplete(
              (response, failure) -> {
                CompletableFuture<T> current = attempt;
                if (current != null && result.isCancelled()) {
                  current.cancel(true);
                }
              });
    }

    void next() {
      try {
        send();
      } catch (Throwable e) { // an Error too, or who uses the result would wait for ever
        result.completeExceptionally(e);
      }
    }

    private void send() {
      if (result.isDone()) {
        return;
      }
      if (!isWanted.getAsBoolean()) {
        result.completeExceptionally(
            lastFailure != null
                ? lastFailure
                : new IllegalStateException(
                    "not sent: the stream has ended or what it is for has failed"));
        return;
      }
      CompletableFuture<T> next = request.get();
      attempt = next;
      var unused =
          next.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS).whenComplete(this::finished);
      if (result.isCancelled()) {
        next.cancel(true);
      }
    }

    private void finished(@Nullable T response, @Nullable Throwable failure) {
      if (failure != null) {
        try {
          failed(Failures.unwrap(failure));
        } catch (Throwable e) { // of the user's predicate or observer
          result.completeExceptionally(e);
        }
      } else if (response == null) {
        result.completeExceptionally(new IllegalStateException("the client gave no response"));
      } else {
        result.complete(response);
      }
    }

    private void failed(Throwable failure) {
      long now = System.nanoTime();
      if (retries == 0) {
        firstFailureAt = now;
      }
      if (!Failures.isTransient(failure)
          || !isWanted.getAsBoolean()
          || !settings.retries(failure, retries, Duration.ofNanos(now - firstFailureAt))) {
        result.completeExceptionally(failure);
        return;
      }
      lastFailure = failure;
      observer.retried(name, 1, failure);
      CompletableFuture.delayedExecutor(settings.backoff(retries++).toNanos(), TimeUnit.NANOSECONDS)
          .execute(this::next);
    }
  }
}
