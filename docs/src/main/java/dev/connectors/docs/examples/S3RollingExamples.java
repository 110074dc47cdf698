package dev.connectors.docs.examples;

import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.RollingSummary;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import dev.connectors.s3.ResumePolicy;
import dev.connectors.s3.S3FilePut;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.S3Sink;
import dev.connectors.s3.UploadSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.CompletionStage;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Elements into objects that roll, and files into objects. */
final class S3RollingExamples {
  private S3RollingExamples() {}

  record Order(LocalDate day, String json) {}

  static CompletionStage<RollingSummary> byDay(
      ActorSystem system, S3AsyncClient client, Source<Order, NotUsed> orders, String run) {
    // tag::sink[]
    RollingPlan<Order, PutObjectRequest> byDay =
        RollingPlan.<Order, PutObjectRequest>of(
                RollingFormat.<Order>lines(Order::json).withEncoding(GZIPOutputStream::new),
                object ->
                    PutObjectRequest.builder()
                        .bucket("lake")
                        .key(
                            "orders/day=%s/%s-%06d.jsonl.gz"
                                .formatted(object.partition(), run, object.number()))
                        .contentType("application/x-ndjson")
                        .contentEncoding("gzip")
                        .build())
            .withPartition(order -> order.day().toString());

    return orders.runWith(S3Sink.rolling(client, byDay), system);
    // end::sink[]
  }

  static Control.Draining<Done> fromKafka(
      ActorSystem system, S3AsyncClient client, ConsumerSettings<String, String> consumer) {
    // tag::once[]
    RollingPlan<ConsumerRecord<String, String>, PutObjectRequest> plan =
        RollingPlan.<ConsumerRecord<String, String>, PutObjectRequest>of(
                RollingFormat.lines(ConsumerRecord::value),
                object ->
                    PutObjectRequest.builder()
                        .bucket("lake")
                        .key(
                            "%s/%020d.jsonl".formatted(object.partition(), object.first().offset()))
                        .build())
            .withPartition(record -> record.topic() + "-" + record.partition());
    RollingSettings byCount =
        RollingSettings.create(system)
            .withMaxElements(1_000)
            .withMaxAge(Duration.ofDays(1))
            .withMaxIdle(Duration.ofDays(1));

    return KafkaSource.committable(consumer, Subscription.topics("orders"))
        .via(
            S3Flow.<ConsumerRecord<String, String>, Committable>rollingWithContexts(
                client, plan, byCount, UploadSettings.create(system)))
        .mapContext(Committable::all)
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::once[]
  }

  static Control.Draining<Done> whole(
      ActorSystem system,
      S3AsyncClient client,
      SourceWithContext<Order, Committable, Control> day) {
    // tag::whole[]
    RollingPlan<Order, PutObjectRequest> export =
        RollingPlan.of(
            RollingFormat.lines(Order::json),
            object ->
                PutObjectRequest.builder()
                    .bucket("lake")
                    .key("exports/2026-11-27-%d.jsonl".formatted(object.number()))
                    .build());
    RollingSettings whole =
        RollingSettings.create(system)
            .withMaxBytes(100L << 30)
            .withMaxElements(5_000_000)
            .withMaxHeld(5_000_000)
            .withMaxAge(Duration.ofDays(1))
            .withMaxIdle(Duration.ofDays(1));

    return day.via(
            S3Flow.<Order, Committable>rollingWithContexts(
                client, export, whole, UploadSettings.create(system)))
        .mapContext(Committable::all)
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::whole[]
  }

  static CompletionStage<Done> files(
      ActorSystem system, S3AsyncClient client, Source<Path, NotUsed> recordings) {
    // tag::files[]
    UploadSettings resumed = UploadSettings.create(system).withResume(ResumePolicy.BY_KEY);

    return recordings
        .map(
            file ->
                new S3FilePut(
                    PutObjectRequest.builder()
                        .bucket("recordings")
                        .key(String.valueOf(file.getFileName()))
                        .build(),
                    file))
        .via(S3Flow.putFile(client, resumed))
        .runWith(Sink.ignore(), system);
    // end::files[]
  }
}
