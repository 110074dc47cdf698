package dev.connectors.kafka.internal;

import dev.connectors.core.Health;
import dev.connectors.core.Observer;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import dev.connectors.core.internal.Tracked;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer's thread: polls for as long as the source lives, reads ahead, pauses and resumes,
 * commits, and hands partitions over. Everything that touches the consumer happens here.
 */
final class ConsumerLoop<K, V> implements Runnable, ConsumerRebalanceListener, InFlight.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(ConsumerLoop.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration SLICE = Duration.ofMillis(20);

  /** What the stage is told, on whichever thread it happens. */
  interface Listener {
    /** There are records to take, room to emit them, or an end to take note of. */
    void wake();
  }

  private enum Phase {
    RUNNING,
    /** Stopped by the control. */
    DRAINING,
    /** Reading has failed: the stream is still given what was read before. */
    FAILED,
    /** The stream was cancelled or has failed: what is in flight may never be settled. */
    CANCELLED
  }

  private final ConsumerSettings<K, V> settings;
  private final Subscription subscription;
  private final Listener listener;
  private final Observer observer;
  private final String name;
  private final @Nullable InFlight window;
  private final ReadAhead<K, V> readAhead;
  private final long lookNanos;
  private final CompletableFuture<Done> shutdown = new CompletableFuture<>();

  // The consumer's thread only.
  private final Map<TopicPartition, PartitionLane> lanes = new HashMap<>();

  @SuppressWarnings("NullAway.Init") // made by the thread before anything else
  private Consumer<K, V> consumer;

  @SuppressWarnings("NullAway.Init") // likewise; nobody can ask for a commit before it has read
  private Commits commits;

  private boolean paused;
  private long lookedAt;
  private long progressSeen;

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);
  private volatile @Nullable Throwable failure;
  private volatile boolean rejected;
  private volatile boolean streamEnded;
  private volatile boolean polling;

  // Written by the consumer's thread, for health.
  private volatile boolean polled;
  private volatile boolean closed;
  private volatile long progressAt = System.nanoTime();
  private volatile long lag = -1;
  private volatile List<String> stuck = List.of();

  ConsumerLoop(
      ConsumerSettings<K, V> settings,
      Subscription subscription,
      boolean committable,
      Listener listener) {
    this.settings = settings;
    this.subscription = subscription;
    this.listener = listener;
    this.observer = settings.observer();
    this.name = "kafka-" + settings.properties().getOrDefault("group.id", subscription);
    this.window = committable ? new InFlight(settings.inFlight(), this) : null;
    this.readAhead =
        new ReadAhead<>(
            settings.bufferElements(), settings.bufferBytes(), listener::wake, this::interruptPoll);
    Duration stuckAfter = settings.inFlight().stuckAfter();
    this.lookNanos = Math.min(LOOK.toNanos(), Math.max(1, stuckAfter.toNanos() / 2));
    this.lookedAt = System.nanoTime() - lookNanos;
  }

  /** Starts the thread; it is a daemon, so that a forgotten stream doesn't keep the JVM alive. */
  void start() {
    Thread thread = new Thread(this, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Nullable InFlight window() {
    return window;
  }

  String name() {
    return name;
  }

  ReadAhead<K, V> readAhead() {
    return readAhead;
  }

  /** The stage has emitted what it could of {@code batch}. */
  void emitted(RecordBatch<K, V> batch) {
    readAhead.done(batch);
    if (batch.emitted() > 0) {
      observer.emitted(name, batch.emitted(), batch.bytes * batch.emitted() / batch.size);
    }
  }

  /** Whether the stage is to emit no more. */
  boolean isStopped() {
    return phase.get() != Phase.RUNNING && failure == null;
  }

  /** Why the stream has to fail, when all that was read before is emitted. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Whether the failure is a rejection, after which nothing more is to be emitted. */
  boolean isRejected() {
    return rejected;
  }

  CompletionStage<Done> whenShutdown() {
    return shutdown;
  }

  void stop() {
    if (phase.compareAndSet(Phase.RUNNING, Phase.DRAINING)) {
      listener.wake();
      interruptPoll();
    }
  }

  /** The stream was cancelled or has failed; after a stop this is its ordinary end. */
  void cancel() {
    if (phase.compareAndSet(Phase.RUNNING, Phase.CANCELLED)
        || phase.compareAndSet(Phase.FAILED, Phase.CANCELLED)) {
      interruptPoll();
    }
  }

  /** The stream has come to its end: what is not settled now never will be. */
  void streamEnded() {
    streamEnded = true;
    interruptPoll();
  }

  Health health() {
    if (closed) {
      return new Health(Health.State.STOPPED, 0, 0, Duration.ZERO, -1, List.of());
    }
    Health.State state =
        phase.get() != Phase.RUNNING
            ? Health.State.DRAINING
            : polled ? Health.State.RUNNING : Health.State.STARTING;
    // Not from the last look, which is long ago when the consumer's thread is held up.
    return new Health(
        state,
        window == null ? 0 : window.elements(),
        window == null ? 0 : window.bytes(),
        Duration.ofNanos(System.nanoTime() - progressAt),
        lag,
        stuck);
  }

  // ---- the loop

  @Override
  public void run() {
    try {
      open();
    } catch (Throwable cause) { // an Error too must reach the stream
      fail(cause);
      ended();
      return;
    }
    try {
      subscribe();
      while (phase.get() == Phase.RUNNING) {
        turn();
      }
    } catch (Throwable cause) {
      fail(cause);
    }
    try {
      drain();
    } catch (RuntimeException cause) {
      LOG.warn("{}: draining ended early, what is not committed will be read again", name, cause);
    } finally {
      close();
    }
  }

  /** Not at materialization: a graph that then fails would never close the client. */
  private void open() {
    Map<String, Object> properties = new HashMap<>(settings.properties());
    if (window == null) {
      properties.putIfAbsent(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    } else {
      properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    }
    consumer = settings.consumerFactory().apply(properties);
    commits = new Commits(consumer, settings.commitTimeout(), observer, name);
  }

  private void fail(Throwable cause) {
    failure = cause;
    phase.compareAndSet(Phase.RUNNING, Phase.FAILED);
    listener.wake();
  }

  private void turn() {
    commits.proceed(lanes.values(), System.nanoTime());
    pauseOrResume();
    handOn(poll());
    polled = true;
    look();
  }

  private void subscribe() {
    if (subscription instanceof Subscription.Topics topics) {
      consumer.subscribe(topics.names(), this);
    } else if (subscription instanceof Subscription.TopicPattern topics) {
      consumer.subscribe(topics.pattern(), this);
    } else if (subscription instanceof Subscription.Assignment assignment) {
      consumer.assign(assignment.partitions());
      onPartitionsAssigned(assignment.partitions());
      assignment.offsets().forEach(consumer::seek);
      if (!assignment.timestamps().isEmpty()) {
        seekTo(assignment.timestampsInMillis());
      }
    }
  }

  private void seekTo(Map<TopicPartition, Long> timestamps) {
    Map<TopicPartition, @Nullable OffsetAndTimestamp> found = consumer.offsetsForTimes(timestamps);
    for (TopicPartition partition : timestamps.keySet()) {
      OffsetAndTimestamp at = found.get(partition);
      if (at == null) {
        consumer.seekToEnd(List.of(partition));
      } else {
        consumer.seek(partition, at.offset());
      }
    }
  }

  private ConsumerRecords<K, V> poll() {
    polling = true;
    try {
      return consumer.poll(settings.pollTimeout());
    } catch (WakeupException woken) {
      return ConsumerRecords.empty();
    } finally {
      polling = false;
    }
  }

  /** Ends a poll that waits while there is something else to do. */
  private void interruptPoll() {
    if (polling) {
      consumer.wakeup();
    }
  }

  private void handOn(ConsumerRecords<K, V> records) {
    if (records.isEmpty()) {
      return;
    }
    progressAt = System.nanoTime();
    List<RecordBatch<K, V>> batches = new ArrayList<>();
    for (TopicPartition partition : records.partitions()) {
      PartitionLane lane = lanes.get(partition);
      if (lane != null) {
        List<ConsumerRecord<K, V>> polled = records.records(partition);
        batches.add(new RecordBatch<>(lane, polled));
      }
    }
    readAhead.add(batches);
  }

  private void pauseOrResume() {
    boolean full = readAhead.isFull();
    if (full != paused) {
      if (full) {
        consumer.pause(consumer.assignment());
      } else {
        consumer.resume(consumer.assignment());
      }
      paused = full;
    }
  }

  // ---- partitions come and go

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      Lane lane = window == null ? null : window.lane(partition.toString());
      lanes.put(partition, new PartitionLane(partition, lane));
    }
    if (paused) {
      consumer.pause(partitions);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    List<PartitionLane> leaving = seal(partitions);
    if (window != null && !leaving.isEmpty()) {
      boolean inPoll = polling;
      polling = false; // a wake-up from now on would hit the commit
      if (!awaitSettled(window, leaving)) {
        LOG.warn(
            "{}: {} handed over with elements in flight after {}, they will be read again by the new owner",
            name,
            partitions,
            settings.handOverTimeout());
      }
      commits.now(lanes.values(), settings.closeTimeout());
      polling = inPoll;
    }
    forget(leaving);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    forget(seal(partitions));
  }

  private List<PartitionLane> seal(Collection<TopicPartition> partitions) {
    List<PartitionLane> leaving = new ArrayList<>(partitions.size());
    for (TopicPartition partition : partitions) {
      PartitionLane lane = lanes.get(partition);
      if (lane != null) {
        lane.seal();
        leaving.add(lane);
      }
    }
    readAhead.drop(leaving);
    return leaving;
  }

  private boolean awaitSettled(InFlight inFlight, Collection<PartitionLane> leaving) {
    List<Lane> tracked = trackedLanes(leaving);
    long start = System.nanoTime();
    while (true) {
      Duration left =
          willSettleNoMore()
              ? Duration.ZERO
              : settings.handOverTimeout().minusNanos(System.nanoTime() - start);
      boolean last = left.compareTo(SLICE) <= 0;
      if (inFlight.awaitSettled(tracked, last ? left : SLICE, this::commitIfAwaited)) {
        return true;
      }
      if (last) {
        return false;
      }
    }
  }

  /** What is in flight may be held up by a committer that waits for its commits. */
  private void commitIfAwaited() {
    if (commits.areAwaited()) {
      commits.now(lanes.values(), settings.closeTimeout());
    }
  }

  private boolean willSettleNoMore() {
    return streamEnded || phase.get() == Phase.CANCELLED;
  }

  private static List<Lane> trackedLanes(Collection<PartitionLane> some) {
    List<Lane> tracked = new ArrayList<>(some.size());
    for (PartitionLane lane : some) {
      if (lane.lane != null) {
        tracked.add(lane.lane);
      }
    }
    return tracked;
  }

  private void forget(Collection<PartitionLane> leaving) {
    for (PartitionLane lane : leaving) {
      lanes.remove(lane.partition);
      if (lane.lane != null) {
        lane.lane.revoke();
      }
    }
  }

  // ---- the end

  /** Waits for what is in flight; the consumer stays in its group and commits meanwhile. */
  private void drain() {
    InFlight inFlight = window;
    if (failure == null) {
      lanes.values().forEach(PartitionLane::seal);
    }
    if (inFlight == null) {
      return;
    }
    paused = true;
    consumer.pause(consumer.assignment());
    long start = System.nanoTime();
    long progress = start;
    long before = inFlight.elements();
    while (!streamEnded && (inFlight.elements() > 0 || phase.get() == Phase.FAILED)) {
      long now = System.nanoTime();
      if (inFlight.elements() != before) {
        before = inFlight.elements();
        progress = now;
      }
      if (now - start > settings.drainTimeout().toNanos()
          || (phase.get() == Phase.CANCELLED
              && now - progress > settings.cancelGrace().toNanos())) {
        break;
      }
      commits.proceed(lanes.values(), now);
      poll();
      look();
    }
  }

  /**
   * A member that leaves while others join has to go through with the rebalance before it may
   * commit.
   */
  private void commitLast() {
    long start = System.nanoTime();
    while (!commits.now(lanes.values(), settings.closeTimeout())
        && System.nanoTime() - start < settings.closeTimeout().toNanos()) {
      poll();
    }
  }

  private void close() {
    List<PartitionLane> all = new ArrayList<>(lanes.values());
    if (window != null) { // or else what was read before a failure may still be emitted
      all.forEach(PartitionLane::seal);
    }
    try {
      commitLast();
    } finally {
      commits.close();
      forget(new ArrayList<>(lanes.values()));
      try {
        consumer.close(
            org.apache.kafka.clients.consumer.CloseOptions.timeout(settings.closeTimeout()));
      } catch (RuntimeException cause) {
        LOG.warn("{}: closing the consumer failed", name, cause);
      } finally {
        ended();
      }
    }
  }

  private void ended() {
    closed = true;
    shutdown.complete(Done.getInstance());
  }

  // ---- health and observation, about once a second

  private void look() {
    long now = System.nanoTime();
    if (now - lookedAt < lookNanos) {
      return;
    }
    lookedAt = now;
    long total = -1;
    for (PartitionLane lane : lanes.values()) {
      long behind = consumer.currentLag(lane.partition).orElse(-1);
      if (behind >= 0) {
        observer.lag(name, lane.partition.toString(), behind);
        total = Math.max(total, 0) + behind;
      }
    }
    lag = total;
    InFlight inFlight = window;
    if (inFlight == null) {
      return;
    }
    long elements = inFlight.elements();
    observer.inFlight(name, elements, inFlight.bytes());
    if (elements != progressSeen) {
      progressSeen = elements;
      progressAt = now;
    }
    for (Tracked element : inFlight.newlyStuck(now)) {
      LOG.warn(
          "{}: {} has been unsettled for {}; with CommitOrder.ANY_ORDER an element that the stream drops must be committed",
          name,
          element,
          settings.inFlight().stuckAfter());
    }
    stuck = inFlight.stuck().stream().map(Tracked::toString).toList();
  }

  // ---- what the window asks of its source

  @Override
  public void resume() {
    listener.wake();
  }

  @Override
  public CompletionStage<Done> commit() {
    return commits.ask();
  }

  @Override
  public CompletionStage<Done> rejected(Tracked element, Throwable cause) {
    observer.rejected(name, cause);
    rejected = true;
    failure = cause;
    phase.compareAndSet(Phase.RUNNING, Phase.CANCELLED);
    listener.wake();
    interruptPoll();
    return CompletableFuture.completedFuture(Done.getInstance());
  }
}
