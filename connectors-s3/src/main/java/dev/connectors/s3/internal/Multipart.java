package dev.connectors.s3.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** The beginning and the end of an upload in parts, wherever the parts come from. Thread-safe. */
final class Multipart {
  private final S3AsyncClient client;
  private final UploadRequests requests;
  private final Retrying retrying;
  private final Retrying aborting;

  /**
   * @param aborting of the requests that abort, which are sent when no others are any more
   */
  Multipart(S3AsyncClient client, UploadRequests requests, Retrying retrying, Retrying aborting) {
    this.client = client;
    this.requests = requests;
    this.retrying = retrying;
    this.aborting = aborting;
  }

  /** The id of the upload. */
  CompletableFuture<String> create() {
    return retrying
        .call(() -> client.createMultipartUpload(requests.create()))
        .thenApply(CreateMultipartUploadResponse::uploadId);
  }

  /**
   * The confirmation that the object is there.
   *
   * @param parts in their order
   * @param size of all of them
   */
  CompletableFuture<PutObjectResponse> complete(
      String uploadId, List<CompletedPart> parts, long size) {
    return retrying
        .call(() -> client.completeMultipartUpload(requests.complete(uploadId, parts, size)))
        .thenApply(
            response -> {
              if (response.eTag() == null) {
                throw new IllegalStateException(
                    "the upload's completion was answered without an ETag");
              }
              return UploadRequests.result(response);
            })
        .exceptionallyCompose(cause -> isThere(parts, Failures.unwrap(cause)));
  }

  /**
   * When the answer to a completion was lost, the next one is that there is no such upload. The
   * object's ETag tells whether it was this one that became it.
   */
  private CompletableFuture<PutObjectResponse> isThere(List<CompletedPart> parts, Throwable cause) {
    String eTag = UploadRequests.eTag(parts);
    if (!Failures.isUploadGone(cause) || eTag == null) {
      return CompletableFuture.failedFuture(cause);
    }
    return retrying
        .call(() -> client.headObject(requests.head()))
        .handle(
            (response, failure) -> {
              if (failure != null || !eTag.equals(response.eTag())) {
                throw new CompletionException(cause);
              }
              return UploadRequests.result(response);
            });
  }

  /**
   * Completes when nothing of the upload is left.
   *
   * @param uploadId null if there is none
   * @param twice since what was sent before may arrive after the first time
   */
  CompletableFuture<Boolean> abort(@Nullable String uploadId, boolean twice) {
    if (uploadId == null) {
      return CompletableFuture.completedFuture(false);
    }
    CompletableFuture<Boolean> aborted = abort(uploadId);
    return twice ? aborted.thenCompose(done -> abort(uploadId)) : aborted;
  }

  private CompletableFuture<Boolean> abort(String uploadId) {
    return aborting
        .call(() -> client.abortMultipartUpload(requests.abort(uploadId)))
        .handle(
            (response, cause) -> {
              if (cause != null && !Failures.isUploadGone(Failures.unwrap(cause))) {
                throw new CompletionException(Failures.unwrap(cause));
              }
              return true;
            });
  }
}
