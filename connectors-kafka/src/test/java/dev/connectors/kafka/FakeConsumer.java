package dev.connectors.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's mock, made to behave as the client does where that matters: it waits in poll, can be
 * woken there and in a synchronous commit, answers commits in a later poll, is assigned what no
 * other member of its group has, leaves it when it is closed, and is for one thread.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the client isn't synchronized either
final class FakeConsumer extends MockConsumer<String, String> {
  private record Commit(
      Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {}

  private final FakeCluster cluster;
  private final LinkedBlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Set<TopicPartition> positioned = new HashSet<>();
  private final Queue<Commit> unanswered = new ArrayDeque<>();
  private final Thread owner = Thread.currentThread();
  private @Nullable ConsumerRebalanceListener listener;
  private boolean joined;

  // What tests look at: the mock is locked while it is in a rebalance.
  private final Map<TopicPartition, Long> read = new ConcurrentHashMap<>();
  private volatile Set<TopicPartition> pausedNow = Set.of();

  final Map<String, Object> properties;
  final AtomicInteger polls = new AtomicInteger();
  final AtomicInteger closings = new AtomicInteger();
  final AtomicInteger requests = new AtomicInteger();
  final AtomicInteger mostUnanswered = new AtomicInteger();
  final List<Map<TopicPartition, Long>> commits = new CopyOnWriteArrayList<>();

  /** What was called on another thread than the client was made on. */
  final List<String> trespasses = new CopyOnWriteArrayList<>();

  /** How the next commits fail. */
  final Queue<RuntimeException> commitFailures = new ConcurrentLinkedQueue<>();

  /** How every commit fails. */
  volatile @Nullable Supplier<RuntimeException> commitFailure;

  /** Whether asynchronous commits stay unanswered until a synchronous one. */
  volatile boolean holdsCommits;

  /** What a synchronous commit does first. */
  volatile Runnable beforeCommitSync = () -> {};

  FakeConsumer(FakeCluster cluster, Map<String, Object> properties) {
    super("earliest");
    this.cluster = cluster;
    this.properties = Map.copyOf(properties);
  }

  /** Runs {@code action} in a poll, where a rebalance happens too. */
  CompletionStage<Void> inPoll(Runnable action) {
    CompletableFuture<Void> ran = new CompletableFuture<>();
    events.add(
        () -> {
          try {
            action.run();
            ran.complete(null);
          } catch (RuntimeException e) {
            ran.completeExceptionally(e);
            throw e;
          }
        });
    return ran;
  }

  /** Has the next poll throw. */
  void failPoll(RuntimeException cause) {
    events.add(
        () -> {
          throw cause;
        });
  }

  /** From the next poll on the group assigns {@code partitions}. */
  CompletionStage<Void> rebalanceTo(TopicPartition... partitions) {
    return inPoll(() -> rebalance(List.of(partitions)));
  }

  void interrupt() {
    events.add(() -> {});
  }

  /** How far {@code partition} has been read. */
  long read(TopicPartition partition) {
    return read.getOrDefault(partition, 0L);
  }

  Set<TopicPartition> pausedNow() {
    return pausedNow;
  }

  boolean isClosed() {
    return closings.get() > 0;
  }

  private void checkThread(String method) {
    if (Thread.currentThread() != owner) {
      trespasses.add(method + " on " + Thread.currentThread().getName());
    }
  }

  // ---- subscribing

  @Override
  public void subscribe(Collection<String> topics, ConsumerRebalanceListener rebalanceListener) {
    checkThread("subscribe");
    listener = rebalanceListener;
    super.subscribe(topics, rebalanceListener);
  }

  @Override
  public void subscribe(Pattern pattern, ConsumerRebalanceListener rebalanceListener) {
    checkThread("subscribe");
    listener = rebalanceListener;
    super.subscribe(pattern, rebalanceListener);
  }

  @Override
  public void seek(TopicPartition partition, long offset) {
    checkThread("seek");
    positioned.add(partition);
    super.seek(partition, offset);
  }

  @Override
  public void seekToEnd(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      seek(partition, cluster.records(partition).size());
    }
  }

  @Override
  public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> times) {
    Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
    times.forEach(
        (partition, time) -> {
          for (ConsumerRecord<String, String> record : cluster.records(partition)) {
            if (record.timestamp() >= time) {
              found.put(partition, new OffsetAndTimestamp(record.offset(), record.timestamp()));
              return;
            }
          }
        });
    return found;
  }

  @Override
  public void rebalance(Collection<TopicPartition> partitions) {
    joined = true;
    super.rebalance(partitions);
    positioned.retainAll(partitions);
    cluster.owned(this, partitions);
  }

  @Override
  public void losePartitions(Collection<TopicPartition> partitions) {
    super.losePartitions(partitions);
    positioned.removeAll(partitions);
    cluster.owned(this, assignment());
  }

  // ---- polling

  @Override
  public ConsumerRecords<String, String> poll(Duration timeout) {
    checkThread("poll");
    polls.incrementAndGet();
    if (!joined && listener != null) {
      Set<TopicPartition> free = cluster.unowned(this);
      if (!free.isEmpty()) { // or else the group gives it some when another member leaves
        rebalance(free);
      }
    }
    if (!holdsCommits) {
      answerCommits();
    }
    Runnable event = hasMore() ? events.poll() : next(timeout);
    if (event != null) {
      event.run();
    }
    if (woken.getAndSet(false)) {
      throw new WakeupException();
    }
    int left = cluster.maxPollRecords;
    for (TopicPartition partition : assignment()) {
      long from = readFrom(partition);
      if (!paused().contains(partition)) {
        List<ConsumerRecord<String, String>> records = cluster.records(partition);
        long to = Math.min(records.size(), from + left);
        for (long offset = from; offset < to; offset++) {
          addRecord(records.get((int) offset));
          left--;
        }
      }
    }
    ConsumerRecords<String, String> records = super.poll(timeout);
    assignment().forEach(partition -> read.put(partition, readFrom(partition)));
    return records;
  }

  private @Nullable Runnable next(Duration timeout) {
    try {
      return events.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new org.apache.kafka.common.errors.InterruptException(e);
    }
  }

  private boolean hasMore() {
    for (TopicPartition partition : assignment()) {
      if (!paused().contains(partition)
          && readFrom(partition) < cluster.records(partition).size()) {
        return true;
      }
    }
    return false;
  }

  private long readFrom(TopicPartition partition) {
    if (positioned.add(partition)) {
      super.seek(partition, cluster.committed.getOrDefault(partition, 0L));
    }
    return super.position(partition);
  }

  @Override
  public OptionalLong currentLag(TopicPartition partition) {
    checkThread("currentLag");
    return OptionalLong.of(cluster.records(partition).size() - readFrom(partition));
  }

  @Override
  public void pause(Collection<TopicPartition> partitions) {
    checkThread("pause");
    super.pause(partitions);
    pausedNow = Set.copyOf(paused());
  }

  @Override
  public void resume(Collection<TopicPartition> partitions) {
    checkThread("resume");
    super.resume(partitions);
    pausedNow = Set.copyOf(paused());
  }

  @Override
  public void wakeup() {
    woken.set(true);
    interrupt();
  }

  // ---- committing

  @Override
  public void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
    checkThread("commitAsync");
    requests.incrementAndGet();
    unanswered.add(new Commit(offsets, callback));
    mostUnanswered.accumulateAndGet(unanswered.size(), Math::max);
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    checkThread("commitSync");
    beforeCommitSync.run();
    if (woken.getAndSet(false)) {
      throw new WakeupException();
    }
    requests.incrementAndGet();
    answerCommits();
    RuntimeException failure = nextFailure();
    if (failure != null) {
      throw failure;
    }
    store(offsets);
  }

  /** In a poll or a synchronous commit only. */
  void answerCommits() {
    List<Commit> due = new ArrayList<>(unanswered);
    unanswered.clear();
    for (Commit commit : due) {
      RuntimeException failure = nextFailure();
      if (failure == null) {
        store(commit.offsets);
      }
      commit.callback.onComplete(commit.offsets, failure);
    }
  }

  private @Nullable RuntimeException nextFailure() {
    Supplier<RuntimeException> always = commitFailure;
    return always == null ? commitFailures.poll() : always.get();
  }

  private void store(Map<TopicPartition, OffsetAndMetadata> offsets) {
    Map<TopicPartition, Long> stored = new HashMap<>();
    offsets.forEach((partition, offset) -> stored.put(partition, offset.offset()));
    commits.add(Map.copyOf(stored));
    cluster.committed.putAll(stored);
  }

  // ---- the end

  @Override
  public void close(CloseOptions options) {
    checkThread("close");
    Set<TopicPartition> owned = assignment();
    if (listener != null && !owned.isEmpty()) {
      listener.onPartitionsRevoked(owned);
    }
    super.close(options);
    cluster.owned(this, Set.of());
    closings.incrementAndGet();
  }
}
