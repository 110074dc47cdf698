package dev.connectors.docs.examples;

import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.file.FileFlow;
import dev.connectors.file.FileSink;
import dev.connectors.file.FileSource;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.WrittenFile;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import dev.connectors.s3.DownloadSettings;
import dev.connectors.s3.RequestSettings;
import dev.connectors.s3.S3;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.S3Put;
import dev.connectors.s3.S3Sink;
import dev.connectors.s3.S3Source;
import dev.connectors.s3.UploadSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.GetObjectPresignRequest;

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

  static CompletionStage<Done> mirror(ActorSystem system, S3AsyncClient client, Path directory) {
    // tag::mirror[]
    FileWriteSettings below = FileWriteSettings.create(system).withRoot(directory);
    ListObjectsV2Request images =
        ListObjectsV2Request.builder().bucket("shop").prefix("images/").build();
    return S3Source.list(client, images)
        .map(object -> object.key())
        .filter(key -> !key.endsWith("/")) // what consoles make in the place of directories
        .mapAsync(
            4,
            key ->
                Source.single(Path.of(key).resolveSibling(""))
                    .via(FileFlow.mkdirs(below))
                    .flatMapConcat(
                        made ->
                            S3Source.object(
                                client, GetObjectRequest.builder().bucket("shop").key(key).build()))
                    .runWith(FileSink.bytes(Path.of(key), below), system))
        .runWith(Sink.ignore(), system);
    // end::mirror[]
  }

  static CompletionStage<Long> retire(ActorSystem system, S3AsyncClient client) {
    // tag::empty[]
    return S3.empty(system, client, "orders-2019")
        .thenCompose(
            count ->
                client
                    .deleteBucket(bucket -> bucket.bucket("orders-2019"))
                    .thenApply(deleted -> count));
    // end::empty[]
  }

  static CompletionStage<Done> tag(ActorSystem system, S3AsyncClient client) {
    // tag::tag[]
    Tagging done =
        Tagging.builder().tagSet(Tag.builder().key("state").value("done").build()).build();
    return S3Source.list(
            client, ListObjectsV2Request.builder().bucket("shop").prefix("orders/").build())
        .map(
            object ->
                PutObjectTaggingRequest.builder()
                    .bucket("shop")
                    .key(object.key())
                    .tagging(done)
                    .build())
        .via(S3Flow.tag(client, RequestSettings.create(system)))
        .runWith(Sink.ignore(), system);
    // end::tag[]
  }

  static Source<URI, NotUsed> links(S3AsyncClient client, S3Presigner presigner) {
    // tag::presign[]
    return S3Source.list(
            client, ListObjectsV2Request.builder().bucket("shop").prefix("invoices/").build())
        .map(
            object ->
                GetObjectPresignRequest.builder()
                    .signatureDuration(Duration.ofHours(1))
                    .getObjectRequest(get -> get.bucket("shop").key(object.key()))
                    .build())
        .map(request -> presigner.presignGetObject(request).url().toURI());
    // end::presign[]
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
