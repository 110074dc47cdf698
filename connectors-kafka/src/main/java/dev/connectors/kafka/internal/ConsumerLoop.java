package dev.connectors.kafka.internal;

import dev.connectors.core.Health;
import dev.connectors.core.Observer;
import dev.connectors.core.internal.InFlight;
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
import java.util.concurrent.locks.LockSupport;
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

  private static final long FULL_NANOS = Duration.ofMillis(10).toNanos();

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
  private final Partitions partitions;
  private final Vitals vitals;
  private final CompletableFuture<Done> shutdown = new CompletableFuture<>();

  // The consumer's thread only.
  @SuppressWarnings("NullAway.Init") // made by the thread before anything else
  private Consumer<K, V> consumer;

  @SuppressWarnings("NullAway.Init") // likewise; nobody can ask for a commit before it has read
  private Commits commits;

  private boolean paused;
  private boolean leaving;

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);
  private volatile @Nullable Throwable failure;
  private volatile boolean rejected;
  private volatile boolean streamEnded;
  private volatile boolean polling;
  private volatile @Nullable Thread waiting;

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
            settings.bufferElements(), settings.bufferBytes(), listener::wake, this::interrupt);
    this.partitions = new Partitions(window, readAhead);
    this.vitals = new Vitals(name, window, observer, settings.inFlight().stuckAfter());
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
    Phase now = phase.get();
    return now != Phase.RUNNING && now != Phase.FAILED && failure == null;
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
      interrupt();
    }
  }

  /** The stream was cancelled or has failed; after a stop this is its ordinary end. */
  void cancel() {
    if (phase.compareAndSet(Phase.RUNNING, Phase.CANCELLED)
        || phase.compareAndSet(Phase.FAILED, Phase.CANCELLED)) {
      interrupt();
    }
  }

  /** The stream has come to its end: what is not settled now never will be. */
  void streamEnded() {
    streamEnded = true;
    interrupt();
  }

  Health health() {
    return vitals.health(phase.get() == Phase.RUNNING);
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

  /** After a stop the stream ends in order: what is unsettled is read again. */
  private void fail(Throwable cause) {
    if (phase.compareAndSet(Phase.RUNNING, Phase.FAILED)) {
      failure = cause;
    } else {
      LOG.warn("{}: failed after it was stopped", name, cause);
    }
    listener.wake();
  }

  private void turn() {
    commits.proceed(partitions.all(), System.nanoTime());
    pauseOrResume();
    handOn(poll());
    vitals.polled();
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

  /** Ends a poll, or what the consumer's thread waits for instead: there is something to do. */
  private void interrupt() {
    if (polling) {
      consumer.wakeup();
    }
    unpark();
  }

  private void unpark() {
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  private void handOn(ConsumerRecords<K, V> records) {
    if (records.isEmpty()) {
      return;
    }
    vitals.progressed();
    List<RecordBatch<K, V>> batches = new ArrayList<>();
    for (TopicPartition partition : records.partitions()) {
      PartitionLane lane = partitions.get(partition);
      if (lane != null) {
        List<ConsumerRecord<K, V>> polled = records.records(partition);
        batches.add(new RecordBatch<>(lane, polled));
      }
    }
    readAhead.add(batches);
  }

  private void pauseOrResume() {
    boolean full = readAhead.isFull();
    if (full && !paused) {
      // Mostly the stage is about to make room: to pause, and be woken from a poll, costs far more.
      awaitRoom();
      full = readAhead.isFull();
    }
    if (full != paused) {
      if (full) {
        consumer.pause(consumer.assignment());
      } else {
        consumer.resume(consumer.assignment());
      }
      paused = full;
    }
  }

  /** Briefly, and not when there are commits to send or answers to them to be read. */
  private void awaitRoom() {
    long start = System.nanoTime();
    waiting = Thread.currentThread();
    while (readAhead.isFull()
        && commits.areIdle()
        && phase.get() == Phase.RUNNING
        && System.nanoTime() - start < FULL_NANOS) {
      LockSupport.parkNanos(this, FULL_NANOS);
    }
    waiting = null;
  }

  // ---- partitions come and go

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    partitions.assigned(assigned);
    if (paused) {
      consumer.pause(assigned);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    List<PartitionLane> handedOver = partitions.seal(revoked);
    if (window != null && !handedOver.isEmpty()) {
      boolean inPoll = polling;
      polling = false; // a wake-up from now on would hit the commit
      if (!partitions.awaitSettled(
          handedOver, settings.handOverTimeout(), this::settlesNoMore, this::commitWhileWaiting)) {
        LOG.warn(
            "{}: {} handed over with elements in flight after {}, they will be read again by the new owner",
            name,
            revoked,
            settings.handOverTimeout());
      }
      warnOf(commits.now(partitions.all(), settings.closeTimeout()));
      polling = inPoll;
    }
    partitions.forget(handedOver);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    partitions.forget(partitions.seal(lost));
  }

  /** What is in flight may be held up by a committer that waits for its commits. */
  private void commitWhileWaiting() {
    commits.nowIfAwaited(partitions.all(), settings.closeTimeout());
  }

  private boolean settlesNoMore() {
    return leaving || streamEnded || phase.get() == Phase.CANCELLED;
  }

  // ---- the end

  /** Waits for what is in flight; the consumer stays in its group and commits meanwhile. */
  private void drain() {
    InFlight inFlight = window;
    if (failure == null) {
      partitions.sealAll();
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
      commits.proceed(partitions.all(), now);
      poll();
      look();
    }
  }

  private void close() {
    leaving = true;
    if (window != null) { // or else what was read before a failure may still be emitted
      partitions.sealAll();
    }
    RuntimeException failure = commitLast();
    warnOf(failure);
    commits.close(failure);
    partitions.forgetAll();
    try {
      consumer.close(
          org.apache.kafka.clients.consumer.CloseOptions.timeout(settings.closeTimeout()));
    } catch (RuntimeException cause) {
      LOG.warn("{}: closing the consumer failed", name, cause);
    } finally {
      ended();
    }
  }

  /**
   * A member that leaves while others join has to go through with the rebalance before it may
   * commit.
   */
  private @Nullable RuntimeException commitLast() {
    long start = System.nanoTime();
    while (true) {
      RuntimeException failure = commits.now(partitions.all(), settings.closeTimeout());
      if (failure == null
          || !Commits.mayPass(failure)
          || System.nanoTime() - start > settings.closeTimeout().toNanos()) {
        return failure;
      }
      try {
        poll();
      } catch (RuntimeException ignored) { // of what ended the source, or of the commit's failure
        return failure;
      }
    }
  }

  private void warnOf(@Nullable RuntimeException failure) {
    if (failure != null) {
      LOG.warn("{}: a commit failed, what is not committed will be read again", name, failure);
    }
  }

  private void ended() {
    vitals.closed();
    shutdown.complete(Done.getInstance());
  }

  private void look() {
    vitals.look(consumer, partitions.all());
  }

  // ---- what the window asks of its source

  @Override
  public void resume() {
    listener.wake();
  }

  @Override
  public CompletionStage<Done> commit() {
    CompletionStage<Done> asked = commits.ask();
    unpark();
    return asked;
  }

  @Override
  public CompletionStage<Done> rejected(Tracked element, Throwable cause) {
    observer.rejected(name, cause);
    rejected = true;
    failure = cause;
    phase.compareAndSet(Phase.RUNNING, Phase.CANCELLED);
    listener.wake();
    interrupt();
    return CompletableFuture.completedFuture(Done.getInstance());
  }
}
