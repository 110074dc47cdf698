package dev.connectors.s3;

import dev.connectors.s3.internal.Requests;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.RestoreObjectRequest;
import software.amazon.awssdk.services.s3.model.RestoreObjectResponse;

/**
 * Flows that read, write, copy, tag, restore and delete many objects.
 *
 * <p>They keep {@code parallelism} requests in flight and emit what the client answers, one result
 * for each element, in input order.
 *
 * <ul>
 *   <li><b>Guarantee:</b> a result is emitted only after S3 has answered for its element. A request
 *       may be carried out more than once, after a lost answer: with the same key and content, or a
 *       deletion, that changes nothing, but in a bucket with versions there may be one more.
 *   <li><b>Order:</b> of the results. Requests for the same key that are in flight together may
 *       take effect in either order.
 *   <li><b>Retries:</b> by {@link RequestSettings#withRetry}, beyond what the client itself does.
 *   <li><b>Completes</b> when upstream has completed and all results are emitted.
 *   <li><b>Fails</b> when upstream fails, and with the client's own exception when a request is
 *       refused or retries are used up. Requests in flight are not aborted then.
 *   <li><b>Threads:</b> none of its own.
 * </ul>
 *
 * <p>The client stays the caller's, to be closed after the stream.
 */
public final class S3Flow {
  private S3Flow() {}

  /**
   * Reads objects into memory, at most {@code parallelism} of them at a time. Fails with {@link
   * ObjectTooLargeException} rather than read one that is larger than {@code max-object-size}; for
   * those see {@link S3Source#object}. The client compares what it reads with the checksum, if the
   * object has one and unless its {@code responseChecksumValidation} is {@code WHEN_REQUIRED}.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html">S3:
   *     GetObject</a>
   */
  public static Flow<GetObjectRequest, ResponseBytes<GetObjectResponse>, NotUsed> get(
      S3AsyncClient client, RequestSettings settings) {
    Requests requests = new Requests(client, settings);
    return requests.each(requests::get);
  }

  /** The same with a context for each element. */
  public static <C>
      FlowWithContext<GetObjectRequest, C, ResponseBytes<GetObjectResponse>, C, NotUsed>
          getWithContext(S3AsyncClient client, RequestSettings settings) {
    Requests requests = new Requests(client, settings);
    return requests.eachWithContext(requests::get);
  }

  /**
   * Writes objects, each with one PUT. What is larger than memory holds {@code parallelism} times,
   * or than 5 GiB, is for {@link S3Sink#object}.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html">S3:
   *     PutObject</a>
   */
  public static Flow<S3Put, PutObjectResponse, NotUsed> put(
      S3AsyncClient client, RequestSettings settings) {
    Requests requests = new Requests(client, settings);
    return requests.each(requests::put);
  }

  /** The same with a context for each element, such as what is to be committed after it. */
  public static <C> FlowWithContext<S3Put, C, PutObjectResponse, C, NotUsed> putWithContext(
      S3AsyncClient client, RequestSettings settings) {
    Requests requests = new Requests(client, settings);
    return requests.eachWithContext(requests::put);
  }

  /**
   * Has the server copy objects: at once, or, if the source is larger than {@code copy-part-size},
   * in parts, of which 4 are in flight for each. Metadata and tags are the source's unless the
   * directives say {@code REPLACE}, in parts as well. A copy in parts that fails is aborted; so is
   * one whose source is replaced meanwhile.
   *
   * <p>Each request must have {@code sourceBucket}, {@code sourceKey}, {@code destinationBucket}
   * and {@code destinationKey}; else the stream fails with {@link IllegalArgumentException}. The
   * source is asked for its size first.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html">S3:
   *     CopyObject</a>
   */
  public static Flow<CopyObjectRequest, CopyObjectResponse, NotUsed> copy(
      S3AsyncClient client, RequestSettings settings) {
    Requests requests = new Requests(client, settings);
    return requests.each(requests::copy);
  }

  /** The same with a context for each element. */
  public static <C>
      FlowWithContext<CopyObjectRequest, C, CopyObjectResponse, C, NotUsed> copyWithContext(
          S3AsyncClient client, RequestSettings settings) {
    Requests requests = new Requests(client, settings);
    return requests.eachWithContext(requests::copy);
  }

  /**
   * Sets the tags of objects, in the place of those that they have.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html">S3:
   *     PutObjectTagging</a>
   */
  public static Flow<PutObjectTaggingRequest, PutObjectTaggingResponse, NotUsed> tag(
      S3AsyncClient client, RequestSettings settings) {
    Requests requests = new Requests(client, settings);
    return requests.each(requests::tag);
  }

  /** The same with a context for each element. */
  public static <C>
      FlowWithContext<PutObjectTaggingRequest, C, PutObjectTaggingResponse, C, NotUsed>
          tagWithContext(S3AsyncClient client, RequestSettings settings) {
    Requests requests = new Requests(client, settings);
    return requests.eachWithContext(requests::tag);
  }

  /**
   * Has objects restored from an archive. The results come when S3 has accepted that; the objects
   * can be read hours later, which {@code restore} of {@link S3Source#head} tells. That one is
   * being restored already is no failure: its response is empty.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html">S3:
   *     RestoreObject</a>
   */
  public static Flow<RestoreObjectRequest, RestoreObjectResponse, NotUsed> restore(
      S3AsyncClient client, RequestSettings settings) {
    Requests requests = new Requests(client, settings);
    return requests.each(requests::restore);
  }

  /** The same with a context for each element. */
  public static <C>
      FlowWithContext<RestoreObjectRequest, C, RestoreObjectResponse, C, NotUsed>
          restoreWithContext(S3AsyncClient client, RequestSettings settings) {
    Requests requests = new Requests(client, settings);
    return requests.eachWithContext(requests::restore);
  }

  /**
   * Deletes objects, or versions of them, of one bucket: what has come while requests were in
   * flight, up to {@code max-batch}, with one request. That there was no such object is no failure.
   * Fails with {@link S3DeleteException} if one of them is refused; others of its batch may have
   * been deleted.
   *
   * @param request with the bucket and all else but {@code delete}
   * @throws IllegalArgumentException if it has no bucket, or names objects
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html">S3:
   *     DeleteObjects</a>
   */
  public static Flow<ObjectIdentifier, DeletedObject, NotUsed> delete(
      S3AsyncClient client, DeleteObjectsRequest request, RequestSettings settings) {
    return new Requests(client, settings)
        .delete(request, object -> object, (object, deleted) -> deleted);
  }

  /** The same with a context for each element. */
  public static <C>
      FlowWithContext<ObjectIdentifier, C, DeletedObject, C, NotUsed> deleteWithContext(
          S3AsyncClient client, DeleteObjectsRequest request, RequestSettings settings) {
    return FlowWithContext.fromPairs(
        new Requests(client, settings)
            .<Pair<ObjectIdentifier, C>, Pair<DeletedObject, C>>delete(
                request, Pair::first, (pair, deleted) -> Pair.create(deleted, pair.second())));
  }
}
