package dev.connectors.s3;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.RestoreObjectRequest;
import software.amazon.awssdk.services.s3.model.RestoreObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.S3Request;

/** The client of one bucket in memory, with versions and without contents; answers at once. */
final class FakeBuckets implements S3AsyncClient {
  private static final int PAGE = 1_000;

  /** A version of an object, or a marker. */
  record Version(String key, @Nullable String id, boolean isMarker) {
    String position() {
      return key + "\n" + id;
    }
  }

  /** All requests, in the order in which they came. */
  final List<S3Request> requests = new CopyOnWriteArrayList<>();

  final List<Version> versions = new ArrayList<>();
  final List<String> uploads = new ArrayList<>();

  /** The failure of a request, or null to carry it out. */
  Function<S3Request, @Nullable Throwable> onRequest = request -> null;

  /** Whether answers to deletions name the version of what has no other. */
  boolean namesTheOnlyVersion = true;

  private @Nullable BucketVersioningStatus versioning;

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  /** How many requests of one kind came. */
  long count(Class<? extends S3Request> type) {
    return requests.stream().filter(type::isInstance).count();
  }

  @Override
  public CompletableFuture<CreateBucketResponse> createBucket(CreateBucketRequest request) {
    return answer(request, () -> CreateBucketResponse.builder().build());
  }

  @Override
  public CompletableFuture<HeadBucketResponse> headBucket(HeadBucketRequest request) {
    return answer(request, () -> HeadBucketResponse.builder().build());
  }

  @Override
  public CompletableFuture<GetBucketVersioningResponse> getBucketVersioning(
      GetBucketVersioningRequest request) {
    return answer(request, () -> GetBucketVersioningResponse.builder().status(versioning).build());
  }

  @Override
  public CompletableFuture<PutBucketVersioningResponse> putBucketVersioning(
      PutBucketVersioningRequest request) {
    return answer(
        request,
        () -> {
          versioning = request.versioningConfiguration().status();
          return PutBucketVersioningResponse.builder().build();
        });
  }

  @Override
  public CompletableFuture<ListObjectVersionsResponse> listObjectVersions(
      ListObjectVersionsRequest request) {
    return answer(
        request,
        () -> {
          String from =
              request.keyMarker() == null
                  ? ""
                  : request.keyMarker() + "\n" + request.versionIdMarker();
          List<Version> left =
              versions.stream()
                  .filter(version -> version.key.startsWith(request.prefix()))
                  .filter(version -> version.position().compareTo(from) > 0)
                  .sorted(Comparator.comparing(Version::position))
                  .toList();
          List<Version> page = left.subList(0, Math.min(PAGE, left.size()));
          boolean isTruncated = page.size() < left.size();
          Version last = isTruncated ? page.get(page.size() - 1) : null;
          return ListObjectVersionsResponse.builder()
              .versions(
                  page.stream()
                      .filter(version -> !version.isMarker)
                      .map(it -> ObjectVersion.builder().key(it.key).versionId(it.id).build())
                      .toList())
              .deleteMarkers(
                  page.stream()
                      .filter(Version::isMarker)
                      .map(it -> DeleteMarkerEntry.builder().key(it.key).versionId(it.id).build())
                      .toList())
              .isTruncated(isTruncated)
              .nextKeyMarker(last == null ? null : last.key)
              .nextVersionIdMarker(last == null ? null : last.id)
              .build();
        });
  }

  @Override
  public CompletableFuture<ListObjectsV2Response> listObjectsV2(ListObjectsV2Request request) {
    return answer(
        request,
        () ->
            ListObjectsV2Response.builder()
                .contents(
                    versions.stream()
                        .map(version -> S3Object.builder().key(version.key).build())
                        .toList())
                .isTruncated(false)
                .build());
  }

  @Override
  public CompletableFuture<DeleteObjectsResponse> deleteObjects(DeleteObjectsRequest request) {
    return answer(
        request,
        () -> {
          List<DeletedObject> deleted = new ArrayList<>();
          for (ObjectIdentifier object : request.delete().objects()) {
            versions.remove(new Version(object.key(), object.versionId(), false));
            versions.remove(new Version(object.key(), object.versionId(), true));
            boolean isOnly = "null".equals(object.versionId());
            deleted.add(
                DeletedObject.builder()
                    .key(object.key())
                    .versionId(isOnly && !namesTheOnlyVersion ? null : object.versionId())
                    .build());
          }
          return DeleteObjectsResponse.builder().deleted(deleted).build();
        });
  }

  @Override
  public CompletableFuture<ListMultipartUploadsResponse> listMultipartUploads(
      ListMultipartUploadsRequest request) {
    return answer(
        request,
        () ->
            ListMultipartUploadsResponse.builder()
                .uploads(
                    uploads.stream()
                        .filter(key -> key.startsWith(request.prefix()))
                        .map(key -> MultipartUpload.builder().key(key).uploadId(key).build())
                        .toList())
                .isTruncated(false)
                .build());
  }

  @Override
  public CompletableFuture<AbortMultipartUploadResponse> abortMultipartUpload(
      AbortMultipartUploadRequest request) {
    return answer(
        request,
        () -> {
          uploads.remove(request.uploadId());
          return AbortMultipartUploadResponse.builder().build();
        });
  }

  @Override
  public CompletableFuture<PutObjectTaggingResponse> putObjectTagging(
      PutObjectTaggingRequest request) {
    return answer(
        request, () -> PutObjectTaggingResponse.builder().versionId(request.key()).build());
  }

  @Override
  public CompletableFuture<RestoreObjectResponse> restoreObject(RestoreObjectRequest request) {
    return answer(
        request, () -> RestoreObjectResponse.builder().restoreOutputPath(request.key()).build());
  }

  private synchronized <R> CompletableFuture<R> answer(S3Request request, Supplier<R> work) {
    requests.add(request);
    Throwable failure = onRequest.apply(request);
    return failure == null
        ? CompletableFuture.completedFuture(work.get())
        : CompletableFuture.failedFuture(failure);
  }
}
