package dev.connectors.kafka;

import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.internal.Contexts;
import dev.connectors.kafka.internal.ConsumerStage;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;

/**
 * Sources of Kafka records. Each materialization runs a consumer of its own on one named thread
 * that never stops polling, so that membership of the group doesn't depend on the stream's speed;
 * records are read ahead up to {@code buffer-elements} and {@code buffer-bytes}, then the
 * partitions are paused.
 *
 * <p>A source completes when it is stopped by its {@link Control} (a topic has no end) and fails
 * with the client's own exception, after the records that were read before it: {@code
 * RecordDeserializationException} names topic, partition and offset; authorization and
 * authentication errors are fatal; a configuration that the client refuses fails the stream, not
 * its materialization, since the client is made on the source's thread. Brokers that can't be
 * reached are no failure for the client: it retries, and {@link Control#health} shows the lack of
 * progress.
 *
 * @see <a href="https://kafka.apache.org/documentation/#consumerapi">Kafka: the consumer</a>
 */
public final class KafkaSource {
  private KafkaSource() {}

  /**
   * Records without delivery tracking: nothing is committed but what the client commits itself when
   * {@code enable.auto.commit=true}, and that regardless of whether the stream has processed it.
   */
  public static <K, V> Source<ConsumerRecord<K, V>, Control> plain(
      ConsumerSettings<K, V> settings, Subscription subscription) {
    return Source.fromGraph(ConsumerStage.plain(settings, subscription));
  }

  /**
   * Records at least once: each comes with a {@link Committable}; a partition's committed offset
   * never passes its lowest unsettled record. End the stream with {@link
   * dev.connectors.core.Committer}.
   *
   * <p>When a partition is revoked the source stops emitting its records, waits up to {@code
   * hand-over-timeout} for those in flight, and commits before it lets go: with a graceful
   * hand-over nothing is read twice. {@link Committable#reject} fails the stream with the given
   * cause; the record is read again after a restart.
   *
   * @throws IllegalArgumentException when {@code group.id} is missing, or {@code
   *     enable.auto.commit} is true: the client would commit records that are still being processed
   */
  public static <K, V> SourceWithContext<ConsumerRecord<K, V>, Committable, Control> committable(
      ConsumerSettings<K, V> settings, Subscription subscription) {
    if (Boolean.parseBoolean(
        String.valueOf(settings.properties().get(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG)))) {
      throw new IllegalArgumentException(
          "enable.auto.commit is true, allowed is false with KafkaSource.committable: the client would commit records that "
              + "are still being processed. Use KafkaSource.plain, or leave the commits to Committer.");
    }
    if (!settings.properties().containsKey(ConsumerConfig.GROUP_ID_CONFIG)) {
      throw new IllegalArgumentException(
          "group.id is missing: KafkaSource.committable commits offsets for a group. Use ConsumerSettings.withGroupId.");
    }
    return Contexts.source(ConsumerStage.committable(settings, subscription));
  }
}
