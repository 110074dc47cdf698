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
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/**
 * The commits of one consumer: any number of requests become one commit of all frontiers, one at a
 * time. All but {@link #ask} is for the consumer's thread.
 */
final class Commits {
  private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

  private final Consumer<?, ?> consumer;
  private final Duration timeout;
  private final long timeoutNanos;
  private final Observer observer;
  private final String name;

  private @Nullable CompletableFuture<Done> asked; // guarded by this
  private boolean closed; // guarded by this
  private @Nullable Throwable closedWith; // likewise

  // The consumer's thread only.
  private @Nullable CompletableFuture<Done> running;
  private boolean sent; // and not answered, be it running or not
  private long startedAt;
  private long retryAt;

  Commits(Consumer<?, ?> consumer, Duration timeout, Observer observer, String name) {
    this.consumer = consumer;
    this.timeout = timeout;
    this.timeoutNanos = timeout.toNanos();
    this.observer = observer;
    this.name = name;
  }

  /**
   * Asks for a commit of what is settled by now. After the source has closed there is nothing left
   * to commit, or its last commit has failed, and so has this one.
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

  /** Sends what was asked for, unless a commit is under way; that fails when its time is over. */
  void proceed(Collection<PartitionLane> lanes, long now) {
    if (running == null) {
      running = takeAsked();
      if (running == null) {
        return;
      }
      startedAt = now;
      retryAt = now;
    }
    if (sent) {
      // With the new protocol the client never answers while it finds no coordinator.
      if (now - startedAt >= timeoutNanos) {
        settle(new TimeoutException("No answer to a commit within " + timeout));
      }
      return;
    }
    if (now - retryAt < 0) {
      return;
    }
    CompletableFuture<Done> request = running;
    List<PartitionLane> moved = new ArrayList<>();
    Map<TopicPartition, OffsetAndMetadata> offsets = uncommitted(lanes, moved);
    if (offsets.isEmpty()) {
      settle(null);
      return;
    }
    sent = true;
    consumer.commitAsync(
        offsets,
        (committed, cause) -> {
          sent = false;
          if (running != request) {
            return; // settled meanwhile by a synchronous commit, or as too late
          }
          if (cause == null) {
            committed(moved, offsets);
            settle(null);
          } else if (mayPass(cause) && System.nanoTime() - startedAt < timeoutNanos) {
            retryAt = System.nanoTime() + PAUSE_NANOS;
          } else {
            settle(cause);
          }
        });
  }

  /**
   * Commits all frontiers and waits for it. What asked for a commit is told of it; it goes on
   * waiting when the commit {@linkplain #mayPass may go well} after the next poll.
   *
   * @return why it failed, or null
   */
  @Nullable RuntimeException now(Collection<PartitionLane> lanes, Duration timeout) {
    long start = System.nanoTime();
    long deadline = start + timeout.toNanos();
    if (running == null) {
      startedAt = start; // or the time of what is under way would begin anew
    }
    takeAskedToo();
    List<PartitionLane> moved = new ArrayList<>();
    Map<TopicPartition, OffsetAndMetadata> offsets = uncommitted(lanes, moved);
    if (!offsets.isEmpty()) {
      try {
        commitSync(offsets, deadline);
        committed(moved, offsets);
      } catch (RuntimeException cause) {
        if (mayPass(cause)) {
          retryAt = System.nanoTime() + PAUSE_NANOS;
        } else {
          settle(cause);
        }
        return cause;
      }
    }
    settle(null);
    return null;
  }

  /** As {@link #now} if somebody waits for a commit, be it under way or not. */
  void nowIfAwaited(Collection<PartitionLane> lanes, Duration timeout) {
    if (running != null ? System.nanoTime() - retryAt >= 0 : isAsked()) {
      var unused = now(lanes, timeout); // told to whoever waits, or tried again
    }
  }

  /** Whether nobody waits for a commit. */
  boolean areIdle() {
    return running == null && !isAsked();
  }

  private synchronized boolean isAsked() {
    return asked != null;
  }

  /**
   * What is asked by now and what is under way are answered by the same commit, which is not the
   * one under way: that may go well without what is asked now.
   */
  private void takeAskedToo() {
    CompletableFuture<Done> more = takeAsked();
    CompletableFuture<Done> request = running;
    if (request == null) {
      running = more;
    } else if (more != null) {
      CompletableFuture<Done> both = new CompletableFuture<>();
      var unused =
          both.whenComplete(
              (done, cause) -> {
                answer(request, cause);
                answer(more, cause);
              });
      running = both;
    }
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

  private void settle(@Nullable Throwable failure) {
    CompletableFuture<Done> request = running;
    running = null;
    if (request != null) {
      answer(request, failure);
    }
  }

  private static void answer(CompletableFuture<Done> request, @Nullable Throwable failure) {
    if (failure == null) {
      request.complete(Done.getInstance());
    } else {
      request.completeExceptionally(failure);
    }
  }

  /**
   * From now on there is nothing to commit.
   *
   * @param failure why the last commit failed, or null
   */
  void close(@Nullable Throwable failure) {
    synchronized (this) {
      closed = true;
      closedWith = failure;
    }
    takeAskedToo();
    settle(failure);
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
  static boolean mayPass(Throwable cause) {
    return cause instanceof RetriableException
        || cause instanceof RebalanceInProgressException
        || cause instanceof CommitFailedException;
  }
}
