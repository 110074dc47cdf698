package dev.connectors.s3;

import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.RollingSummary;
import dev.connectors.s3.internal.UploadStage;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** Sinks that write objects. */
public final class S3Sink {
  private S3Sink() {}

  /**
   * Writes an object, with the settings at {@code connectors.s3.upload} of the system that runs the
   * stream.
   *
   * @see #object(S3AsyncClient, PutObjectRequest, UploadSettings)
   */
  public static Sink<ByteString, CompletionStage<PutObjectResponse>> object(
      S3AsyncClient client, PutObjectRequest request) {
    return Sink.fromGraph(new UploadStage(client, request, null));
  }

  /**
   * Writes an object, whole or not at all. What fits in one part is written with one PUT, anything
   * larger with a multipart upload, several parts at a time.
   *
   * <ul>
   *   <li><b>Completes</b> when S3 has confirmed the object. After a multipart upload the response
   *       has what both answers have: ETag, version, checksum, encryption.
   *   <li><b>Fails</b> with upstream's failure, with the client's own exception when a request is
   *       refused or retries are used up, and with {@link IllegalStateException} if the bytes are
   *       not as many as the request's {@code contentLength} says. The sink cancels upstream at
   *       once; the upload is then aborted, and the failure is told when that is done.
   *   <li><b>Guarantee:</b> the object is there when the sink completes, and what had the key
   *       before is still there when it fails. If the answers to the last request and to all its
   *       retries were lost, or the stream was ended from outside while that was in flight, it may
   *       be there although the sink failed. The server compares the checksums that the client
   *       calculates for each part, the parts' ETags and the size of the whole.
   *   <li><b>Nothing is left:</b> on failure and when the stream is ended from outside, requests in
   *       flight are waited for, up to {@code abort-timeout}, and the upload is aborted. What is
   *       left after a crash of the process, or when the server can't be reached, is for a
   *       lifecycle rule ({@code AbortIncompleteMultipartUpload}). With {@link ResumePolicy#BY_KEY}
   *       it is left instead, and continued by the next one of the key.
   *   <li><b>Back-pressure:</b> at most (parallelism + 1) × part-size bytes are held. Pieces of 16
   *       KiB and more are held as they are, smaller ones are copied into memory that is used again
   *       for later parts.
   *   <li><b>Retries:</b> each request by itself, see {@link UploadSettings#withRetry}.
   *   <li><b>Large objects:</b> parts grow so that 10,000 of them are enough, up to 5 TiB. With a
   *       {@code contentLength} all are of one size.
   *   <li><b>Threads:</b> none of its own.
   * </ul>
   *
   * <p>All that the request has is carried over to the requests of a multipart upload: metadata,
   * tags, storage class, encryption, object lock, conditions ({@code ifNoneMatch}, {@code
   * ifMatch}), and an override configuration with all its headers. Which checksums are calculated,
   * {@code checksumAlgorithm} and the client's {@code requestChecksumCalculation} say. The client
   * stays the caller's, to be closed after the stream.
   *
   * @throws IllegalArgumentException if the request has no bucket or key, has {@code contentMD5} or
   *     the value of a checksum, which say nothing of parts, or has {@code writeOffsetBytes}
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html">S3:
   *     multipart upload</a>
   */
  public static Sink<ByteString, CompletionStage<PutObjectResponse>> object(
      S3AsyncClient client, PutObjectRequest request, UploadSettings settings) {
    return Sink.fromGraph(
        new UploadStage(client, request, Objects.requireNonNull(settings, "settings")));
  }

  /**
   * Writes elements into objects, with the settings at {@code connectors.s3.rolling} and {@code
   * connectors.s3.upload} of the system that runs the stream.
   *
   * @see #rolling(S3AsyncClient, RollingPlan, RollingSettings, UploadSettings)
   */
  public static <T> Sink<T, CompletionStage<RollingSummary>> rolling(
      S3AsyncClient client, RollingPlan<T, PutObjectRequest> plan) {
    return summing(S3Flow.rolling(client, plan));
  }

  /**
   * Writes elements into objects, each whole or not at all, as {@link S3Flow#rolling(S3AsyncClient,
   * RollingPlan, RollingSettings, UploadSettings)} does. Completes when all objects are confirmed,
   * with their number, elements and bytes; the flow emits each of them.
   */
  public static <T> Sink<T, CompletionStage<RollingSummary>> rolling(
      S3AsyncClient client,
      RollingPlan<T, PutObjectRequest> plan,
      RollingSettings rolling,
      UploadSettings upload) {
    return summing(S3Flow.rolling(client, plan, rolling, upload));
  }

  private static <T> Sink<T, CompletionStage<RollingSummary>> summing(
      Flow<T, RolledObject, NotUsed> objects) {
    return objects.toMat(
        Sink.fold(
            RollingSummary.NONE, (sum, object) -> sum.plus(object.elements(), object.bytes())),
        Keep.right());
  }
}
