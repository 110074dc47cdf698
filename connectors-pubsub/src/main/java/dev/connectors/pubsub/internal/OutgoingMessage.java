package dev.connectors.pubsub.internal;

import com.google.api.core.ApiFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.Uninterruptibles;
import com.google.pubsub.v1.PubsubMessage;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A message that is with the client, and what it comes to; for the stage alone.
 *
 * @param <C> the context
 */
final class OutgoingMessage<C> {
  final PubsubMessage message;
  final C context;
  final int size;

  /** In nanoseconds. */
  final long takenAt;

  private @Nullable ApiFuture<String> future;
  private @Nullable RuntimeException refusal;
  private boolean awaited;

  OutgoingMessage(PubsubMessage message, C context, int size, long takenAt) {
    this.message = message;
    this.context = context;
    this.size = size;
    this.takenAt = takenAt;
  }

  /** It is with the client, perhaps once more. */
  void sent(ApiFuture<String> newFuture) {
    future = newFuture;
    awaited = false;
  }

  /** It never was with the client, and won't be. */
  void refused(RuntimeException cause) {
    refusal = cause;
  }

  boolean isRefused() {
    return refusal != null;
  }

  boolean isDone() {
    return refusal != null || future().isDone();
  }

  /** Has {@code wake} run, by any thread, when it is done; once for each time it was sent. */
  void await(Runnable wake) {
    if (!awaited && refusal == null) {
      awaited = true;
      future().addListener(wake, MoreExecutors.directExecutor());
    }
  }

  /** Its id; it is done and has not failed. */
  String id() {
    try {
      return Objects.requireNonNull(Uninterruptibles.getUninterruptibly(future()));
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Why it was not confirmed; null if it was. It is done. */
  @Nullable Throwable failure() {
    if (refusal != null) {
      return refusal;
    }
    try {
      Uninterruptibles.getUninterruptibly(future());
      return null;
    } catch (ExecutionException failed) {
      return failed.getCause();
    }
  }

  /** It was sent. */
  ApiFuture<String> future() {
    return Objects.requireNonNull(future, "not sent");
  }
}
