package dev.connectors.docs.examples;

import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.file.FileSink;
import dev.connectors.file.FileSource;
import dev.connectors.file.WrittenFile;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import dev.connectors.s3.DownloadSettings;
import dev.connectors.s3.RequestSettings;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.S3Put;
import dev.connectors.s3.S3Sink;
import dev.connectors.s3.S3Source;
import dev.connectors.s3.UploadSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.StorageClass;

/** Objects up and down. */
final class S3Examples {
  private S3Examples() {}

  static CompletionStage<WrittenFile> download(ActorSystem system, S3AsyncClient client) {
    // tag::download[]
    GetObjectRequest orders =
        GetObjectRequest.builder().bucket("shop").key("orders/2026-11.csv").build();
    return S3Source.object(client, orders).runWith(FileSink.bytes(Path.of("orders.csv")), system);
    // end::download[]
  }

  static CompletionStage<PutObjectResponse> upload(ActorSystem system, S3AsyncClient client) {
    // tag::upload[]
    PutObjectRequest orders =
        PutObjectRequest.builder()
            .bucket("shop")
            .key("orders/2026-11.csv")
            .contentType("text/csv")
            .storageClass(StorageClass.STANDARD_IA)
            .ifNoneMatch("*") // fails with 412 if there is such an object
            .build();
    UploadSettings settings = UploadSettings.create(system).withParallelism(8);
    return FileSource.bytes(Path.of("orders.csv"))
        .runWith(S3Sink.object(client, orders, settings), system);
    // end::upload[]
  }

  static CompletionStage<PutObjectResponse> copy(
      ActorSystem system, S3AsyncClient from, S3AsyncClient to, String key) {
    // tag::ranges[]
    DownloadSettings ranges = DownloadSettings.create(system).withParallelism(4);
    return S3Source.object(from, GetObjectRequest.builder().bucket("old").key(key).build(), ranges)
        .runWith(
            S3Sink.object(to, PutObjectRequest.builder().bucket("new").key(key).build()), system);
    // end::ranges[]
  }

  static CompletionStage<Done> purge(ActorSystem system, S3AsyncClient client, Instant before) {
    // tag::delete[]
    return S3Source.list(
            client, ListObjectsV2Request.builder().bucket("shop").prefix("tmp/").build())
        .filter(object -> object.lastModified().isBefore(before))
        .map(object -> ObjectIdentifier.builder().key(object.key()).build())
        .via(
            S3Flow.delete(
                client,
                DeleteObjectsRequest.builder().bucket("shop").build(),
                RequestSettings.create(system)))
        .runWith(Sink.ignore(), system);
    // end::delete[]
  }

  static Control.Draining<Done> archive(
      ActorSystem system, S3AsyncClient client, ConsumerSettings<String, byte[]> consumer) {
    // tag::put[]
    return KafkaSource.committable(consumer, Subscription.topics("invoices"))
        .map(S3Examples::invoice)
        .via(S3Flow.<Committable>putWithContext(client, RequestSettings.create(system)))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::put[]
  }

  // tag::key[]
  /** The key is the record's position, so writing it again after a crash changes nothing. */
  private static S3Put invoice(ConsumerRecord<String, byte[]> record) {
    String key = "invoices/%d/%020d.pdf".formatted(record.partition(), record.offset());
    return new S3Put(
        PutObjectRequest.builder().bucket("archive").key(key).build(),
        ByteString.fromArrayUnsafe(record.value()));
  }
  // end::key[]
}
