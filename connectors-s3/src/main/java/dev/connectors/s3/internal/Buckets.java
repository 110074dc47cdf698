package dev.connectors.s3.internal;

import dev.connectors.s3.BucketAccess;
import dev.connectors.s3.RequestSettings;
import dev.connectors.s3.S3Source;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.japi.pf.PFBuilder;
import org.apache.pekko.stream.Graph;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/** What is done with buckets as a whole. */
public final class Buckets {
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int NOT_IMPLEMENTED = 501;

  private Buckets() {}

  public static CompletionStage<Done> create(S3AsyncClient client, CreateBucketRequest request) {
    Objects.requireNonNull(request, "request");
    return Pages.unwrapped(
        client
            .createBucket(request)
            .handle(
                (created, failure) -> {
                  if (failure != null && !isOurs(Failures.unwrap(failure))) {
                    throw new CompletionException(Failures.unwrap(failure));
                  }
                  return Done.getInstance();
                }));
  }

  private static boolean isOurs(Throwable failure) {
    return failure instanceof AwsServiceException answer
        && answer.statusCode() == CONFLICT
        && "BucketAlreadyOwnedByYou".equals(Failures.code(answer));
  }

  public static CompletionStage<BucketAccess> access(S3AsyncClient client, String bucket) {
    return Pages.unwrapped(
        client
            .headBucket(request -> request.bucket(bucket))
            .handle(
                (there, failure) -> {
                  Throwable cause = failure == null ? null : Failures.unwrap(failure);
                  if (cause == null) {
                    return BucketAccess.GRANTED;
                  }
                  if (cause instanceof AwsServiceException answer
                      && answer.statusCode() == NOT_FOUND) {
                    return BucketAccess.MISSING;
                  }
                  if (cause instanceof AwsServiceException answer
                      && answer.statusCode() == FORBIDDEN) {
                    return BucketAccess.DENIED;
                  }
                  throw new CompletionException(cause);
                }));
  }

  public static CompletionStage<Optional<BucketVersioningStatus>> versioning(
      S3AsyncClient client, String bucket) {
    return Pages.unwrapped(
        client
            .getBucketVersioning(request -> request.bucket(bucket))
            .thenApply(answer -> Optional.ofNullable(answer.status())));
  }

  public static CompletionStage<Done> setVersioning(
      S3AsyncClient client, String bucket, BucketVersioningStatus status) {
    return Pages.unwrapped(
        client
            .putBucketVersioning(
                request ->
                    request
                        .bucket(bucket)
                        .versioningConfiguration(configuration -> configuration.status(status)))
            .thenApply(done -> Done.getInstance()));
  }

  /** Deletes everything whose key begins with {@code prefix}, and says how many versions. */
  public static CompletionStage<Long> empty(
      S3AsyncClient client,
      String bucket,
      String prefix,
      RequestSettings settings,
      ClassicActorSystemProvider system) {
    DeleteObjectsRequest given = DeleteObjectsRequest.builder().bucket(bucket).build();
    return versions(client, bucket, prefix)
        .via(Requests.deleting(client, given, settings))
        .runWith(Sink.fold(0L, (count, deleted) -> count + deleted.size()), system)
        .thenCompose(
            count ->
                uploads(client, bucket, prefix)
                    .via(Requests.aborting(client, settings))
                    .runWith(Sink.ignore(), system)
                    .thenApply(done -> count));
  }

  /**
   * Those of objects, and markers of deletions; or the objects where the server has no versions.
   */
  private static Source<ObjectIdentifier, NotUsed> versions(
      S3AsyncClient client, String bucket, String prefix) {
    ListObjectVersionsRequest request =
        ListObjectVersionsRequest.builder().bucket(bucket).prefix(prefix).build();
    return S3Source.identifiers(client, request)
        .recoverWithRetries(
            1,
            new PFBuilder<Throwable, Graph<SourceShape<ObjectIdentifier>, NotUsed>>()
                .match(
                    AwsServiceException.class,
                    answer -> answer.statusCode() == NOT_IMPLEMENTED,
                    answer -> objects(client, bucket, prefix))
                .build());
  }

  private static Source<ObjectIdentifier, NotUsed> objects(
      S3AsyncClient client, String bucket, String prefix) {
    return S3Source.list(
            client, ListObjectsV2Request.builder().bucket(bucket).prefix(prefix).build())
        .map(object -> ObjectIdentifier.builder().key(object.key()).build());
  }

  private static Source<AbortMultipartUploadRequest, NotUsed> uploads(
      S3AsyncClient client, String bucket, String prefix) {
    return S3Source.list(
            client, ListMultipartUploadsRequest.builder().bucket(bucket).prefix(prefix).build())
        .map(
            upload ->
                AbortMultipartUploadRequest.builder()
                    .bucket(bucket)
                    .key(upload.key())
                    .uploadId(upload.uploadId())
                    .build());
  }
}
