package dev.connectors.kafka.internal;

import dev.connectors.kafka.ProducerSettings;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the client, gives it records in their order, and closes it: on an executor, one task at a
 * time, because each of these may block.
 */
final class RecordSender<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(RecordSender.class);

  /** After so many others have the thread, or else a flow that always has more would keep it. */
  private static final int TURNS = 64;

  private final ProducerSettings<K, V> settings;
  private final Executor executor;
  private final Consumer<Throwable> onNoClient;

  private final Queue<List<? extends SentRecord<K, V, ?>>> batches = new ConcurrentLinkedQueue<>();
  private final AtomicInteger tasks = new AtomicInteger();
  private volatile @Nullable Duration closeWithin;
  private volatile boolean abandoned;

  // One task at a time only.
  private @Nullable Producer<K, V> producer;
  private boolean refused;
  private boolean ended;

  /**
   * @param onNoClient told why the client can't be made
   */
  RecordSender(ProducerSettings<K, V> settings, Executor executor, Consumer<Throwable> onNoClient) {
    this.settings = settings;
    this.executor = executor;
    this.onNoClient = onNoClient;
  }

  /** Makes the client. */
  void open() {
    schedule();
  }

  /** Sends after all that was given before; not to be changed by the caller any more. */
  void send(List<? extends SentRecord<K, V, ?>> batch) {
    batches.add(batch);
    schedule();
  }

  /**
   * Sends what was given, and closes the client unless it is shared.
   *
   * @param within how long the client may take to send what it has
   */
  void close(Duration within) {
    closeWithin = within;
    schedule();
  }

  /** Sends no more, and closes the client at once unless it is shared. */
  void abandon() {
    abandoned = true;
    close(Duration.ZERO);
  }

  private void schedule() {
    if (tasks.getAndIncrement() == 0) {
      execute();
    }
  }

  private void execute() {
    try {
      executor.execute(() -> run(TURNS));
    } catch (RejectedExecutionException gone) { // the system is terminating
      run(Integer.MAX_VALUE);
    }
  }

  private void run(int turns) {
    for (int i = 0; i < turns; i++) {
      turn();
      if (tasks.decrementAndGet() == 0) {
        return;
      }
    }
    execute();
  }

  /** One for each time that it was scheduled, so that none is left over when the last is done. */
  private void turn() {
    if (ended) {
      return;
    }
    Duration within = closeWithin; // before the batches: they were given before it was set
    var batch = batches.poll();
    Producer<K, V> client = producer;
    if (client == null && !abandoned && (within == null || batch != null)) {
      client = make();
    }
    if (client != null && batch != null) {
      sendAll(client, batch);
    }
    if (within != null && (abandoned || batches.isEmpty())) {
      ended = true;
      if (client != null && !settings.isShared()) {
        close(client, within);
      }
    }
  }

  private @Nullable Producer<K, V> make() {
    try {
      producer = settings.producerFactory().apply(settings.properties());
    } catch (Throwable cause) { // an Error too must reach the stream
      ended = true;
      onNoClient.accept(cause);
    }
    return producer;
  }

  private void sendAll(Producer<K, V> client, List<? extends SentRecord<K, V, ?>> batch) {
    for (SentRecord<K, V, ?> record : batch) {
      if (refused || abandoned) {
        return;
      }
      send(client, record);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback is told the same
  private void send(Producer<K, V> client, SentRecord<K, V, ?> record) {
    try {
      client.send(record.takeRecord(), record);
    } catch (Throwable cause) { // a serializer's Error, too, must reach the stream
      // In its turn: what was sent before may yet be confirmed.
      refused = true;
      record.refused(cause);
    }
  }

  private static void close(Producer<?, ?> client, Duration within) {
    try {
      client.close(within);
    } catch (RuntimeException cause) {
      LOG.warn("Closing the producer failed", cause);
    }
  }
}
