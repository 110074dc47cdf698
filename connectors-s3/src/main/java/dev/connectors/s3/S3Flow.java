package dev.connectors.s3;

import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.s3.internal.FileUploads;
import dev.connectors.s3.internal.Requests;
import dev.connectors.s3.internal.RollingObjects;
import java.util.List;
import java.util.Objects;
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
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
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
 *       refused or retries are used up.
 *   <li><b>After the end</b> of the stream, whichever it is, requests in flight go on, but none is
 *       tried again, and none follows where an element takes several; a copy in parts is aborted.
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
   * object has one and unless its {@code responseChecksumValidation} is {@code WHEN_REQUIRED}. What
   * has not as many bytes as were announced is read again.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html">S3:
   *     GetObject</a>
   */
  public static Flow<GetObjectRequest, ResponseBytes<GetObjectResponse>, NotUsed> get(
      S3AsyncClient client, RequestSettings settings) {
    return Requests.each(client, settings, Requests::get);
  }

  /** The same with a context for each element. */
  public static <C>
      FlowWithContext<GetObjectRequest, C, ResponseBytes<GetObjectResponse>, C, NotUsed>
          getWithContext(S3AsyncClient client, RequestSettings settings) {
    return Requests.eachWithContext(client, settings, Requests::get);
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
    return Requests.each(client, settings, Requests::put);
  }

  /** The same with a context for each element, such as what is to be committed after it. */
  public static <C> FlowWithContext<S3Put, C, PutObjectResponse, C, NotUsed> putWithContext(
      S3AsyncClient client, RequestSettings settings) {
    return Requests.eachWithContext(client, settings, Requests::put);
  }

  /**
   * Writes objects from files, without their passing the stream: each with one PUT, or in parts if
   * it is larger than {@code part-size}. Up to {@code parallelism} files are in work, and as many
   * requests that have content in flight over all of them; of each the client holds some chunks in
   * memory. In parts, an object is written as {@link S3Sink#object} does, with all that it says of
   * guarantees, and aborted if that fails; or with {@link ResumePolicy#BY_KEY} left, to be
   * continued when the file is put again.
   *
   * <p>Fails with {@link java.io.IOException} if a file can't be read, and with {@link
   * IllegalStateException} if it is changed meanwhile; when it fits in one part, the object may be
   * there then. When the stream ends before, nothing more is sent; the object of a PUT in flight
   * may be there then. What reads files here and not in the client does so in Pekko's dispatcher
   * for that.
   */
  public static Flow<S3FilePut, PutObjectResponse, NotUsed> putFile(
      S3AsyncClient client, UploadSettings settings) {
    return FileUploads.flow(client, settings, put -> put, (put, response) -> response);
  }

  /** The same with a context for each element, such as what is to be committed after it. */
  public static <C> FlowWithContext<S3FilePut, C, PutObjectResponse, C, NotUsed> putFileWithContext(
      S3AsyncClient client, UploadSettings settings) {
    return FlowWithContext.fromPairs(
        FileUploads.<Pair<S3FilePut, C>, Pair<PutObjectResponse, C>>flow(
            client,
            settings,
            Pair::first,
            (pair, response) -> Pair.create(response, pair.second())));
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
    return Requests.each(client, settings, Requests::copy);
  }

  /** The same with a context for each element. */
  public static <C>
      FlowWithContext<CopyObjectRequest, C, CopyObjectResponse, C, NotUsed> copyWithContext(
          S3AsyncClient client, RequestSettings settings) {
    return Requests.eachWithContext(client, settings, Requests::copy);
  }

  /**
   * Sets the tags of objects, in the place of those that they have.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html">S3:
   *     PutObjectTagging</a>
   */
  public static Flow<PutObjectTaggingRequest, PutObjectTaggingResponse, NotUsed> tag(
      S3AsyncClient client, RequestSettings settings) {
    return Requests.each(client, settings, Requests::tag);
  }

  /** The same with a context for each element. */
  public static <C>
      FlowWithContext<PutObjectTaggingRequest, C, PutObjectTaggingResponse, C, NotUsed>
          tagWithContext(S3AsyncClient client, RequestSettings settings) {
    return Requests.eachWithContext(client, settings, Requests::tag);
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
    return Requests.each(client, settings, Requests::restore);
  }

  /** The same with a context for each element. */
  public static <C>
      FlowWithContext<RestoreObjectRequest, C, RestoreObjectResponse, C, NotUsed>
          restoreWithContext(S3AsyncClient client, RequestSettings settings) {
    return Requests.eachWithContext(client, settings, Requests::restore);
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
    return Requests.delete(
        client, request, settings, object -> object, (object, deleted) -> deleted);
  }

  /** The same with a context for each element. */
  public static <C>
      FlowWithContext<ObjectIdentifier, C, DeletedObject, C, NotUsed> deleteWithContext(
          S3AsyncClient client, DeleteObjectsRequest request, RequestSettings settings) {
    return FlowWithContext.fromPairs(
        Requests.<Pair<ObjectIdentifier, C>, Pair<DeletedObject, C>>delete(
            client,
            request,
            settings,
            Pair::first,
            (pair, deleted) -> Pair.create(deleted, pair.second())));
  }

  /**
   * Writes elements into objects, with the settings at {@code connectors.s3.rolling} and {@code
   * connectors.s3.upload} of the system that runs the stream.
   *
   * @see #rolling(S3AsyncClient, RollingPlan, RollingSettings, UploadSettings)
   */
  public static <T> Flow<T, RolledObject, NotUsed> rolling(
      S3AsyncClient client, RollingPlan<T, PutObjectRequest> plan) {
    return Flow.fromGraph(RollingObjects.<T>each(client, plan, null, null));
  }

  /**
   * Writes elements into objects, and emits each object when S3 has confirmed it. An object's name
   * is a request to put it, with all but the content: bucket, key, content type, encryption.
   *
   * <ul>
   *   <li><b>Complete</b> is an object by size, count and time, also when no element arrives, when
   *       one too many would be open, and when upstream completes. It is written as {@link
   *       S3Sink#object(S3AsyncClient, PutObjectRequest, UploadSettings)} does, whole or not at
   *       all, while elements go on into the next. Objects are emitted in the order in which they
   *       were completed; those of the same key are written one after the other.
   *   <li><b>Fails</b> with upstream's failure, with the client's own exception when a request is
   *       refused or retries are used up, with what the functions of the plan throw, and with
   *       {@link IllegalStateException} when two objects have the same key. Objects that are not
   *       complete are aborted then, and when downstream cancels; one whose last request is in
   *       flight may be there nevertheless. The failure is told when that is done. A crash of the
   *       process leaves parts for a lifecycle rule.
   *   <li><b>Bounds:</b> {@code max-open} objects are open, {@code parallelism} are complete and
   *       not confirmed, {@code parallelism} parts are in flight; each of them holds up to {@code
   *       part-size} bytes. While an object waits to be emitted, no element is taken.
   *   <li><b>Threads:</b> the formats and encodings run on the stream's.
   * </ul>
   */
  public static <T> Flow<T, RolledObject, NotUsed> rolling(
      S3AsyncClient client,
      RollingPlan<T, PutObjectRequest> plan,
      RollingSettings rolling,
      UploadSettings upload) {
    return Flow.fromGraph(
        RollingObjects.<T>each(
            client,
            plan,
            Objects.requireNonNull(rolling, "rolling"),
            Objects.requireNonNull(upload, "upload")));
  }

  /**
   * {@link #rolling(S3AsyncClient, RollingPlan, RollingSettings, UploadSettings)} with a context:
   * emits for each element, in input order, its context and the object that it is in, once that and
   * the objects of all elements before it are confirmed. At most {@code max-held} elements wait for
   * it.
   *
   * <p>When an at-least-once source reads elements again after a crash, an object whose key is made
   * of its first element replaces the one before if the source begins with that element; otherwise
   * what was committed of it stands in both. {@link #rollingWithContexts} avoids that. Make keys of
   * positions only where each object has elements of one lane of the source, such as Kafka's
   * partition: else an object may be replaced whose other elements are committed and not read
   * again.
   */
  public static <T, C> FlowWithContext<T, C, RolledObject, C, NotUsed> rollingWithContext(
      S3AsyncClient client,
      RollingPlan<T, PutObjectRequest> plan,
      RollingSettings rolling,
      UploadSettings upload) {
    return FlowWithContext.fromPairs(
        Flow.fromGraph(RollingObjects.<T, C>ofElements(client, plan, rolling, upload)));
  }

  /**
   * {@link #rollingWithContext} that emits each object once, with the contexts of all elements in
   * it: {@code mapContext(Committable::all)} makes one of them, so that the commit of an object is
   * the commit of all its elements.
   *
   * <p>With an object for each lane of the source, such as Kafka's partition, which is complete by
   * size and count alone, and whose key is made of the position of its first element, every element
   * stands in exactly one object, also after a crash: what is read again begins with an object and
   * makes the same one, byte for byte. With any other partition use {@link
   * dev.connectors.core.CommitOrder#ANY_ORDER}: later elements may be complete before earlier ones.
   */
  public static <T, C> FlowWithContext<T, C, RolledObject, List<C>, NotUsed> rollingWithContexts(
      S3AsyncClient client,
      RollingPlan<T, PutObjectRequest> plan,
      RollingSettings rolling,
      UploadSettings upload) {
    return FlowWithContext.fromPairs(
        Flow.fromGraph(RollingObjects.<T, C>withContexts(client, plan, rolling, upload)));
  }
}
