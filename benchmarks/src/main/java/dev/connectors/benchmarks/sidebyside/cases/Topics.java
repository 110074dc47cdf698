package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The topics of all cases: filled ones are filled once, target topics live for a round. */
final class Topics implements Servers.Kept {
  private static final Duration KNOWN_AFTER = Duration.ofSeconds(10);

  /** How much there is of a topic's records. */
  record Topic(String name, int partitions, int bytes, long records) {}

  private final String broker;
  private final Admin admin;
  private final Map<Topic, Topic> filled = new HashMap<>();
  private int made;

  private Topics(String broker) {
    this.broker = broker;
    this.admin = Admin.create(Map.of("bootstrap.servers", broker));
  }

  static Topics of(Servers servers) {
    return servers.once(Topics.class, () -> new Topics(servers.kafka()));
  }

  /** A topic with as many records, in turn in each partition, whose values are JSON. */
  Topic filled(int partitions, int bytes, long records) throws Exception {
    Topic topic =
        new Topic("in-%d-%d-%d".formatted(partitions, bytes, records), partitions, bytes, records);
    if (filled.putIfAbsent(topic, topic) == null) {
      create(topic.name(), partitions);
      fill(topic);
    }
    return topic;
  }

  /** A document of just so many bytes: {@code {"n":12,"text":"xxx"}}. */
  static byte[] value(long number, int bytes) {
    byte[] start = ("{\"n\":" + number + ",\"text\":\"").getBytes(StandardCharsets.US_ASCII);
    byte[] value = Arrays.copyOf(start, bytes);
    Arrays.fill(value, start.length, bytes - 2, (byte) 'x');
    value[bytes - 2] = '"';
    value[bytes - 1] = '}';
    return value;
  }

  private void fill(Topic topic) throws Exception {
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker, "linger.ms", 20, "batch.size", 256 << 10),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (long i = 0; i < topic.records(); i++) {
        int partition = (int) (i % topic.partitions());
        var unused =
            producer.send(
                new ProducerRecord<>(topic.name(), partition, null, value(i, topic.bytes())),
                (metadata, cause) -> {
                  if (cause != null) {
                    failure.compareAndSet(null, cause);
                  }
                });
      }
    }
    Exception cause = failure.get();
    if (cause != null) {
      throw cause;
    }
  }

  /** An empty topic, to be {@linkplain #delete deleted}. */
  String create(int partitions) throws Exception {
    String name = "out-" + ++made;
    create(name, partitions);
    return name;
  }

  private void create(String name, int partitions) throws Exception {
    NewTopic topic =
        new NewTopic(name, partitions, (short) 1).configs(Map.of("file.delete.delay.ms", "1000"));
    admin.createTopics(List.of(topic)).all().get();
    awaitKnown(name);
    // Answered by each partition's leader: before it leads, it may refuse a producer's first batch.
    ends(name, partitions);
  }

  /** A broker that has created a topic may deny it for a moment. */
  private void awaitKnown(String name) throws Exception {
    long deadline = System.nanoTime() + KNOWN_AFTER.toNanos();
    while (true) {
      try {
        admin.describeTopics(List.of(name)).allTopicNames().get();
        return;
      } catch (ExecutionException e) {
        boolean unknown = e.getCause() instanceof UnknownTopicOrPartitionException;
        if (!unknown || System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
    }
  }

  void delete(String name) throws Exception {
    admin.deleteTopics(List.of(name)).all().get();
  }

  /** The number of records of each partition. */
  List<Long> ends(String name, int partitions) throws Exception {
    Map<TopicPartition, OffsetSpec> asked =
        IntStream.range(0, partitions)
            .mapToObj(i -> new TopicPartition(name, i))
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(asked).all().get();
    return IntStream.range(0, partitions)
        .mapToObj(i -> Objects.requireNonNull(found.get(new TopicPartition(name, i))).offset())
        .toList();
  }

  /** Checks that the group has committed all of the topic. */
  void checkCommitted(String group, Topic topic) throws Exception {
    Map<TopicPartition, @Nullable OffsetAndMetadata> found =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    List<Long> committed =
        IntStream.range(0, topic.partitions())
            .mapToObj(i -> found.get(new TopicPartition(topic.name(), i)))
            .map(offset -> offset == null ? 0L : offset.offset())
            .toList();
    WrongResult.check("committed offsets", committed, ends(topic.name(), topic.partitions()));
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }
}
