package dev.connectors.s3;

import dev.connectors.s3.internal.DownloadStage;
import dev.connectors.s3.internal.Pages;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Sources that read objects, and lists of what is there.
 *
 * <p>Lists are read page by page with the client's own paginators, one page ahead of demand. They
 * fail with the client's exception; the client retries as it is configured to. What comes and goes
 * while a list is read may be in it or not.
 *
 * <p>The client stays the caller's, to be closed after the stream.
 */
public final class S3Source {
  private S3Source() {}

  /**
   * An object's bytes, with the settings at {@code connectors.s3.download} of the system that runs
   * the stream.
   *
   * @see #object(S3AsyncClient, GetObjectRequest, DownloadSettings)
   */
  public static Source<ByteString, CompletionStage<GetObjectResponse>> object(
      S3AsyncClient client, GetObjectRequest request) {
    return Source.fromGraph(new DownloadStage(client, request, null));
  }

  /**
   * An object's bytes, or those of the range or part that the request names.
   *
   * <ul>
   *   <li><b>Emits</b> bytes as the client hands them over, in order. The materialized response is
   *       that to the first request; it is there before the first byte, or fails as the stream
   *       does.
   *   <li><b>Completes</b> at the end, when all bytes have come and, for a whole object, the
   *       checksum is right: see {@link VerifyPolicy}.
   *   <li><b>Fails</b> with {@link S3ContentException} if the checksum is wrong, with the client's
   *       own exception when a request is refused or retries are used up, with status 412 if the
   *       object was replaced while it was read.
   *   <li><b>Resumes:</b> when the connection is lost, or idles for too long because downstream is
   *       slow, the rest is asked for with a range and {@code If-Match}, and the version that the
   *       first response named. Not if the response has no length or no ETag.
   *   <li><b>Back-pressure:</b> reaches the socket. About {@code read-ahead} bytes are held, or
   *       with a {@code parallelism} of more than 1 up to parallelism × range-size.
   *   <li><b>Ranges:</b> with a {@code parallelism} of more than 1, an object larger than {@code
   *       range-size} is read in ranges, several at a time; the first request is for the whole and
   *       is given up after the first range. Leave it at 1 with a client that does so by itself, as
   *       the CRT client.
   *   <li><b>Threads:</b> none of its own.
   * </ul>
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html">S3:
   *     GetObject</a>
   */
  public static Source<ByteString, CompletionStage<GetObjectResponse>> object(
      S3AsyncClient client, GetObjectRequest request, DownloadSettings settings) {
    return Source.fromGraph(
        new DownloadStage(client, request, Objects.requireNonNull(settings, "settings")));
  }

  /** What is known of an object: one response, or the client's failure. */
  public static Source<HeadObjectResponse, NotUsed> head(
      S3AsyncClient client, HeadObjectRequest request) {
    Objects.requireNonNull(request, "request");
    return Pages.single(() -> client.headObject(request));
  }

  /**
   * The objects of a bucket. With a delimiter, those that have it are left out: see {@link #pages}.
   */
  public static Source<S3Object, NotUsed> list(S3AsyncClient client, ListObjectsV2Request request) {
    return pages(client, request).mapConcat(ListObjectsV2Response::contents);
  }

  /** The pages of such a list, which have the common prefixes, too. */
  public static Source<ListObjectsV2Response, NotUsed> pages(
      S3AsyncClient client, ListObjectsV2Request request) {
    Objects.requireNonNull(request, "request");
    return Pages.of(() -> client.listObjectsV2Paginator(request));
  }

  /** The versions of a bucket's objects, without the markers of deletions: see {@link #pages}. */
  public static Source<ObjectVersion, NotUsed> list(
      S3AsyncClient client, ListObjectVersionsRequest request) {
    return pages(client, request).mapConcat(ListObjectVersionsResponse::versions);
  }

  /** The pages of such a list, which have the markers of deletions and common prefixes, too. */
  public static Source<ListObjectVersionsResponse, NotUsed> pages(
      S3AsyncClient client, ListObjectVersionsRequest request) {
    Objects.requireNonNull(request, "request");
    return Pages.of(() -> client.listObjectVersionsPaginator(request));
  }

  /**
   * What names each version of a bucket's objects, and each marker of a deletion: what {@link
   * S3Flow#delete} takes to delete them for good.
   */
  public static Source<ObjectIdentifier, NotUsed> identifiers(
      S3AsyncClient client, ListObjectVersionsRequest request) {
    return pages(client, request).mapConcat(Pages::identifiers);
  }

  /** The multipart uploads of a bucket that are neither completed nor aborted. */
  public static Source<MultipartUpload, NotUsed> list(
      S3AsyncClient client, ListMultipartUploadsRequest request) {
    Objects.requireNonNull(request, "request");
    return Pages.of(() -> client.listMultipartUploadsPaginator(request))
        .mapConcat(page -> page.uploads());
  }

  /** The parts of a multipart upload. */
  public static Source<Part, NotUsed> list(S3AsyncClient client, ListPartsRequest request) {
    Objects.requireNonNull(request, "request");
    return Pages.of(() -> client.listPartsPaginator(request)).mapConcat(page -> page.parts());
  }

  /** The buckets of the account. */
  public static Source<Bucket, NotUsed> list(S3AsyncClient client, ListBucketsRequest request) {
    Objects.requireNonNull(request, "request");
    return Pages.of(() -> client.listBucketsPaginator(request)).mapConcat(page -> page.buckets());
  }
}
