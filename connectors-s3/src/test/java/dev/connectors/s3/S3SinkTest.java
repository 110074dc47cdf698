package dev.connectors.s3;

import static dev.connectors.s3.Uploads.PART;
import static dev.connectors.s3.Uploads.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.AbruptStageTerminationException;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

@SuppressWarnings("NullAway.Init") // set up before each test
class S3SinkTest extends StreamTest {
  private static final PutObjectRequest REQUEST = Uploads.request("k");

  private FakeS3 s3;
  private UploadSettings settings;

  @BeforeEach
  void start() {
    s3 = new FakeS3();
    settings = Uploads.settings(system);
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  private static Source<ByteString, NotUsed> pieces(byte[] content, int size) {
    return Source.range(0, Math.max(0, (content.length - 1) / size))
        .map(
            i ->
                ByteString.fromArray(
                    Arrays.copyOfRange(
                        content, i * size, Math.min(content.length, (i + 1) * size))));
  }

  private CompletionStage<PutObjectResponse> write(byte[] content, int pieces) {
    return pieces(content, pieces).runWith(S3Sink.object(s3, REQUEST, settings), materializer);
  }

  @Test
  void object_fitsInOnePart_isPutAtOnce() throws Exception {
    for (int size : new int[] {0, 1, 100_000, PART}) {
      byte[] content = random(size);
      assertThat(get(write(content, 70_000)).eTag()).isEqualTo(FakeS3.eTag(content));
      assertThat(s3.objects.get("k")).isEqualTo(content);
    }
    assertThat(s3.requests).hasSize(4).allMatch(PutObjectRequest.class::isInstance);
  }

  @Test
  void object_noElements_isPutEmpty() throws Exception {
    get(Source.<ByteString>empty().runWith(S3Sink.object(s3, REQUEST), materializer));

    assertThat(s3.objects.get("k")).isEmpty();
  }

  @Test
  void object_larger_isUploadedInPartsSeveralAtATime() throws Exception {
    for (int size : new int[] {PART + 1, 2 * PART, 3 * PART + 12_345, 5 * PART}) {
      byte[] content = random(size);
      PutObjectResponse response = get(write(content, 333_333));
      assertThat(response.versionId()).isEqualTo("v1");
      assertThat(s3.objects.get("k")).isEqualTo(content);
    }
    assertThat(s3.uploads).isEmpty();
    assertThat(s3.mostInFlight).hasValueLessThanOrEqualTo(2);
    List<CompletedPart> parts =
        s3.requests(CompleteMultipartUploadRequest.class).get(3).multipartUpload().parts();
    assertThat(parts).extracting(CompletedPart::partNumber).containsExactly(1, 2, 3, 4, 5);
    assertThat(parts).allMatch(part -> part.checksumCRC32().equals("crc"));
  }

  @Test
  void object_oneElementLargerThanAllParts_isUploaded() throws Exception {
    byte[] content = random(7 * PART + 1);

    get(write(content, content.length));

    assertThat(s3.objects.get("k")).isEqualTo(content);
  }

  @Test
  void object_stalledServer_takesNoMoreThanItsParts() {
    s3.stall();
    AtomicInteger taken = new AtomicInteger();

    CompletionStage<PutObjectResponse> writing =
        pieces(random(10 * PART), PART / 10)
            .map(
                piece -> {
                  taken.addAndGet(piece.size());
                  return piece;
                })
            .runWith(S3Sink.object(s3, REQUEST, settings), materializer);
    await().until(() -> taken.get() >= 3 * PART);
    await().during(Duration.ofMillis(200)).until(() -> taken.get() <= 3 * PART + PART / 10);
    s3.resume();

    assertThat(writing).succeedsWithin(SOON);
  }

  @Test
  void object_partsFailInPassing_areSentAgain() throws Exception {
    byte[] content = random(4 * PART);
    Map<Integer, Integer> tries = new ConcurrentHashMap<>();
    s3.onRequest =
        request ->
            request instanceof UploadPartRequest part
                    && tries.merge(part.partNumber(), 1, Integer::sum) < 3
                ? FakeS3.error(503, "SlowDown")
                : null;

    get(write(content, PART));

    assertThat(s3.objects.get("k")).isEqualTo(content);
    assertThat(s3.requests(UploadPartRequest.class)).hasSize(12);
  }

  @Test
  void object_partFailsForGood_isAbortedAndFailsWithThat() {
    s3.onRequest =
        request ->
            request instanceof UploadPartRequest part && part.partNumber() == 3
                ? FakeS3.error(403, "AccessDenied")
                : null;

    Pair<TestPublisher.Probe<ByteString>, CompletionStage<PutObjectResponse>> writing = probe();
    ByteString piece = ByteString.fromArray(random(PART));
    for (int i = 0; i < 4; i++) {
      writing.first().sendNext(piece);
    }

    writing.first().expectCancellation();
    assertThat(failure(writing.second())).isInstanceOf(S3Exception.class);
    assertThat(s3.uploads).isEmpty();
    assertThat(s3.objects).isEmpty();
  }

  @Test
  void object_retriesUsedUp_isAborted() {
    s3.onRequest =
        request -> request instanceof UploadPartRequest ? FakeS3.error(500, "InternalError") : null;

    assertThat(failure(write(random(3 * PART), PART))).hasMessageStartingWith("InternalError");
    assertThat(s3.uploads).isEmpty();
  }

  @Test
  void object_creationIsRefused_failsWithThat() {
    s3.onRequest =
        request ->
            request instanceof CreateMultipartUploadRequest
                ? FakeS3.error(404, "NoSuchBucket")
                : null;

    assertThat(failure(write(random(3 * PART), PART))).hasMessageStartingWith("NoSuchBucket");
    assertThat(s3.requests(AbortMultipartUploadRequest.class)).isEmpty();
  }

  @Test
  void object_upstreamFails_isAbortedAndFailsWithThat() {
    IllegalStateException bug = new IllegalStateException("bug");

    CompletionStage<PutObjectResponse> writing =
        pieces(random(4 * PART), PART)
            .concatLazy(Source.lazySource(() -> Source.failed(bug)))
            .runWith(S3Sink.object(s3, REQUEST, settings), materializer);

    assertThat(failure(writing)).isSameAs(bug);
    assertThat(s3.requests(AbortMultipartUploadRequest.class)).isNotEmpty();
    assertThat(s3.uploads).isEmpty();
    assertThat(s3.objects).isEmpty();
  }

  @Test
  void object_upstreamFailsBeforeAPartIsFull_asksForNothing() {
    CompletionStage<PutObjectResponse> writing =
        pieces(random(100), 10)
            .concatLazy(Source.lazySource(() -> Source.failed(new IllegalStateException("bug"))))
            .runWith(S3Sink.object(s3, REQUEST, settings), materializer);

    assertThat(failure(writing)).hasMessage("bug");
    assertThat(s3.requests).isEmpty();
  }

  @Test
  void object_terminatedWithPartsInFlight_isAbortedWhenTheyHaveEnded() {
    Pair<TestPublisher.Probe<ByteString>, CompletionStage<PutObjectResponse>> writing = probe();
    writing.first().sendNext(ByteString.fromArray(random(PART + 1)));
    await().until(() -> s3.requests(UploadPartRequest.class).size() == 1);
    s3.stall();
    writing.first().sendNext(ByteString.fromArray(random(PART)));
    await().until(() -> s3.requests(UploadPartRequest.class).size() == 2);

    materializer.shutdown();

    assertThat(failure(writing.second())).isInstanceOf(AbruptStageTerminationException.class);
    await()
        .during(Duration.ofMillis(100))
        .until(() -> s3.requests(AbortMultipartUploadRequest.class).isEmpty());
    s3.resume();
    await().until(() -> s3.requests(AbortMultipartUploadRequest.class).size() == 1);
    await().until(() -> s3.uploads.isEmpty());
    createMaterializer();
  }

  @Test
  void object_partsNeverEnd_isAbortedAfterTheTimeoutAndOnceMore() {
    settings = settings.withAbortTimeout(Duration.ofSeconds(2));
    Pair<TestPublisher.Probe<ByteString>, CompletionStage<PutObjectResponse>> writing = probe();
    writing.first().sendNext(ByteString.fromArray(random(PART + 1)));
    await().until(() -> s3.requests(UploadPartRequest.class).size() == 1);
    s3.stall();
    writing.first().sendNext(ByteString.fromArray(random(PART)));
    await().until(() -> s3.requests(UploadPartRequest.class).size() == 2);
    writing.first().sendError(new IllegalStateException("bug"));
    await().until(() -> s3.requests(AbortMultipartUploadRequest.class).size() == 1);
    s3.resume();

    assertThat(failure(writing.second())).hasMessage("bug");
    assertThat(s3.requests(AbortMultipartUploadRequest.class)).hasSize(2);
    assertThat(s3.uploads).isEmpty();
  }

  @Test
  void object_abortionFails_tellsThatToo() {
    s3.onRequest =
        request ->
            request instanceof AbortMultipartUploadRequest
                    || request instanceof CompleteMultipartUploadRequest
                ? FakeS3.error(403, "AccessDenied")
                : null;

    assertThat(failure(write(random(2 * PART), PART)).getSuppressed())
        .singleElement()
        .isInstanceOf(S3Exception.class);
  }

  @Test
  void object_answerToItsCompletionIsLost_isFoundThere() throws Exception {
    byte[] content = random(2 * PART);
    AtomicInteger answers = new AtomicInteger();
    s3.onAnswer =
        request ->
            request instanceof CompleteMultipartUploadRequest && answers.getAndIncrement() == 0
                ? FakeS3.error(503, "ServiceUnavailable")
                : null;

    assertThat(get(write(content, PART)).eTag()).endsWith("-2\"");
    assertThat(s3.objects.get("k")).isEqualTo(content);
    assertThat(s3.requests(HeadObjectRequest.class)).hasSize(1);
  }

  @Test
  void object_completionIsLostAndAnotherObjectIsThere_fails() {
    s3.onAnswer =
        request -> {
          if (request instanceof CompleteMultipartUploadRequest) {
            s3.onAnswer = none -> null;
            s3.onRequest =
                next -> {
                  if (next instanceof HeadObjectRequest) {
                    return FakeS3.error(404, "NoSuchKey");
                  }
                  return null;
                };
            return FakeS3.error(503, "ServiceUnavailable");
          }
          return null;
        };

    assertThat(failure(write(random(2 * PART), PART))).hasMessageStartingWith("NoSuchUpload");
  }

  @Test
  void object_conditionFails_failsWith412() {
    s3.objects.put("k", new byte[0]);
    PutObjectRequest request = REQUEST.toBuilder().ifNoneMatch("*").build();

    assertThat(
            failure(
                Source.single(ByteString.fromString("content"))
                    .runWith(S3Sink.object(s3, request, settings), materializer)))
        .hasMessageStartingWith("PreconditionFailed");
  }

  @Test
  void object_inParts_carriesOverAllThatTheRequestHas() throws Exception {
    PutObjectRequest request =
        REQUEST.toBuilder()
            .contentType("text/plain")
            .metadata(Map.of("a", "b"))
            .storageClass(StorageClass.GLACIER_IR)
            .tagging("t=1")
            .sseCustomerAlgorithm("AES256")
            .sseCustomerKey("key")
            .sseCustomerKeyMD5("md5")
            .ifNoneMatch("*")
            .expectedBucketOwner("owner")
            .overrideConfiguration(o -> o.putHeader("x-own", "1"))
            .build();

    get(pieces(random(2 * PART), PART).runWith(S3Sink.object(s3, request, settings), materializer));

    CreateMultipartUploadRequest create = s3.requests(CreateMultipartUploadRequest.class).get(0);
    assertThat(create.contentType()).isEqualTo("text/plain");
    assertThat(create.metadata()).isEqualTo(Map.of("a", "b"));
    assertThat(create.storageClass()).isEqualTo(StorageClass.GLACIER_IR);
    assertThat(create.tagging()).isEqualTo("t=1");
    assertThat(create.overrideConfiguration()).isPresent();
    UploadPartRequest part = s3.requests(UploadPartRequest.class).get(0);
    assertThat(part.sseCustomerKey()).isEqualTo("key");
    assertThat(part.expectedBucketOwner()).isEqualTo("owner");
    assertThat(part.overrideConfiguration()).isPresent();
    CompleteMultipartUploadRequest complete =
        s3.requests(CompleteMultipartUploadRequest.class).get(0);
    assertThat(complete.ifNoneMatch()).isEqualTo("*");
    assertThat(complete.sseCustomerKeyMD5()).isEqualTo("md5");
    assertThat(complete.mpuObjectSize()).isEqualTo(2L * PART);
  }

  @Test
  void object_notAsLongAsAnnounced_failsAndIsNotThere() {
    for (int length : new int[] {10, 3 * PART}) {
      PutObjectRequest request = REQUEST.toBuilder().contentLength(length + 1L).build();
      assertThat(
              failure(
                  pieces(random(length), PART)
                      .runWith(S3Sink.object(s3, request, settings), materializer)))
          .hasMessage(
              "the stream has %d bytes, the request's contentLength is %d"
                  .formatted(length, length + 1));
    }
    assertThat(s3.objects).isEmpty();
    assertThat(s3.uploads).isEmpty();
  }

  @Test
  void object_requestThatCantBeUploadedInParts_isRefused() {
    assertThatThrownBy(
            () -> S3Sink.object(s3, PutObjectRequest.builder().bucket("b").build(), settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the request to put an object has no key");
    assertThatThrownBy(
            () -> S3Sink.object(s3, REQUEST.toBuilder().contentMD5("x").build(), settings))
        .hasMessageContaining("contentMD5");
    assertThatThrownBy(
            () -> S3Sink.object(s3, REQUEST.toBuilder().checksumSHA256("x").build(), settings))
        .hasMessageContaining("checksumAlgorithm");
  }

  @Test
  void object_settingsOfTheSystemAreWrong_failsWithThat() {
    withSystem(
        "connectors.s3.upload.parallelism = 0",
        wrong ->
            assertThat(
                    failure(Source.<ByteString>empty().runWith(S3Sink.object(s3, REQUEST), wrong)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("connectors.s3.upload.parallelism"));
  }

  private Pair<TestPublisher.Probe<ByteString>, CompletionStage<PutObjectResponse>> probe() {
    return TestSource.<ByteString>create(system)
        .toMat(S3Sink.object(s3, REQUEST, settings), Keep.both())
        .run(materializer);
  }
}
