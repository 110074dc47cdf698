package dev.connectors.it.support;

import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.file.FileFlow;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.RolledFile;
import java.nio.file.Path;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.SourceWithContext;

/** Kafka into files, in a JVM of its own: prints FILED now and then, until it is killed. */
public final class FilingMain {
  private FilingMain() {}

  /** Arguments: bootstrap servers, topic and group, folder, {@link Filing}. */
  public static void main(String[] args) {
    ActorSystem system = ActorSystem.create("forked");
    Filing filing = Filing.valueOf(args[3]);
    RollingPlan<ConsumerRecord<String, String>, Path> plan =
        filing.plan(Filing.format(), file -> Path.of(Filing.stem(file) + ".tsv"));
    RollingSettings rolling = filing.settings(system, "connectors.file.rolling");
    FileWriteSettings write = FileWriteSettings.create(system).withRoot(Path.of(args[2]));
    var records = Filing.records(system, args[0], args[1], args[1]);

    SourceWithContext<RolledFile, Committable, Control> files =
        switch (filing) {
          case WHOLE ->
              records
                  .via(
                      FileFlow.<ConsumerRecord<String, String>, Committable>rollingWithContexts(
                          plan, rolling, write))
                  .mapContext(Committable::all);
          case ELEMENTS ->
              records.via(
                  FileFlow.<ConsumerRecord<String, String>, Committable>rollingWithContext(
                      plan, rolling, write));
        };
    Filing.run(system, files, RolledFile::elements);
  }
}
