package dev.connectors.s3.internal;

import dev.connectors.s3.RequestSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** One object being copied by the server: at once, or in parts if it is large. */
final class Copy {
  private static final int PARTS_IN_FLIGHT = 4;

  private final S3AsyncClient client;
  private final CopyRequests requests;
  private final RequestSettings settings;
  private final Retrying retrying;
  private volatile boolean hasFailed;

  Copy(S3AsyncClient client, CopyObjectRequest request, RequestSettings settings) {
    this.client = client;
    this.requests = new CopyRequests(request);
    this.settings = settings;
    retrying = retrying(() -> !hasFailed);
  }

  private Retrying retrying(BooleanSupplier isWanted) {
    return new Retrying(
        settings.name(), settings.retry(), settings.timeout(), settings.observer(), isWanted);
  }

  CompletableFuture<CopyObjectResponse> run() {
    return retrying
        .call(() -> client.headObject(requests.head()))
        .thenCompose(
            source ->
                source.contentLength() <= settings.copyPartSize()
                    ? retrying.call(() -> client.copyObject(requests.whole()))
                    : inParts(source));
  }

  private CompletableFuture<CopyObjectResponse> inParts(HeadObjectResponse source) {
    return tags(source)
        .thenCompose(
            tags -> {
              UploadRequests upload = new UploadRequests(requests.put(source, tags), client);
              Multipart multipart = new Multipart(client, upload, retrying, retrying(() -> true));
              return multipart
                  .create()
                  .thenCompose(uploadId -> new Parts(multipart, uploadId, source).run());
            });
  }

  private CompletableFuture<@Nullable GetObjectTaggingResponse> tags(HeadObjectResponse source) {
    return requests.needsTags(source)
        ? retrying.call(() -> client.getObjectTagging(requests.tags()))
        : CompletableFuture.completedFuture(null);
  }

  /** Several lanes, each of which copies one part after the other. */
  private final class Parts {
    private final Multipart multipart;
    private final String uploadId;
    private final HeadObjectResponse source;
    private final long length;
    private final long partSize;
    private final CompletedPart[] completed;

    Parts(Multipart multipart, String uploadId, HeadObjectResponse source) {
      this.multipart = multipart;
      this.uploadId = uploadId;
      this.source = source;
      length = source.contentLength();
      partSize = new PartPlan(settings.copyPartSize(), length).size(1, 0);
      completed = new CompletedPart[(int) ((length + partSize - 1) / partSize)];
    }

    CompletableFuture<CopyObjectResponse> run() {
      List<CompletableFuture<?>> lanes = new ArrayList<>();
      for (int lane = 0; lane < Math.min(PARTS_IN_FLIGHT, completed.length); lane++) {
        lanes.add(copyFrom(lane));
      }
      return CompletableFuture.allOf(lanes.toArray(new CompletableFuture<?>[0]))
          .thenCompose(done -> multipart.complete(uploadId, List.of(completed), length))
          .thenApply(CopyRequests::result)
          .exceptionallyCompose(cause -> aborted(Failures.unwrap(cause)));
    }

    private CompletableFuture<Boolean> copyFrom(int index) {
      if (index >= completed.length || hasFailed) {
        return CompletableFuture.completedFuture(true);
      }
      long from = index * partSize;
      long to = Math.min(from + partSize, length);
      return retrying
          .call(() -> client.uploadPartCopy(requests.part(uploadId, index + 1, from, to, source)))
          .whenComplete(
              (response, cause) -> {
                if (cause != null) {
                  hasFailed = true; // the other lanes end with the part that they are at
                }
              })
          .thenCompose(
              response -> {
                completed[index] = CopyRequests.completed(index + 1, response);
                return copyFrom(index + PARTS_IN_FLIGHT);
              });
    }

    /** All lanes have ended. */
    private CompletableFuture<CopyObjectResponse> aborted(Throwable cause) {
      return multipart
          .abort(uploadId, false)
          .handle(
              (done, notAborted) -> {
                if (notAborted != null) {
                  cause.addSuppressed(Failures.unwrap(notAborted));
                }
                throw new CompletionException(cause);
              });
    }
  }
}
