package dev.connectors.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
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

  private final Map<TopicPartition, FakeConsumer> owners = new ConcurrentHashMap<>();

  /** By partition; what the group has committed. */
  final Map<TopicPartition, Long> committed = new ConcurrentHashMap<>();

  final List<FakeConsumer> consumers = new CopyOnWriteArrayList<>();

  final List<FakeProducer> producers = new CopyOnWriteArrayList<>();

  /** Whether brokers answer producers nothing. */
  volatile boolean stalled;

  /** Whether the brokers of all partitions answer in the order in which they are sent to. */
  volatile boolean answersInTurn = true;

  /** Records that one poll returns at most. */
  volatile int maxPollRecords = 5;

  /** What a consumer is assigned when it joins, as far as no other has it. */
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
    for (int i = 0; i < count; i++) {
      append(partition, "%d-%08d".formatted(partition.partition(), records(partition).size()));
    }
    consumers.forEach(FakeConsumer::interrupt);
  }

  /** Appends what was produced; returns its offset. */
  long store(ProducerRecord<String, String> record, TopicPartition partition) {
    return append(partition, record.value());
  }

  private long append(TopicPartition partition, String value) {
    List<ConsumerRecord<String, String>> records = records(partition);
    synchronized (records) { // producers have a thread each
      int offset = records.size();
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
      return offset;
    }
  }

  /** A producer with a thread of its own. */
  Producer<String, String> newProducer() {
    FakeProducer producer = new FakeProducer(this);
    producers.add(producer);
    return producer;
  }

  /** What {@code consumer} may be assigned when it joins. */
  Set<TopicPartition> unowned(FakeConsumer consumer) {
    return firstAssignment.stream()
        .filter(partition -> owners.getOrDefault(partition, consumer) == consumer)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** From now on {@code consumer} has these partitions and no others. */
  void owned(FakeConsumer consumer, Collection<TopicPartition> partitions) {
    owners.values().removeIf(owner -> owner == consumer);
    partitions.forEach(partition -> owners.put(partition, consumer));
  }

  /** A consumer that joins the group in a poll. */
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
