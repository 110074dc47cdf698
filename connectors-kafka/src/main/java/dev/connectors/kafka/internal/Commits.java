package dev.connectors.kafka.internal;

import dev.connectors.core.Observer;
import dev.connectors.core.internal.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commits of one consumer: any number of requests become one commit of all frontiers, one at a
 * time. All but {@link #ask} is for the consumer's thread.
 */
final class Commits {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);
  private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

  private final Consumer<?, ?> consumer;
  private final long timeoutNanos;
  private final Observer observer;
  private final String name;

  private @Nullable CompletableFuture<Done> asked; // guarded by this
  private boolean closed; // guarded by this

  // The consumer's thread only.
  private @Nullable CompletableFuture<Done> running;
  private boolean sent;
  private long startedAt;
  private long retryAt;

  Commits(Consumer<?, ?> consumer, Duration timeout, Observer observer, String name) {
    this.consumer = consumer;
    this.timeoutNanos = timeout.toNanos();
    this.observer = observer;
    this.name = name;
  }

  /**
   * Asks for a commit of what is settled by now. After the source has closed there is nothing left
   * to commit.
   */
  synchronized CompletionStage<Done> ask() {
    if (closed) {
      return CompletableFuture.completedFuture(Done.getInstance());
    }
    if (asked == null) {
      asked = new CompletableFuture<>();
    }
    return asked;
  }

  /** Whether somebody waits for a commit, be it under way or not. */
  boolean areAwaited() {
    if (running != null) {
      return true;
    }
    synchronized (this) {
      return asked != null;
    }
  }

  private synchronized @Nullable CompletableFuture<Done> takeAsked() {
    CompletableFuture<Done> taken = asked;
    asked = null;
    return taken;
  }

  /** Sends what was asked for, unless a commit is under way. */
  void proceed(Collection<PartitionLane> lanes, long now) {
    if (sent || (running != null && now - retryAt < 0)) {
      return;
    }
    if (running == null) {
      running = takeAsked();
      if (running == null) {
        return;
      }
      startedAt = now;
    }
    CompletableFuture<Done> request = running;
    List<PartitionLane> moved = new ArrayList<>();
    Map<TopicPartition, OffsetAndMetadata> offsets = uncommitted(lanes, moved);
    if (offsets.isEmpty()) {
      running = null;
      request.complete(Done.getInstance());
      return;
    }
    sent = true;
    consumer.commitAsync(
        offsets,
        (committed, cause) -> {
          sent = false;
          if (running != request) {
            return; // settled meanwhile by a synchronous commit
          }
          if (cause == null) {
            running = null;
            committed(moved, offsets);
            request.complete(Done.getInstance());
          } else if (isPassing(cause) && System.nanoTime() - startedAt < timeoutNanos) {
            retryAt = System.nanoTime() + PAUSE_NANOS;
          } else {
            running = null;
            request.completeExceptionally(cause);
          }
        });
  }

  /**
   * Commits all frontiers and waits for it; a failure leaves the records to be read again and is
   * told, not thrown.
   *
   * @return false when the group is being rebalanced, so that it may go well after the next poll
   */
  boolean now(Collection<PartitionLane> lanes, Duration timeout) {
    CompletableFuture<Done> earlier = running;
    running = null;
    CompletableFuture<Done> request = takeAsked();
    long deadline = System.nanoTime() + timeout.toNanos();
    startedAt = System.nanoTime();
    Throwable failure = null;
    List<PartitionLane> moved = new ArrayList<>();
    Map<TopicPartition, OffsetAndMetadata> offsets = uncommitted(lanes, moved);
    if (!offsets.isEmpty()) {
      try {
        commitSync(offsets, deadline);
        committed(moved, offsets);
      } catch (RuntimeException cause) {
        failure = cause;
        LOG.warn(
            "{}: committing {} failed, the records after the last commit will be read again",
            name,
            offsets,
            cause);
      }
    }
    settle(earlier, failure);
    settle(request, failure);
    return !(failure instanceof RebalanceInProgressException);
  }

  private void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, long deadline) {
    while (true) {
      long left = Math.max(1, deadline - System.nanoTime());
      try {
        consumer.commitSync(offsets, Duration.ofNanos(left));
        return;
      } catch (WakeupException late) {
        // A wake-up meant for the poll before; it is used up now.
      }
    }
  }

  /**
   * A commit that a hand-over or the end has overtaken is no failure of the stream: the records are
   * read again.
   */
  private static void settle(
      @Nullable CompletableFuture<Done> request, @Nullable Throwable failure) {
    if (request != null) {
      if (failure == null || isPassing(failure)) {
        request.complete(Done.getInstance());
      } else {
        request.completeExceptionally(failure);
      }
    }
  }

  /** From now on there is nothing to commit. */
  void close() {
    CompletableFuture<Done> last;
    synchronized (this) {
      closed = true;
      last = asked;
      asked = null;
    }
    settle(last, null);
    settle(running, null);
  }

  private static Map<TopicPartition, OffsetAndMetadata> uncommitted(
      Collection<PartitionLane> lanes, List<PartitionLane> moved) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (PartitionLane lane : lanes) {
      long frontier = lane.uncommittedFrontier();
      if (frontier != Lane.NONE) {
        offsets.put(lane.partition, new OffsetAndMetadata(frontier + 1));
        moved.add(lane);
      }
    }
    return offsets;
  }

  private void committed(
      List<PartitionLane> moved, Map<TopicPartition, OffsetAndMetadata> offsets) {
    long elements = 0;
    for (PartitionLane lane : moved) {
      OffsetAndMetadata committed = offsets.get(lane.partition);
      if (committed != null) {
        elements += lane.committed(committed.offset() - 1);
      }
    }
    observer.committed(name, elements, Duration.ofNanos(System.nanoTime() - startedAt));
  }

  /**
   * Whether it may go well after the next poll, which rejoins the group or finds the coordinator.
   */
  private static boolean isPassing(Throwable cause) {
    return cause instanceof RetriableException
        || cause instanceof RebalanceInProgressException
        || cause instanceof CommitFailedException;
  }
}
