package dev.connectors.it.support;

import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.file.FileFlow;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.RolledFile;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.SourceWithContext;

/** Kafka into files, in a JVM of its own: prints FILED now and then, until it is killed. */
public final class FilingMain {
  /** How files are completed, and what is emitted then. */
  public enum Mode {
    /** By count, each with the contexts of its elements. */
    FILES,
    /** By time, several for each partition beside each other, with each element's own context. */
    ELEMENTS
  }

  /** Of a file by count. */
  public static final int RECORDS = 100;

  private static final int GROUPS = 3;

  private FilingMain() {}

  /** Arguments: bootstrap servers, topic and group, folder, mode. */
  public static void main(String[] args) {
    ActorSystem system = ActorSystem.create("forked");
    Path folder = Path.of(args[2]);
    var consumer =
        IndexingPipeline.consumer(system, args[0], args[1])
            .withProperty("session.timeout.ms", 2000)
            .withProperty("heartbeat.interval.ms", 500);
    SourceWithContext<ConsumerRecord<String, String>, Committable, Control> records =
        KafkaSource.committable(consumer, Subscription.topics(args[1]));
    FileWriteSettings write = FileWriteSettings.create(system).withRoot(folder);
    RollingSettings rolling =
        RollingSettings.create(system.settings().config().getConfig("connectors.file.rolling"));

    SourceWithContext<RolledFile, Committable, Control> files =
        switch (Mode.valueOf(args[3])) {
          case FILES ->
              records
                  .via(
                      FileFlow.<ConsumerRecord<String, String>, Committable>rollingWithContexts(
                          plan().withPartition(record -> "p" + record.partition()),
                          rolling
                              .withMaxElements(RECORDS)
                              .withMaxIdle(Duration.ofHours(1))
                              .withMaxAge(Duration.ofHours(1)),
                          write))
                  .mapContext(Committable::all);
          case ELEMENTS ->
              records.via(
                  FileFlow.<ConsumerRecord<String, String>, Committable>rollingWithContext(
                      plan()
                          .withPartition(
                              record -> "p" + record.partition() + "-" + record.offset() % GROUPS),
                      rolling
                          .withMaxAge(Duration.ofMillis(300))
                          .withMaxIdle(Duration.ofMillis(100)),
                      write));
        };
    files
        .map(
            file -> {
              System.out.println("FILED " + file.elements());
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

  /** Named after the partition, in which the offset of the first record is there once. */
  private static RollingPlan<ConsumerRecord<String, String>, Path> plan() {
    return RollingPlan.of(
        RollingFormat.<ConsumerRecord<String, String>>lines(
            record -> record.key() + "\t" + record.partition() + "\t" + record.value()),
        file -> Path.of(file.partition(), "%010d.tsv".formatted(file.first().offset())));
  }
}
