package dev.connectors.jms.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/** Who waits for one session's confirmation. All but {@link #ask} is for the session's thread. */
final class Requests {
  private @Nullable CompletableFuture<Done> asked; // guarded by this
  private boolean closed; // guarded by this
  private @Nullable Throwable closedWith; // likewise

  // The session's thread only.
  private final List<CompletableFuture<Done>> waiting = new ArrayList<>();
  private long waitingSince;

  /**
   * Asks for what is settled by now. After the end there is nothing left to confirm, or the last
   * confirmation has failed, and so has this one.
   */
  synchronized CompletionStage<Done> ask() {
    if (closed) {
      return closedWith == null
          ? CompletableFuture.completedFuture(Done.getInstance())
          : CompletableFuture.failedFuture(closedWith);
    }
    if (asked == null) {
      asked = new CompletableFuture<>();
    }
    return asked.copy(); // others wait for it, too
  }

  private synchronized @Nullable CompletableFuture<Done> takeAsked() {
    CompletableFuture<Done> taken = asked;
    asked = null;
    return taken;
  }

  /**
   * Takes note of who has asked: what is settled at this moment covers them. To be called before
   * the frontier is read.
   *
   * @return whether anybody waits
   */
  boolean take(long nowNanos) {
    CompletableFuture<Done> taken = takeAsked();
    if (taken != null) {
      if (waiting.isEmpty()) {
        waitingSince = nowNanos;
      }
      waiting.add(taken);
    }
    return !waiting.isEmpty();
  }

  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** For how long the first of them waits. */
  long waitedNanos(long nowNanos) {
    return waiting.isEmpty() ? 0 : nowNanos - waitingSince;
  }

  /** Tells all who wait. */
  void answer(@Nullable Throwable failure) {
    List<CompletableFuture<Done>> told = List.copyOf(waiting);
    waiting.clear();
    for (CompletableFuture<Done> request : told) {
      if (failure == null) {
        request.complete(Done.getInstance());
      } else {
        request.completeExceptionally(failure);
      }
    }
  }

  /**
   * From now on there is nothing to confirm.
   *
   * @param failure why the last confirmation failed, or null
   */
  void close(@Nullable Throwable failure) {
    synchronized (this) {
      closed = true;
      closedWith = failure;
    }
    take(0);
    answer(failure);
  }
}
