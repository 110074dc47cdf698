package dev.connectors.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.S3Request;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * The client of an S3 in memory, of one bucket: answers on threads of its own, sends bodies as far
 * as they are asked for, and fails as it is told.
 */
public final class FakeS3 implements S3AsyncClient {
  private static final int CHUNK = 10_000;

  /** All requests, in the order in which they came. */
  public final List<S3Request> requests = new CopyOnWriteArrayList<>();

  public final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  public final Map<String, Map<Integer, byte[]>> uploads = new ConcurrentHashMap<>();

  /** Keys whose next deletion fails, with which code. */
  public final Map<String, String> refusedKeys = new ConcurrentHashMap<>();

  /** The failure of a request, or null to carry it out. */
  public volatile Function<S3Request, @Nullable Throwable> onRequest = request -> null;

  /** The failure of an answer to what was carried out, or null to answer. */
  public volatile Function<S3Request, @Nullable Throwable> onAnswer = request -> null;

  /** Changes the response to a get. */
  public volatile Function<GetObjectResponse.Builder, GetObjectResponse.Builder> onGet =
      response -> response;

  /** After how many bytes the body of a get is cut; negative for never. */
  public volatile Function<GetObjectRequest, Integer> cut = request -> -1;

  /** Whether a cut is told to the transformer alone, as the Netty client does. */
  public volatile boolean tellsTheTransformerOfCuts;

  /** Whether the body of a get stops without an end where it would be cut. */
  public volatile boolean isSilentWhenCut;

  public volatile boolean ignoresRanges;

  /** Whether it answers on the thread that asks. */
  public volatile boolean answersAtOnce;

  /** Bytes of bodies sent in all. */
  public final AtomicInteger sent = new AtomicInteger();

  public final AtomicInteger cancelled = new AtomicInteger();
  public final AtomicInteger inFlight = new AtomicInteger();
  public final AtomicInteger mostInFlight = new AtomicInteger();
  public final AtomicInteger mostPartsInFlight = new AtomicInteger();

  private final AtomicInteger partsInFlight = new AtomicInteger();
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final ConcurrentLinkedQueue<Runnable> held = new ConcurrentLinkedQueue<>();
  private final Map<String, String> multipartETags = new ConcurrentHashMap<>();
  private final Map<String, CreateMultipartUploadRequest> created = new ConcurrentHashMap<>();
  private final AtomicInteger uploadIds = new AtomicInteger();
  private volatile boolean isStalled;

  /** Answers nothing from now on. */
  public void stall() {
    isStalled = true;
  }

  /** Answers what has come and what comes. */
  public void resume() {
    isStalled = false;
    for (Runnable answer = held.poll(); answer != null; answer = held.poll()) {
      if (!threads.isShutdown()) {
        threads.execute(answer);
      }
    }
  }

  /** One put in seven is refused once, one in eleven has its answer lost once. */
  public void disturbPuts() {
    Set<String> failed = ConcurrentHashMap.newKeySet();
    onRequest =
        request ->
            request instanceof PutObjectRequest put
                    && put.key().hashCode() % 7 == 0
                    && failed.add(put.key())
                ? error(503, "SlowDown")
                : null;
    onAnswer =
        request ->
            request instanceof PutObjectRequest put
                    && put.key().hashCode() % 11 == 0
                    && failed.add(put.key())
                ? error(500, "InternalError")
                : null;
  }

  /** The requests of one kind. */
  public <R extends S3Request> List<R> requests(Class<R> type) {
    return requests.stream().filter(type::isInstance).map(type::cast).toList();
  }

  public static String eTag(byte[] content) {
    return '"' + md5(content) + '"';
  }

  public static S3Exception error(int status, String code) {
    return (S3Exception)
        S3Exception.builder()
            .statusCode(status)
            .message(code)
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(code).build())
            .build();
  }

  private static String md5(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError(missing);
    }
  }

  // ---- the client

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  @Override
  public CompletableFuture<PutObjectResponse> putObject(
      PutObjectRequest request, AsyncRequestBody body) {
    CompletableFuture<byte[]> content = content(body);
    return answer(
        request,
        () -> {
          byte[] bytes = content.join();
          check(request.contentLength(), bytes);
          if ("*".equals(request.ifNoneMatch()) && objects.containsKey(request.key())) {
            throw error(412, "PreconditionFailed");
          }
          objects.put(request.key(), bytes);
          return PutObjectResponse.builder().eTag(eTag(bytes)).build();
        });
  }

  @Override
  public CompletableFuture<CreateMultipartUploadResponse> createMultipartUpload(
      CreateMultipartUploadRequest request) {
    return answer(
        request,
        () -> {
          String id = "upload-" + uploadIds.incrementAndGet();
          uploads.put(id, new TreeMap<>());
          created.put(id, request);
          return CreateMultipartUploadResponse.builder().uploadId(id).build();
        });
  }

  @Override
  public CompletableFuture<UploadPartResponse> uploadPart(
      UploadPartRequest request, AsyncRequestBody body) {
    CompletableFuture<byte[]> content = content(body);
    return answer(
        request,
        () -> {
          byte[] bytes = content.join();
          check(request.contentLength(), bytes);
          Map<Integer, byte[]> parts = upload(request.uploadId());
          synchronized (parts) {
            parts.put(request.partNumber(), bytes);
          }
          return UploadPartResponse.builder().eTag(eTag(bytes)).checksumCRC32("crc").build();
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
                    created.entrySet().stream()
                        .filter(begun -> uploads.containsKey(begun.getKey()))
                        .filter(begun -> begun.getValue().key().startsWith(request.prefix()))
                        .map(
                            begun ->
                                MultipartUpload.builder()
                                    .uploadId(begun.getKey())
                                    .key(begun.getValue().key())
                                    .storageClass(begun.getValue().storageClass())
                                    .initiated(
                                        Instant.ofEpochSecond(
                                            number(begun.getKey().split("-", 2)[1])))
                                    .build())
                        .toList())
                .isTruncated(false)
                .build());
  }

  @Override
  public CompletableFuture<ListPartsResponse> listParts(ListPartsRequest request) {
    return answer(
        request,
        () ->
            ListPartsResponse.builder()
                .parts(
                    upload(request.uploadId()).entrySet().stream()
                        .map(
                            part ->
                                Part.builder()
                                    .partNumber(part.getKey())
                                    .size((long) part.getValue().length)
                                    .eTag(eTag(part.getValue()))
                                    .build())
                        .toList())
                .isTruncated(false)
                .build());
  }

  @Override
  public CompletableFuture<CompleteMultipartUploadResponse> completeMultipartUpload(
      CompleteMultipartUploadRequest request) {
    return answer(
        request,
        () -> {
          Map<Integer, byte[]> parts = upload(request.uploadId());
          byte[] whole = new byte[request.mpuObjectSize().intValue()];
          ByteBuffer target = ByteBuffer.wrap(whole);
          StringBuilder eTags = new StringBuilder();
          for (CompletedPart part : request.multipartUpload().parts()) {
            byte[] bytes = Objects.requireNonNull(parts.get(part.partNumber()));
            if (!eTag(bytes).equals(part.eTag())) {
              throw error(400, "InvalidPart");
            }
            target.put(bytes);
            eTags.append(md5(bytes));
          }
          if (target.hasRemaining()) {
            throw error(400, "InvalidRequest");
          }
          objects.put(request.key(), whole);
          uploads.remove(request.uploadId());
          int number = request.multipartUpload().parts().size();
          String eTag = '"' + md5(HexFormat.of().parseHex(eTags)) + "-" + number + '"';
          multipartETags.put(request.key(), eTag);
          return CompleteMultipartUploadResponse.builder().eTag(eTag).versionId("v1").build();
        });
  }

  @Override
  public CompletableFuture<AbortMultipartUploadResponse> abortMultipartUpload(
      AbortMultipartUploadRequest request) {
    return answer(
        request,
        () -> {
          upload(request.uploadId());
          uploads.remove(request.uploadId());
          return AbortMultipartUploadResponse.builder().build();
        });
  }

  @Override
  public CompletableFuture<HeadObjectResponse> headObject(HeadObjectRequest request) {
    return answer(
        request,
        () -> {
          byte[] content = object(request.key());
          String tag = multipartETags.getOrDefault(request.key(), eTag(content));
          if (request.ifMatch() != null && !request.ifMatch().equals(tag)) {
            throw error(412, "PreconditionFailed");
          }
          return HeadObjectResponse.builder()
              .contentLength((long) content.length)
              .eTag(tag)
              .contentType("text/plain")
              .metadata(Map.of("m", "1"))
              .tagCount(1)
              .build();
        });
  }

  @Override
  public CompletableFuture<CopyObjectResponse> copyObject(CopyObjectRequest request) {
    return answer(
        request,
        () -> {
          byte[] content = object(request.sourceKey());
          objects.put(request.destinationKey(), content);
          return CopyObjectResponse.builder()
              .copyObjectResult(result -> result.eTag(eTag(content)))
              .build();
        });
  }

  @Override
  public CompletableFuture<UploadPartCopyResponse> uploadPartCopy(UploadPartCopyRequest request) {
    return answer(
        request,
        () -> {
          byte[] content = object(request.sourceKey());
          if (!eTag(content).equals(request.copySourceIfMatch())) {
            throw error(412, "PreconditionFailed");
          }
          String[] range = request.copySourceRange().substring("bytes=".length()).split("-", 2);
          byte[] part = Arrays.copyOfRange(content, number(range[0]), number(range[1]) + 1);
          Map<Integer, byte[]> parts = upload(request.uploadId());
          synchronized (parts) {
            parts.put(request.partNumber(), part);
          }
          return UploadPartCopyResponse.builder()
              .copyPartResult(result -> result.eTag(eTag(part)))
              .build();
        });
  }

  @Override
  public CompletableFuture<GetObjectTaggingResponse> getObjectTagging(
      GetObjectTaggingRequest request) {
    return answer(
        request,
        () ->
            GetObjectTaggingResponse.builder()
                .tagSet(Tag.builder().key("t").value("1").build())
                .build());
  }

  @Override
  public CompletableFuture<ListObjectsV2Response> listObjectsV2(ListObjectsV2Request request) {
    return answer(
        request,
        () -> {
          List<String> keys = objects.keySet().stream().sorted().toList();
          String token = request.continuationToken();
          int from = token == null ? 0 : number(token);
          int to = Math.min(keys.size(), from + request.maxKeys());
          return ListObjectsV2Response.builder()
              .contents(
                  keys.subList(from, to).stream()
                      .map(key -> S3Object.builder().key(key).build())
                      .toList())
              .isTruncated(to < keys.size())
              .nextContinuationToken(to < keys.size() ? String.valueOf(to) : null)
              .build();
        });
  }

  @Override
  public CompletableFuture<DeleteObjectsResponse> deleteObjects(DeleteObjectsRequest request) {
    return answer(
        request,
        () -> {
          List<DeletedObject> deleted = new ArrayList<>();
          List<S3Error> errors = new ArrayList<>();
          for (ObjectIdentifier object : request.delete().objects()) {
            String code = refusedKeys.get(object.key());
            if (code == null) {
              objects.remove(object.key());
              deleted.add(DeletedObject.builder().key(object.key()).build());
            } else {
              errors.add(S3Error.builder().key(object.key()).code(code).message(code).build());
              refusedKeys.remove(object.key());
            }
          }
          return DeleteObjectsResponse.builder().deleted(deleted).errors(errors).build();
        });
  }

  @Override
  public <R> CompletableFuture<R> getObject(
      GetObjectRequest request, AsyncResponseTransformer<GetObjectResponse, R> transformer) {
    CompletableFuture<R> result = transformer.prepare();
    CompletableFuture<Body> opened = answer(request, () -> body(request));
    var unused =
        opened.whenComplete(
            (body, failure) -> {
              if (failure != null) {
                transformer.exceptionOccurred(failure);
                result.completeExceptionally(failure);
              } else {
                transformer.onResponse(body.response);
                body.onCut = transformer::exceptionOccurred;
                Publisher<ByteBuffer> content = body::subscribe;
                transformer.onStream(SdkPublisher.adapt(content));
              }
            });
    var unusedToo =
        result.whenComplete(
            (done, failure) -> {
              if (result.isCancelled()) {
                opened.cancel(true);
              }
            });
    return result;
  }

  private Body body(GetObjectRequest request) {
    byte[] content = object(request.key());
    String eTag = eTag(content);
    if (request.ifMatch() != null && !request.ifMatch().equals(eTag)) {
      throw error(412, "PreconditionFailed");
    }
    GetObjectResponse.Builder response = GetObjectResponse.builder().eTag(eTag);
    byte[] part = content;
    if (request.range() != null && !ignoresRanges) {
      String[] range = request.range().substring("bytes=".length()).split("-", 2);
      int from =
          range[0].isEmpty() ? content.length - Integer.parseInt(range[1]) : number(range[0]);
      int to =
          range[0].isEmpty() || range[1].isEmpty()
              ? content.length
              : Math.min(content.length, number(range[1]) + 1);
      part = Arrays.copyOfRange(content, from, to);
      response.contentRange("bytes %d-%d/%d".formatted(from, to - 1, content.length));
    }
    response.contentLength((long) part.length);
    return new Body(part, cut.apply(request), onGet.apply(response).build());
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }

  private byte[] object(String key) {
    byte[] content = objects.get(key);
    if (content == null) {
      throw error(404, "NoSuchKey");
    }
    return content;
  }

  private Map<Integer, byte[]> upload(String id) {
    Map<Integer, byte[]> parts = uploads.get(id);
    if (parts == null) {
      throw error(404, "NoSuchUpload");
    }
    return parts;
  }

  private static void check(Long length, byte[] bytes) {
    if (length != bytes.length) {
      throw error(400, "IncompleteBody");
    }
  }

  private static CompletableFuture<byte[]> content(AsyncRequestBody body) {
    CompletableFuture<byte[]> result = new CompletableFuture<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    body.subscribe(
        new Subscriber<ByteBuffer>() {
          @Override
          public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
          }

          @Override
          public void onNext(ByteBuffer buffer) {
            byte[] chunk = new byte[buffer.remaining()];
            buffer.get(chunk);
            bytes.writeBytes(chunk);
          }

          @Override
          public void onError(Throwable failure) {
            result.completeExceptionally(failure);
          }

          @Override
          public void onComplete() {
            result.complete(bytes.toByteArray());
          }
        });
    return result;
  }

  private <R> CompletableFuture<R> answer(S3Request request, Supplier<R> work) {
    requests.add(request);
    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    int part = request instanceof UploadPartRequest ? 1 : 0;
    mostPartsInFlight.accumulateAndGet(partsInFlight.addAndGet(part), Math::max);
    CompletableFuture<R> result = new CompletableFuture<>();
    Runnable answering =
        () -> {
          inFlight.decrementAndGet();
          try {
            Throwable failure = onRequest.apply(request);
            partsInFlight.addAndGet(-part);
            if (failure == null) {
              R response = work.get();
              Throwable lost = onAnswer.apply(request);
              if (lost == null) {
                result.complete(response);
              } else {
                result.completeExceptionally(lost);
              }
            } else {
              result.completeExceptionally(failure);
            }
          } catch (RuntimeException refused) {
            result.completeExceptionally(refused);
          }
        };
    if (isStalled) {
      held.add(answering);
      if (!isStalled) {
        resume(); // as that may not have seen it
      }
    } else if (answersAtOnce) {
      answering.run();
    } else {
      threads.execute(answering);
    }
    return result;
  }

  /** Sends chunks as far as they are asked for, on the fake's threads. */
  private final class Body {
    final GetObjectResponse response;
    private final byte[] content;
    private final int cutAfter;
    private Consumer<Throwable> onCut = failure -> {};

    Body(byte[] content, int cutAfter, GetObjectResponse response) {
      this.content = content;
      this.cutAfter = cutAfter;
      this.response = response;
    }

    void subscribe(Subscriber<? super ByteBuffer> subscriber) {
      Subscription subscription =
          new Subscription() {
            private long demand;
            private int position;
            private boolean isSending;
            private boolean isDone;

            @Override
            public void request(long more) {
              synchronized (this) {
                demand += more;
                if (isSending || isDone) {
                  return;
                }
                isSending = true;
              }
              threads.execute(this::send);
            }

            private void send() {
              while (true) {
                int from;
                int to;
                synchronized (this) {
                  int end = cutAfter < 0 ? content.length : Math.min(cutAfter, content.length);
                  from = position;
                  to = Math.min(from + CHUNK, end);
                  if (isDone || (demand == 0 && from < end)) {
                    isSending = false;
                    return;
                  }
                  if (from == end) {
                    isDone = true;
                  } else {
                    demand--;
                    position = to;
                  }
                }
                if (from < to) {
                  sent.addAndGet(to - from);
                  subscriber.onNext(ByteBuffer.wrap(Arrays.copyOfRange(content, from, to)));
                } else if (from == content.length && (cutAfter < 0 || cutAfter >= from)) {
                  subscriber.onComplete();
                  return;
                } else if (tellsTheTransformerOfCuts) {
                  onCut.accept(new IOException("connection closed"));
                  return;
                } else if (!isSilentWhenCut) {
                  subscriber.onError(new IOException("connection reset"));
                  return;
                } else {
                  return;
                }
              }
            }

            @Override
            public synchronized void cancel() {
              isDone = true;
              cancelled.incrementAndGet();
            }
          };
      threads.execute(() -> subscriber.onSubscribe(subscription)); // later, as the client does it
    }
  }
}
