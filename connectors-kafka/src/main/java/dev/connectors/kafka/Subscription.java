package dev.connectors.kafka;

import dev.connectors.core.internal.Checks;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * What a consumer reads: topics or a pattern of topics, whose partitions the group shares out, or
 * partitions that it takes without asking a group.
 *
 * @see <a href="https://kafka.apache.org/documentation/#intro_consumers">Kafka: consumers</a>
 */
public sealed interface Subscription {

  /** All partitions of {@code topics}, shared out by the group. */
  static Subscription topics(String... topics) {
    return topics(List.of(topics));
  }

  /** All partitions of {@code topics}, shared out by the group. */
  static Subscription topics(Collection<String> topics) {
    return new Topics(Set.copyOf(topics));
  }

  /**
   * All partitions of the topics whose whole name matches {@code regex}, present and future, shared
   * out by the group.
   */
  static Subscription pattern(String regex) {
    return new TopicPattern(Pattern.compile(regex));
  }

  /**
   * These partitions, from the group's committed offsets or else where {@code auto.offset.reset}
   * says.
   */
  static Subscription assignment(TopicPartition... partitions) {
    return assignment(List.of(partitions));
  }

  /**
   * These partitions, from the group's committed offsets or else where {@code auto.offset.reset}
   * says.
   */
  static Subscription assignment(Collection<TopicPartition> partitions) {
    return new Assignment(Set.copyOf(partitions), Map.of(), Map.of());
  }

  /** These partitions, each from the given offset on. */
  static Subscription assignmentWithOffsets(Map<TopicPartition, Long> offsets) {
    offsets.forEach((partition, offset) -> Checks.notNegative("offset of " + partition, offset));
    return new Assignment(Set.copyOf(offsets.keySet()), Map.copyOf(offsets), Map.of());
  }

  /**
   * These partitions, each from its first record that is not older than the given time; where there
   * is none, from the end on.
   */
  static Subscription assignmentWithTimestamps(Map<TopicPartition, Instant> timestamps) {
    return new Assignment(Set.copyOf(timestamps.keySet()), Map.of(), Map.copyOf(timestamps));
  }

  /** See {@link Subscription#topics}. */
  record Topics(Set<String> names) implements Subscription {
    public Topics {
      if (names.isEmpty()) {
        throw Checks.refused("topics", "empty", "at least one name");
      }
      names.forEach(name -> Checks.notEmpty("topic", name));
    }

    @Override
    public String toString() {
      return String.join(",", new TreeSet<>(names));
    }
  }

  /** See {@link Subscription#pattern}. */
  record TopicPattern(Pattern pattern) implements Subscription {
    @Override
    public String toString() {
      return pattern.toString();
    }
  }

  /** See {@link Subscription#assignment}. */
  record Assignment(
      Set<TopicPartition> partitions,
      Map<TopicPartition, Long> offsets,
      Map<TopicPartition, Instant> timestamps)
      implements Subscription {
    public Assignment {
      if (partitions.isEmpty()) {
        throw Checks.refused("partitions", "empty", "at least one partition");
      }
    }

    /** The starting times in the client's unit, milliseconds since 1970. */
    public Map<TopicPartition, Long> timestampsInMillis() {
      Map<TopicPartition, Long> millis = new LinkedHashMap<>();
      timestamps.forEach((partition, time) -> millis.put(partition, time.toEpochMilli()));
      return millis;
    }

    @Override
    public String toString() {
      return partitions.stream().map(TopicPartition::toString).sorted().toList().toString();
    }
  }
}
