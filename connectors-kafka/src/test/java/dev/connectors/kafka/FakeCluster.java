package dev.connectors.kafka;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.awaitility.Awaitility;

/** What brokers keep: the records of partitions and the offsets of one group. */
final class FakeCluster {
  static final String TOPIC = "orders";
  static final TopicPartition P0 = new TopicPartition(TOPIC, 0);
  static final TopicPartition P1 = new TopicPartition(TOPIC, 1);

  private final Map<TopicPartition, List<ConsumerRecord<String, String>>> log =
      new ConcurrentHashMap<>();

  /** By partition; what the group has committed. */
  final Map<TopicPartition, Long> committed = new ConcurrentHashMap<>();

  final List<FakeConsumer> consumers = new CopyOnWriteArrayList<>();

  /** Records that one poll returns at most. */
  volatile int maxPollRecords = 5;

  /** What a consumer is assigned when it joins. */
  volatile Set<TopicPartition> firstAssignment;

  FakeCluster(TopicPartition... partitions) {
    for (TopicPartition partition : partitions) {
      log.put(partition, new CopyOnWriteArrayList<>());
    }
    firstAssignment = Set.of(partitions);
  }

  List<ConsumerRecord<String, String>> records(TopicPartition partition) {
    return log.getOrDefault(partition, List.of());
  }

  /** Appends records of 10 bytes; a value names its partition and offset, a time is its offset. */
  void append(TopicPartition partition, int count) {
    List<ConsumerRecord<String, String>> records = records(partition);
    for (int i = 0; i < count; i++) {
      int offset = records.size();
      String value = "%d-%08d".formatted(partition.partition(), offset);
      records.add(
          new ConsumerRecord<>(
              partition.topic(),
              partition.partition(),
              offset,
              offset,
              TimestampType.CREATE_TIME,
              0,
              value.getBytes(StandardCharsets.UTF_8).length,
              "",
              value,
              new RecordHeaders(),
              Optional.empty()));
    }
    consumers.forEach(FakeConsumer::interrupt);
  }

  /** A consumer that joins the group in its first poll. */
  Consumer<String, String> newConsumer(Map<String, Object> properties) {
    FakeConsumer consumer = new FakeConsumer(this, properties);
    consumers.add(consumer);
    return consumer;
  }

  /** The consumer of the only source. */
  FakeConsumer consumer() {
    return consumer(0);
  }

  FakeConsumer consumer(int number) {
    Awaitility.await().until(() -> consumers.size() > number);
    return consumers.get(number);
  }
}
