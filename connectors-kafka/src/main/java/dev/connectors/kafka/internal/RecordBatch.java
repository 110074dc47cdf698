package dev.connectors.kafka.internal;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The records of one partition from one poll, on their way into the stream. */
final class RecordBatch<K, V> {
  final PartitionLane lane;
  final int size;
  final long bytes;
  private final List<ConsumerRecord<K, V>> records;
  private int next;

  RecordBatch(PartitionLane lane, List<ConsumerRecord<K, V>> records) {
    this.lane = lane;
    this.records = records;
    this.size = records.size();
    long sum = 0;
    for (ConsumerRecord<K, V> record : records) {
      sum += bytes(record);
    }
    this.bytes = sum;
  }

  static int bytes(ConsumerRecord<?, ?> record) {
    return Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
  }

  boolean isExhausted() {
    return next == size;
  }

  ConsumerRecord<K, V> peek() {
    return records.get(next);
  }

  void advance() {
    next++;
  }

  /** How many records were emitted: not all of them when the partition was revoked. */
  int emitted() {
    return next;
  }
}
