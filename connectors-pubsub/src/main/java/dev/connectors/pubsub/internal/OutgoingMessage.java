package dev.connectors.pubsub.internal;

import com.google.api.core.ApiFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.Uninterruptibles;
import com.google.pubsub.v1.PubsubMessage;
import java.util.Objects;
import java.util.concurrent.CancellationException;
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
  private @Nullable String id;
  private @Nullable Throwable failure;
  private boolean refused;
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
    failure = null;
    awaited = false;
  }

  /** It never was with the client, and won't be. */
  void refused(RuntimeException cause) {
    failure = cause;
    refused = true;
  }

  boolean isRefused() {
    return refused;
  }

  boolean isDone() {
    if (id == null && failure == null && future().isDone()) {
      try {
        id = Uninterruptibles.getUninterruptibly(future());
      } catch (ExecutionException failed) {
        failure = failed.getCause();
      } catch (CancellationException cancelled) {
        failure = cancelled;
      }
    }
    return id != null || failure != null;
  }

  /** Has {@code wake} run, by any thread, when it is done; once for each time it was sent. */
  void await(Runnable wake) {
    if (!awaited && !refused) {
      awaited = true;
      future().addListener(wake, MoreExecutors.directExecutor());
    }
  }

  /** Its id; it is done and has not failed. */
  String id() {
    return Objects.requireNonNull(id, "not confirmed");
  }

  /** Why it was not confirmed; null if it was. It is done. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** It was sent. */
  ApiFuture<String> future() {
    return Objects.requireNonNull(future, "not sent");
  }
}
