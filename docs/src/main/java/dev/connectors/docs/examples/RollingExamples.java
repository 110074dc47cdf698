package dev.connectors.docs.examples;

import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.RollingSummary;
import dev.connectors.file.FileFlow;
import dev.connectors.file.FileSink;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.RolledFile;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.CompletionStage;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Elements into files that roll. */
final class RollingExamples {
  private RollingExamples() {}

  record Order(LocalDate day, String json) {}

  static CompletionStage<RollingSummary> byDay(ActorSystem system, Source<Order, NotUsed> orders) {
    // tag::sink[]
    RollingPlan<Order, Path> byDay =
        RollingPlan.<Order, Path>of(
                RollingFormat.lines(Order::json),
                file ->
                    Path.of(
                        "orders/day=" + file.partition(), "%06d.jsonl".formatted(file.number())))
            .withPartition(order -> order.day().toString());

    return orders.runWith(FileSink.rolling(byDay), system);
    // end::sink[]
  }

  static Source<RolledFile, NotUsed> compressed(ActorSystem system, Source<String, NotUsed> rows) {
    // tag::flow[]
    RollingFormat<String> csv =
        RollingFormat.<String>lines(row -> row)
            .withHeader(ByteString.fromString("id,total\n"))
            .withEncoding(GZIPOutputStream::new);
    RollingSettings rolling =
        RollingSettings.create(system)
            .withMaxBytes(64 * 1024 * 1024)
            .withMaxAge(Duration.ofMinutes(1));

    return rows.via(
        FileFlow.rolling(
            RollingPlan.of(csv, file -> Path.of("rows-" + file.time().toEpochMilli() + ".csv.gz")),
            rolling,
            FileWriteSettings.create(system)));
    // end::flow[]
  }

  static Control.Draining<Done> fromKafka(
      ActorSystem system, ConsumerSettings<String, String> consumer) {
    // tag::once[]
    RollingPlan<ConsumerRecord<String, String>, Path> plan =
        RollingPlan.<ConsumerRecord<String, String>, Path>of(
                RollingFormat.lines(ConsumerRecord::value),
                file -> Path.of(file.partition(), "%020d.jsonl".formatted(file.first().offset())))
            .withPartition(record -> record.topic() + "-" + record.partition());
    RollingSettings byCount =
        RollingSettings.create(system)
            .withMaxElements(1_000)
            .withMaxAge(Duration.ofDays(1))
            .withMaxIdle(Duration.ofDays(1));

    return KafkaSource.committable(consumer, Subscription.topics("orders"))
        .via(
            FileFlow.<ConsumerRecord<String, String>, Committable>rollingWithContexts(
                plan, byCount, FileWriteSettings.create(system).withRoot(Path.of("/data"))))
        .mapContext(Committable::all)
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::once[]
  }
}
