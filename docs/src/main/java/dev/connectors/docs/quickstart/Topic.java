package dev.connectors.docs.quickstart;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** A topic as its broker sees it. */
final class Topic implements AutoCloseable {
  /** How long a broker has to answer. */
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final int PARTITIONS = 4;

  private final String broker;
  private final String name;
  private final Admin admin;

  private Topic(String broker, String name, Admin admin) {
    this.broker = broker;
    this.name = name;
    this.admin = admin;
  }

  /**
   * @throws UserError if no broker answers
   */
  static Topic connect(String broker, String name) {
    Admin admin;
    try {
      admin =
          Admin.create(
              Map.of(
                  AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                  broker,
                  AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                  (int) TIMEOUT.toMillis() / 2,
                  AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                  (int) TIMEOUT.toMillis()));
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new UserError("Kafka at " + broker + ": " + cause.getMessage());
    }
    Topic topic = new Topic(broker, name, admin);
    try {
      topic.result(admin.describeCluster().nodes());
      return topic;
    } catch (RuntimeException e) {
      topic.close();
      throw e;
    }
  }

  /** Creates the topic unless it is there. */
  void create() {
    try {
      result(
          admin
              .createTopics(List.of(new NewTopic(name, Optional.of(PARTITIONS), Optional.empty())))
              .all(),
          TopicExistsException.class);
      // Answered by each partition's leader. Before it leads, a broker may refuse the first batch
      // of a producer and take the second, whose sequence it can't check yet, and then refuses the
      // first for good.
      ends();
    } catch (TopicExistsException welcome) {
      // Its records are read too, unless the group has read them before.
    }
  }

  /** The offset after the last record of each partition. */
  Map<TopicPartition, Long> ends() {
    return offsets(OffsetSpec.latest());
  }

  /** The offset of the first record of each partition. */
  Map<TopicPartition, Long> beginnings() {
    return offsets(OffsetSpec.earliest());
  }

  private Map<TopicPartition, Long> offsets(OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> asked = new LinkedHashMap<>();
    for (TopicPartition partition : partitions()) {
      asked.put(partition, spec);
    }
    Map<TopicPartition, Long> offsets = new LinkedHashMap<>();
    Map<TopicPartition, ListOffsetsResultInfo> found = result(admin.listOffsets(asked).all());
    found.forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }

  /** What {@code group} has committed; partitions without a commit are missing. */
  Map<TopicPartition, Long> committed(String group) {
    Map<TopicPartition, Long> offsets = new LinkedHashMap<>();
    Map<TopicPartition, @Nullable OffsetAndMetadata> found =
        result(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    found.forEach(
        (partition, offset) -> {
          if (offset != null && partition.topic().equals(name)) {
            offsets.put(partition, offset.offset());
          }
        });
    return offsets;
  }

  private List<TopicPartition> partitions() {
    try {
      TopicDescription description =
          result(
              admin.describeTopics(List.of(name)).topicNameValues().values().iterator().next(),
              UnknownTopicOrPartitionException.class);
      return description.partitions().stream()
          .map(partition -> new TopicPartition(name, partition.partition()))
          .toList();
    } catch (UnknownTopicOrPartitionException e) {
      throw new UserError("Kafka at " + broker + " has no topic " + name);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }

  private <T> T result(Future<T> future) {
    return result(future, null);
  }

  /** The result; an exception of type {@code expected} is thrown as it is. */
  private <T> T result(Future<T> future, @Nullable Class<? extends RuntimeException> expected) {
    try {
      return future.get(TIMEOUT.toSeconds() + 2, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (expected != null && expected.isInstance(cause)) {
        throw expected.cast(cause);
      }
      if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw silent();
      }
      throw new UserError("Kafka at " + broker + ": " + cause.getMessage());
    } catch (TimeoutException e) {
      throw silent();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted");
    }
  }

  private UserError silent() {
    return new UserError(
        "no Kafka broker answers at " + broker + " within " + TIMEOUT.toSeconds() + " s");
  }
}
