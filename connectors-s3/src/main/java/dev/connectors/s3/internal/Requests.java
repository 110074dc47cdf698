package dev.connectors.s3.internal;

import dev.connectors.s3.RequestSettings;
import dev.connectors.s3.S3Put;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
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
 * What the flows do for each element, and how many of them at a time. When the stream has ended, no
 * more attempts are made.
 */
public final class Requests {
  private final S3AsyncClient client;
  private final RequestSettings settings;
  private final Retrying retrying;
  private final boolean validatesChecksums;
  private volatile boolean hasEnded;

  private Requests(S3AsyncClient client, RequestSettings settings) {
    this.client = client;
    this.settings = settings;
    retrying =
        new Retrying(
            settings.name(),
            settings.retry(),
            settings.timeout(),
            settings.observer(),
            () -> !hasEnded);
    validatesChecksums = validatesChecksums(client);
  }

  /**
   * One request for each element, the results in input order.
   *
   * @param request made by those of the stream that the element is in
   */
  public static <E, R> Flow<E, R, NotUsed> each(
      S3AsyncClient client,
      RequestSettings settings,
      BiFunction<Requests, E, CompletionStage<R>> request) {
    return inStream(client, settings, requests -> requests.each(request));
  }

  /** The same with a context for each element. */
  public static <I, O, C> FlowWithContext<I, C, O, C, NotUsed> eachWithContext(
      S3AsyncClient client,
      RequestSettings settings,
      BiFunction<Requests, I, CompletionStage<O>> request) {
    return FlowWithContext.fromPairs(
        Requests.<Pair<I, C>, Pair<O, C>>each(
            client,
            settings,
            (requests, pair) ->
                request
                    .apply(requests, pair.first())
                    .thenApply(response -> Pair.create(response, pair.second()))));
  }

  /**
   * Gathers elements while requests are in flight, and deletes those of a batch at once.
   *
   * @param given without objects
   * @param result of an element, whose object was deleted
   */
  public static <E, R> Flow<E, R, NotUsed> delete(
      S3AsyncClient client,
      DeleteObjectsRequest given,
      RequestSettings settings,
      Function<E, ObjectIdentifier> object,
      BiFunction<E, DeletedObject, R> result) {
    Deletions.check(given);
    return inStream(client, settings, requests -> requests.delete(given, object, result));
  }

  /** Deletes in batches that are full but for the last, however few requests are in flight. */
  static Flow<ObjectIdentifier, List<DeletedObject>, NotUsed> deleting(
      S3AsyncClient client, DeleteObjectsRequest given, RequestSettings settings) {
    return Flow.<ObjectIdentifier>create()
        .grouped(settings.maxBatch())
        .via(each(client, settings, (requests, batch) -> requests.deletions(given).delete(batch)));
  }

  /** Aborts uploads; that there is no such one any more will do. */
  static Flow<AbortMultipartUploadRequest, Boolean, NotUsed> aborting(
      S3AsyncClient client, RequestSettings settings) {
    return each(client, settings, Requests::abort);
  }

  /** Each stream has requests of its own, which end with it. */
  private static <E, R> Flow<E, R, NotUsed> inStream(
      S3AsyncClient client,
      RequestSettings settings,
      Function<Requests, Flow<E, R, NotUsed>> work) {
    Objects.requireNonNull(client, "client");
    Objects.requireNonNull(settings, "settings");
    return Flow.fromMaterializer(
            (materializer, attributes) -> {
              Requests requests = new Requests(client, settings);
              return work.apply(requests).via(new EndWatch<>(() -> requests.hasEnded = true));
            })
        .mapMaterializedValue(created -> NotUsed.getInstance());
  }

  private static boolean validatesChecksums(S3AsyncClient client) {
    try {
      return client.serviceClientConfiguration().responseChecksumValidation()
          == ResponseChecksumValidation.WHEN_SUPPORTED;
    } catch (UnsupportedOperationException unknown) {
      return true;
    }
  }

  /** The object's content, whose checksum the client compares if it has been asked for. */
  public CompletableFuture<ResponseBytes<GetObjectResponse>> get(GetObjectRequest given) {
    GetObjectRequest request = new ObjectRequests(given).first(validatesChecksums);
    return retrying.call(
        () -> client.getObject(request, new SmallObject(request.key(), settings.maxObjectSize())));
  }

  /** Writes the object. */
  public CompletableFuture<PutObjectResponse> put(S3Put put) {
    long length = put.content().size();
    return retrying.call(
        () ->
            client.putObject(
                put.request().toBuilder().contentLength(length).build(), body(put, length)));
  }

  /** Has the server copy the object. */
  public CompletableFuture<CopyObjectResponse> copy(CopyObjectRequest request) {
    return new Copy(client, request, settings, () -> !hasEnded).run();
  }

  /** Sets the tags of the object. */
  public CompletableFuture<PutObjectTaggingResponse> tag(PutObjectTaggingRequest request) {
    return retrying.call(() -> client.putObjectTagging(request));
  }

  /** Has the object restored from an archive; that it is being restored already will do. */
  public CompletableFuture<RestoreObjectResponse> restore(RestoreObjectRequest request) {
    return retrying
        .call(() -> client.restoreObject(request))
        .exceptionallyCompose(
            failure ->
                Failures.isBeingRestored(Failures.unwrap(failure))
                    ? CompletableFuture.completedFuture(RestoreObjectResponse.builder().build())
                    : CompletableFuture.failedFuture(Failures.unwrap(failure)));
  }

  private CompletableFuture<Boolean> abort(AbortMultipartUploadRequest request) {
    return retrying
        .call(() -> client.abortMultipartUpload(request))
        .handle(
            (done, failure) -> {
              if (failure != null && !Failures.isUploadGone(Failures.unwrap(failure))) {
                throw new CompletionException(Failures.unwrap(failure));
              }
              return true;
            });
  }

  private static AsyncRequestBody body(S3Put put, long length) {
    // Not copied: a ByteString never changes.
    return length == 0
        ? AsyncRequestBody.empty()
        : AsyncRequestBody.fromRemainingByteBuffersUnsafe(
            buffers(put.content().getByteBuffers()).toArray(ByteBuffer[]::new));
  }

  private static List<ByteBuffer> buffers(Iterable<ByteBuffer> content) {
    List<ByteBuffer> list = new ArrayList<>();
    content.forEach(list::add);
    return list;
  }

  private <E, R> Flow<E, R, NotUsed> each(BiFunction<Requests, E, CompletionStage<R>> request) {
    return Flow.<E>create()
        .mapAsync(settings.parallelism(), element -> Pages.unwrapped(request.apply(this, element)));
  }

  private Deletions deletions(DeleteObjectsRequest given) {
    return new Deletions(client, given, retrying);
  }

  private <E, R> Flow<E, R, NotUsed> delete(
      DeleteObjectsRequest given,
      Function<E, ObjectIdentifier> object,
      BiFunction<E, DeletedObject, R> result) {
    Deletions deletions = deletions(given);
    return Flow.<E>create()
        .batch(
            settings.maxBatch(),
            first -> {
              List<E> batch = new ArrayList<>();
              batch.add(first);
              return batch;
            },
            (batch, next) -> {
              batch.add(next);
              return batch;
            })
        .mapAsync(
            settings.parallelism(),
            batch -> {
              List<ObjectIdentifier> objects = new ArrayList<>(batch.size());
              for (E element : batch) {
                objects.add(object.apply(element));
              }
              return Pages.unwrapped(
                  deletions.delete(objects).thenApply(deleted -> results(batch, deleted, result)));
            })
        .mapConcat(results -> results);
  }

  private static <E, R> List<R> results(
      List<E> batch, List<DeletedObject> deleted, BiFunction<E, DeletedObject, R> result) {
    List<R> results = new ArrayList<>(batch.size());
    Iterator<DeletedObject> next = deleted.iterator();
    for (E element : batch) {
      results.add(result.apply(element, next.next()));
    }
    return results;
  }
}
