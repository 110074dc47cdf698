package dev.connectors.it.support;

import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.RollingStart;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.SourceWithContext;

/** Kafka into what rolls, files or objects: what their pipelines share. */
public enum Filing {
  /** Complete by count, one for each partition, each with the contexts of its elements. */
  WHOLE,
  /** By time, several for each partition beside each other, with each element's own context. */
  ELEMENTS;

  /** Of a file or object by count. */
  public static final int RECORDS = 100;

  private static final int GROUPS = 3;

  static SourceWithContext<ConsumerRecord<String, String>, Committable, Control> records(
      ActorSystem system, String servers, String topic, String group) {
    var consumer =
        IndexingPipeline.consumer(system, servers, group)
            // The same member again: has the partitions of the one that was killed at once, rather
            // than after a session timeout that a busy machine might miss, too.
            .withProperty("group.instance.id", group);
    return KafkaSource.committable(consumer, Subscription.topics(topic));
  }

  RollingSettings settings(ActorSystem system, String path) {
    RollingSettings settings = RollingSettings.create(system.settings().config().getConfig(path));
    return switch (this) {
      case WHOLE ->
          settings
              .withMaxElements(RECORDS)
              .withMaxIdle(Duration.ofHours(1))
              .withMaxAge(Duration.ofHours(1));
      case ELEMENTS ->
          settings.withMaxAge(Duration.ofMillis(300)).withMaxIdle(Duration.ofMillis(100));
    };
  }

  /** Lines of key, partition and value. */
  static RollingFormat<ConsumerRecord<String, String>> format() {
    return RollingFormat.lines(
        record -> record.key() + "\t" + record.partition() + "\t" + record.value());
  }

  <N> RollingPlan<ConsumerRecord<String, String>, N> plan(
      RollingFormat<ConsumerRecord<String, String>> format,
      Function<RollingStart<ConsumerRecord<String, String>>, N> name) {
    RollingPlan<ConsumerRecord<String, String>, N> plan = RollingPlan.of(format, name);
    return switch (this) {
      case WHOLE -> plan.withPartition(record -> "p" + record.partition());
      case ELEMENTS ->
          plan.withPartition(record -> "p" + record.partition() + "-" + record.offset() % GROUPS);
    };
  }

  /** Named after the partition, in which the offset of the first record is there once. */
  static String stem(RollingStart<ConsumerRecord<String, String>> start) {
    return "%s/%010d".formatted(start.partition(), start.first().offset());
  }

  /** Prints FILED for each, until the process is killed. */
  static <R> void run(
      ActorSystem system,
      SourceWithContext<R, Committable, Control> filed,
      ToLongFunction<R> elements) {
    filed
        .map(
            file -> {
              System.out.println("FILED " + elements.applyAsLong(file));
              return file;
            })
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system)
        .streamCompletion()
        .whenComplete(
            (done, cause) -> {
              System.out.println("ENDED " + cause);
              Runtime.getRuntime().halt(3);
            });
  }
}
