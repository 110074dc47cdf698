package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Meter;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The hand-written loop: one thread polls and sends, several polls' records are on their way at the
 * same time, and the positions of a poll are committed when its records and those of all polls
 * before it are acknowledged.
 */
final class RawCopy {
  /** The records of one poll. */
  private static final class Batch {
    final int records;
    final AtomicInteger pending;
    final Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();

    Batch(ConsumerRecords<byte[], byte[]> polled) {
      records = polled.count();
      pending = new AtomicInteger(records);
      for (TopicPartition partition : polled.partitions()) {
        List<ConsumerRecord<byte[], byte[]>> of = polled.records(partition);
        positions.put(partition, new OffsetAndMetadata(of.get(of.size() - 1).offset() + 1));
      }
    }
  }

  private final KafkaCopy.Copy copy;
  private final Meter meter;
  private final RecordCheck read;
  private final AckCheck written;
  private final Semaphore free;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final ArrayDeque<Batch> inFlight = new ArrayDeque<>();
  private final Map<TopicPartition, OffsetAndMetadata> settled = new HashMap<>();
  private int uncommitted;

  private RawCopy(KafkaCopy.Copy copy, Meter meter, RecordCheck read, AckCheck written) {
    this.copy = copy;
    this.meter = meter;
    this.read = read;
    this.written = written;
    this.free = new Semaphore(copy.inFlight());
  }

  static void run(KafkaCopy.Copy copy, Meter meter, RecordCheck read, AckCheck written)
      throws Exception {
    new RawCopy(copy, meter, read, written).run();
  }

  private void run() throws Exception {
    try (KafkaConsumer<byte[], byte[]> consumer =
            Clients.rawConsumer(copy.servers(), copy.group());
        KafkaProducer<byte[], byte[]> producer = Clients.rawProducer(copy.servers())) {
      consumer.subscribe(List.of(copy.from().name()));
      while (!read.isComplete()) {
        ConsumerRecords<byte[], byte[]> polled = consumer.poll(Clients.POLL);
        if (!polled.isEmpty()) {
          send(producer, polled);
        }
        settle();
        if (uncommitted >= Clients.COMMIT_EVERY) {
          consumer.commitAsync(
              Map.copyOf(settled), (offsets, cause) -> failure.compareAndSet(null, cause));
          settled.clear();
          uncommitted = 0;
        }
        meter.checkTime();
      }
      producer.flush();
      settle();
      consumer.commitSync(settled);
      meter.end();
    }
  }

  private void send(KafkaProducer<byte[], byte[]> producer, ConsumerRecords<byte[], byte[]> polled)
      throws InterruptedException {
    Batch batch = new Batch(polled);
    inFlight.add(batch);
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      read.accept(record);
      KafkaProduce.acquire(free, meter);
      var unused =
          producer.send(
              copy.transformed(record),
              (metadata, cause) -> {
                if (cause == null) {
                  written.accept(metadata);
                  batch.pending.decrementAndGet();
                } else {
                  failure.compareAndSet(null, cause);
                }
                free.release();
              });
    }
  }

  private void settle() throws Exception {
    Exception cause = failure.get();
    if (cause != null) {
      throw cause;
    }
    for (Batch head = inFlight.peek();
        head != null && head.pending.get() == 0;
        head = inFlight.peek()) {
      settled.putAll(head.positions);
      uncommitted += head.records;
      inFlight.remove();
    }
  }
}
