package dev.connectors.benchmarks.sidebyside.cases;

import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import dev.connectors.benchmarks.sidebyside.Meter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The hand-written loop: one thread polls and gathers bulks, three bulks are on their way at the
 * same time, and the positions of a bulk are committed when it and all before it are confirmed.
 */
final class RawIndexing {
  /** A bulk on its way, and where its group stands when it is confirmed. */
  private record Sent(
      CompletableFuture<BulkResponse> response, Map<TopicPartition, OffsetAndMetadata> positions) {}

  private final KafkaToElasticsearch.Work work;
  private final Search search;
  private final Meter meter;
  private final RecordCheck read;
  private final ItemCheck written;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final ArrayDeque<Sent> inFlight = new ArrayDeque<>();
  private final long[] positions;
  private List<BulkOperation> next = new ArrayList<>(Search.BULK);

  private RawIndexing(
      KafkaToElasticsearch.Work work, Meter meter, RecordCheck read, ItemCheck written) {
    this.work = work;
    this.search = Search.of(work.servers());
    this.meter = meter;
    this.read = read;
    this.written = written;
    this.positions = new long[work.topic().partitions()];
  }

  static void run(KafkaToElasticsearch.Work work, Meter meter, RecordCheck read, ItemCheck written)
      throws Exception {
    new RawIndexing(work, meter, read, written).run();
  }

  private void run() throws Exception {
    try (KafkaConsumer<byte[], byte[]> consumer =
        Clients.rawConsumer(work.servers(), work.group())) {
      consumer.subscribe(List.of(work.topic().name()));
      while (!read.isComplete()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Clients.POLL)) {
          read.accept(record);
          next.add(work.operation(record));
          positions[record.partition()] = record.offset() + 1;
          if (next.size() == Search.BULK) {
            send(consumer);
          }
        }
        while (!inFlight.isEmpty() && inFlight.element().response().isDone()) {
          confirmOldest(consumer);
        }
        meter.checkTime();
      }
      if (!next.isEmpty()) {
        send(consumer);
      }
      Map<TopicPartition, OffsetAndMetadata> last = inFlight.getLast().positions();
      while (!inFlight.isEmpty()) {
        confirmOldest(consumer);
      }
      consumer.commitSync(last);
      meter.end();
    }
  }

  private void send(KafkaConsumer<byte[], byte[]> consumer) throws Exception {
    if (inFlight.size() == Search.PARALLELISM) {
      confirmOldest(consumer);
    }
    Map<TopicPartition, OffsetAndMetadata> after = new HashMap<>();
    for (int i = 0; i < positions.length; i++) {
      after.put(new TopicPartition(work.topic().name(), i), new OffsetAndMetadata(positions[i]));
    }
    inFlight.add(new Sent(search.bulk(next), after));
    next = new ArrayList<>(Search.BULK);
  }

  /** Waits for its answer if need be. */
  private void confirmOldest(KafkaConsumer<byte[], byte[]> consumer) throws Exception {
    Sent oldest = inFlight.remove();
    meter.await(oldest.response()).items().forEach(item -> written.accept(item, false));
    consumer.commitAsync(
        oldest.positions(), (offsets, cause) -> failure.compareAndSet(null, cause));
    Exception cause = failure.get();
    if (cause != null) {
      throw cause;
    }
  }
}
