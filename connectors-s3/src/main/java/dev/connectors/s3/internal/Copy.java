package dev.connectors.s3.internal;

import dev.connectors.s3.RequestSettings;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;
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
  private final PartLanes lanes = new PartLanes();

  /**
   * @param isWanted whether requests may be made, but those that abort
   */
  Copy(
      S3AsyncClient client,
      CopyObjectRequest request,
      RequestSettings settings,
      BooleanSupplier isWanted) {
    this.client = client;
    this.requests = new CopyRequests(request);
    this.settings = settings;
    retrying = retrying(() -> isWanted.getAsBoolean() && !lanes.hasFailed());
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
              return multipart.create().thenCompose(open -> inParts(multipart, open.id(), source));
            });
  }

  private CompletableFuture<@Nullable GetObjectTaggingResponse> tags(HeadObjectResponse source) {
    return requests.needsTags(source)
        ? retrying.call(() -> client.getObjectTagging(requests.tags()))
        : CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<CopyObjectResponse> inParts(
      Multipart multipart, String uploadId, HeadObjectResponse source) {
    long length = source.contentLength();
    PartPlan plan = new PartPlan(settings.copyPartSize(), length);
    long partSize = plan.size(1, 0);
    return lanes
        .run(
            PARTS_IN_FLIGHT,
            plan.parts(),
            index -> {
              long from = index * partSize;
              long to = Math.min(from + partSize, length);
              return retrying
                  .call(
                      () ->
                          client.uploadPartCopy(
                              requests.part(uploadId, index + 1, from, to, source)))
                  .thenApply(response -> CopyRequests.completed(index + 1, response));
            })
        .thenCompose(parts -> multipart.complete(uploadId, parts, length))
        .thenApply(CopyRequests::result)
        .exceptionallyCompose(cause -> multipart.abortAfter(uploadId, Failures.unwrap(cause)));
  }
}
