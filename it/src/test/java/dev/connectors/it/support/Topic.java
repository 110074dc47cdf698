package dev.connectors.it.support;

import static org.awaitility.Awaitility.await;

import dev.connectors.testkit.chaos.Ledger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic, seen through Kafka's own clients. */
public final class Topic {
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  private final String servers;
  private final String name;
  private final int partitions;

  private Topic(String servers, String name, int partitions) {
    this.servers = servers;
    this.name = name;
    this.partitions = partitions;
  }

  public static Topic create(String servers, String name, int partitions) throws Exception {
    NewTopic wanted = new NewTopic(name, partitions, (short) 1);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      await().pollDelay(Duration.ZERO).atMost(AT_MOST).until(() -> make(admin, wanted));
    }
    Topic topic = new Topic(servers, name, partitions);
    // Answered by each partition's leader. Before it leads, a broker may refuse a producer's first
    // batch and take its second, whose sequence it can't check yet; then it refuses the first for
    // good.
    topic.awaitLeaders();
    return topic;
  }

  /**
   * Whether it is there now. A broker that was just restarted is fenced at first, and there is none
   * that could hold a replica.
   */
  private static boolean make(Admin admin, NewTopic topic) throws Exception {
    try {
      admin.createTopics(List.of(topic)).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException
          || e.getCause() instanceof InvalidReplicationFactorException) {
        return false;
      }
      throw e;
    }
  }

  /** A broker that hears of the topic late answers that there is none. */
  private void awaitLeaders() {
    await()
        .atMost(AT_MOST)
        .ignoreExceptionsMatching(
            failure -> failure.getCause() instanceof UnknownTopicOrPartitionException)
        .until(() -> ends().size() == partitions);
  }

  public String name() {
    return name;
  }

  public int partitions() {
    return partitions;
  }

  /**
   * Sends {@code count} records, the values padded to {@code bytes}, in turn to each partition;
   * fails if one isn't acknowledged.
   */
  public void produce(int count, int bytes) throws Exception {
    try (Writer writer = writer()) {
      for (int i = 0; i < count; i++) {
        writer.send(i, bytes, offset -> {});
      }
    }
  }

  /**
   * Sends {@code count} records, numbered from {@code first} on, and enters them in the ledger;
   * fails if one isn't acknowledged.
   */
  public void produce(long first, int count, int bytes, Ledger ledger) throws Exception {
    try (Writer writer = writer()) {
      for (long i = first; i < first + count; i++) {
        writer.send(i, bytes, ledger);
      }
    }
  }

  public Writer writer() {
    return new Writer();
  }

  /** Sends records, and fails at its end if one was not acknowledged. */
  public final class Writer implements AutoCloseable {
    private final KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "linger.ms", 20, "delivery.timeout.ms", 180_000),
            new StringSerializer(),
            new StringSerializer());
    private final AtomicLong failed = new AtomicLong();

    public void send(long number, int bytes, LongConsumer onAcknowledged) {
      send(record(number, bytes), onAcknowledged);
    }

    /** The id in the ledger is the record's key, and the key there is {@code partition <n>}. */
    public void send(long number, int bytes, Ledger ledger) {
      ProducerRecord<String, String> record = record(number, bytes);
      ledger.sent(record.key(), "partition " + record.partition(), record.value());
      send(record, offset -> ledger.acknowledged(record.key()));
    }

    private ProducerRecord<String, String> record(long number, int bytes) {
      String value = "value-" + number;
      return new ProducerRecord<>(
          name,
          (int) (number % partitions),
          "key-" + number,
          value + "x".repeat(Math.max(0, bytes - value.length())));
    }

    private void send(ProducerRecord<String, String> record, LongConsumer onAcknowledged) {
      var unused =
          producer.send(
              record,
              (metadata, cause) -> {
                if (cause == null) {
                  onAcknowledged.accept(metadata.offset());
                } else {
                  failed.incrementAndGet();
                }
              });
    }

    @Override
    public void close() {
      producer.close();
      if (failed.get() > 0) {
        throw new IllegalStateException(failed + " records were not acknowledged");
      }
    }
  }

  /** The number of records in each partition. */
  public Map<Integer, Long> ends() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      Map<TopicPartition, OffsetSpec> wanted =
          IntStream.range(0, partitions)
              .mapToObj(i -> new TopicPartition(name, i))
              .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
      Map<Integer, Long> ends = new TreeMap<>();
      admin
          .listOffsets(wanted)
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
      return ends;
    }
  }

  /** The committed offset of each partition; 0 where there is none. */
  public Map<Integer, Long> committed(String group) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      Map<Integer, Long> committed = new TreeMap<>();
      IntStream.range(0, partitions).forEach(i -> committed.put(i, 0L));
      new HashMap<>(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get())
          .forEach(
              (partition, offset) -> {
                if (partition.topic().equals(name) && offset != null) {
                  committed.put(partition.partition(), offset.offset());
                }
              });
      return committed;
    }
  }
}
