package dev.connectors.pubsub.internal;

import com.google.api.core.ApiFuture;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.RetrySettings;
import dev.connectors.pubsub.MessageTooLargeException;
import dev.connectors.pubsub.PublisherSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The messages that are with the client, in input order, bounded by count and bytes; what failed
 * among them is published again in that order. For the stage alone.
 *
 * @param <C> the context
 */
final class PublishWindow<C> {
  private static final long LARGEST = Publisher.getApiMaxRequestBytes();

  private final Publishing client;
  private final int maxCount;
  private final long maxBytes;
  private final RetrySettings retry;
  private final Runnable wake;
  private final LongSupplier clock;
  private final ArrayDeque<OutgoingMessage<C>> inFlight = new ArrayDeque<>();
  private long bytes;
  private boolean refused;
  private boolean hasFailed;

  private int retries;
  private long firstFailureAt;
  private @Nullable Throwable lastFailure;

  /**
   * @param wake run by any thread when a message that was asked for is done
   * @param clock nanoseconds, as of {@link System#nanoTime}
   */
  PublishWindow(Publishing client, PublisherSettings settings, Runnable wake, LongSupplier clock) {
    this.client = client;
    this.maxCount = settings.maxInFlight();
    this.maxBytes = settings.maxInFlightBytes();
    this.retry = settings.retry();
    this.wake = wake;
    this.clock = clock;
  }

  /** Whether one more may be taken: the one that reaches the bound may exceed it. */
  boolean hasRoom() {
    return inFlight.size() < maxCount && bytes < maxBytes && !refused;
  }

  boolean isEmpty() {
    return inFlight.isEmpty();
  }

  /** What is not confirmed yet. */
  List<ApiFuture<String>> pending() {
    List<ApiFuture<String>> pending = new ArrayList<>();
    for (OutgoingMessage<C> outgoing : inFlight) {
      if (!outgoing.isRefused()) {
        pending.add(outgoing.future());
      }
    }
    return pending;
  }

  /** Whether none has ever failed, as far as the stage knows. */
  boolean isClean() {
    return !hasFailed;
  }

  /** Publishes behind all that were taken before. */
  void take(PubsubMessage message, C context) {
    int size = message.getSerializedSize();
    var outgoing = new OutgoingMessage<>(message, context, size, clock.getAsLong());
    inFlight.add(outgoing);
    bytes += size;
    if (size > LARGEST) {
      refuse(outgoing, new MessageTooLargeException(size, LARGEST));
    } else {
      send(outgoing);
    }
  }

  private void send(OutgoingMessage<C> outgoing) {
    try {
      outgoing.sent(client.publish(outgoing.message));
    } catch (RuntimeException cause) {
      refuse(outgoing, cause);
    }
  }

  /** It fails in its turn, and nothing is taken behind it. */
  private void refuse(OutgoingMessage<C> outgoing, RuntimeException cause) {
    outgoing.refused(cause);
    refused = true;
  }

  /** Sends at once what the client gathers. */
  void flush() {
    client.flush();
  }

  /** Removes the oldest if it is confirmed; null while it isn't: the stage is woken when it is. */
  @Nullable OutgoingMessage<C> poll() {
    OutgoingMessage<C> oldest = inFlight.peek();
    if (oldest == null || !isDone(oldest) || oldest.failure() != null) {
      return null;
    }
    bytes -= oldest.size;
    retries = 0;
    lastFailure = null;
    return inFlight.remove();
  }

  /** Whether the oldest is done; if not, the stage is woken when it is. */
  boolean isOldestDone() {
    OutgoingMessage<C> oldest = inFlight.peek();
    return oldest == null || isDone(oldest);
  }

  /** Why the oldest was not confirmed; null while that isn't known, and if it was. */
  @Nullable Throwable failure() {
    OutgoingMessage<C> oldest = inFlight.peek();
    Throwable failure = oldest == null || !oldest.isDone() ? null : oldest.failure();
    // The client cancels what has the key of a message that failed; that one says why.
    return failure instanceof CancellationException && lastFailure != null ? lastFailure : failure;
  }

  private boolean isDone(OutgoingMessage<C> outgoing) {
    if (!outgoing.isDone()) {
      outgoing.await(wake);
    }
    return outgoing.isDone();
  }

  // ---- once more

  /** Whether what failed with {@code cause} is published again, once {@link #isSettled}. */
  boolean retries(Throwable cause) {
    OutgoingMessage<C> oldest = inFlight.element();
    long now = clock.getAsLong();
    if (retries == 0) {
      firstFailureAt = now;
    }
    return !oldest.isRefused()
        && retry.retries(cause, retries, Duration.ofNanos(now - firstFailureAt));
  }

  /**
   * Whether all are done, so that none of a key can still pass an earlier one of it; if not, the
   * stage is woken when one more is.
   */
  boolean isSettled() {
    for (OutgoingMessage<C> outgoing : inFlight) {
      if (!isDone(outgoing)) {
        return false;
      }
    }
    return true;
  }

  /** The pause before {@link #publishAgain}. */
  Duration pause(Throwable cause) {
    lastFailure = cause;
    hasFailed = true;
    return retry.backoff(retries++);
  }

  /** How many {@link #publishAgain} publishes. */
  int failedCount() {
    int count = 0;
    for (OutgoingMessage<C> outgoing : inFlight) {
      count += failed(outgoing) ? 1 : 0;
    }
    return count;
  }

  /** Publishes all that failed. */
  void publishAgain() {
    Set<String> keys = new LinkedHashSet<>();
    for (OutgoingMessage<C> outgoing : inFlight) {
      if (failed(outgoing) && !outgoing.message.getOrderingKey().isEmpty()) {
        keys.add(outgoing.message.getOrderingKey());
      }
    }
    // Before any of them: were the first to fail at once, those behind it must be held back.
    keys.forEach(client::resume);
    for (OutgoingMessage<C> outgoing : inFlight) {
      if (failed(outgoing)) {
        send(outgoing);
      }
    }
  }

  private static boolean failed(OutgoingMessage<?> outgoing) {
    return !outgoing.isRefused() && outgoing.isDone() && outgoing.failure() != null;
  }
}
