package dev.connectors.s3.internal;

import dev.connectors.s3.UploadSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
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

  /** For an upload with these settings. */
  static Multipart of(
      S3AsyncClient client, UploadRequests requests, Retrying retrying, UploadSettings settings) {
    return new Multipart(
        client,
        requests,
        retrying,
        new Retrying(
            settings.name(),
            settings.retry().withMaxDuration(settings.abortTimeout()),
            settings.abortTimeout(),
            settings.observer(),
            () -> true));
  }

  /** A new upload. */
  CompletableFuture<OpenUpload> create() {
    return retrying
        .call(() -> client.createMultipartUpload(requests.create()))
        .thenApply(response -> new OpenUpload(response.uploadId(), Map.of()));
  }

  /** The last one of this key that was neither completed nor aborted, or else a new one. */
  CompletableFuture<OpenUpload> resume() {
    return listed(() -> client.listMultipartUploadsPaginator(requests.uploads()).uploads())
        .thenCompose(
            uploads ->
                uploads.stream()
                    .filter(requests::isAlike)
                    .max(Comparator.comparing(MultipartUpload::initiated))
                    .map(left -> resume(left.uploadId()))
                    .orElseGet(this::create));
  }

  private CompletableFuture<OpenUpload> resume(String uploadId) {
    return listed(() -> client.listPartsPaginator(requests.parts(uploadId)).parts())
        .thenApply(
            parts -> {
              Map<Integer, Part> byNumber = new HashMap<>();
              parts.forEach(part -> byNumber.put(part.partNumber(), part));
              return new OpenUpload(uploadId, byNumber);
            });
  }

  private <T> CompletableFuture<List<T>> listed(Supplier<SdkPublisher<T>> list) {
    return retrying.call(
        () -> {
          List<T> all = Collections.synchronizedList(new ArrayList<>());
          return list.get().subscribe(all::add).thenApply(done -> all);
        });
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

  /** Fails with {@code cause}, when nothing of the upload is left. */
  <R> CompletableFuture<R> abortAfter(String uploadId, Throwable cause) {
    return abort(uploadId)
        .handle(
            (done, notAborted) -> {
              if (notAborted != null) {
                cause.addSuppressed(Failures.unwrap(notAborted));
              }
              throw new CompletionException(cause);
            });
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
