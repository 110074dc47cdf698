package dev.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.RetrySettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

@SuppressWarnings("NullAway.Init") // set up before each test
class S3SourceTest extends StreamTest {
  private static final GetObjectRequest REQUEST =
      GetObjectRequest.builder().bucket("b").key("k").build();

  private FakeS3 s3;
  private DownloadSettings settings;

  @BeforeEach
  void start() {
    s3 = new FakeS3();
    settings =
        DownloadSettings.create(system)
            .withRetry(
                RetrySettings.create(system)
                    .withMinBackoff(Duration.ofMillis(1))
                    .withMaxBackoff(Duration.ofMillis(5)));
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  private static byte[] random(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }

  private byte[] stored(int length) {
    byte[] content = random(length);
    s3.objects.put("k", content);
    return content;
  }

  private CompletionStage<byte[]> read(GetObjectRequest request) {
    return bytes(S3Source.object(s3, request, settings)).second();
  }

  private <M> Pair<M, CompletionStage<byte[]>> bytes(Source<ByteString, M> source) {
    return source
        .toMat(Sink.fold(ByteString.emptyByteString(), ByteString::concat), Keep.both())
        .mapMaterializedValue(
            both -> Pair.create(both.first(), both.second().thenApply(ByteString::toArray)))
        .run(materializer);
  }

  @Test
  void object_whole_emitsItsBytesAndMaterializesTheResponse() throws Exception {
    byte[] content = stored(123_456);

    Pair<CompletionStage<GetObjectResponse>, CompletionStage<byte[]>> reading =
        bytes(S3Source.object(s3, REQUEST));

    assertThat(get(reading.first()).contentLength()).isEqualTo(123_456);
    assertThat(get(reading.second())).isEqualTo(content);
    assertThat(s3.requests(GetObjectRequest.class))
        .containsExactly(REQUEST.toBuilder().checksumMode(ChecksumMode.ENABLED).build());
  }

  @Test
  void object_empty_completes() throws Exception {
    stored(0);

    assertThat(get(read(REQUEST))).isEmpty();
    settings = settings.withParallelism(4);
    assertThat(get(read(REQUEST))).isEmpty();
  }

  @Test
  void object_cutAgainAndAgain_goesOnFromThereAndOnlyWithTheSameObject() throws Exception {
    byte[] content = stored(300_000);
    s3.cut = request -> 70_001;

    assertThat(get(read(REQUEST))).isEqualTo(content);
    assertThat(s3.requests(GetObjectRequest.class))
        .extracting(GetObjectRequest::range)
        .containsExactly(
            null,
            "bytes=70001-299999",
            "bytes=140002-299999",
            "bytes=210003-299999",
            "bytes=280004-299999");
    assertThat(s3.requests(GetObjectRequest.class))
        .extracting(GetObjectRequest::ifMatch)
        .containsExactly(
            null,
            FakeS3.eTag(content),
            FakeS3.eTag(content),
            FakeS3.eTag(content),
            FakeS3.eTag(content));
  }

  @Test
  void object_cutsAreToldToTheTransformerAlone_goesOn() throws Exception {
    byte[] content = stored(300_000);
    s3.tellsTheTransformerOfCuts = true;
    s3.cut = request -> 70_001;

    assertThat(get(read(REQUEST))).isEqualTo(content);
    assertThat(s3.requests).hasSize(5);
  }

  @Test
  void object_cutBeforeTheFirstByte_isAskedForAgain() throws Exception {
    byte[] content = stored(10);
    AtomicInteger asked = new AtomicInteger();
    s3.cut = request -> asked.incrementAndGet() < 3 ? 0 : -1;

    assertThat(get(read(REQUEST))).isEqualTo(content);
  }

  @Test
  void object_versionIsKnown_isAskedForAgain() throws Exception {
    stored(100);
    s3.onGet = response -> response.versionId("v7");
    s3.cut = request -> request.range() == null ? 50 : -1;

    assertThat(get(read(REQUEST))).hasSize(100);
    assertThat(s3.requests(GetObjectRequest.class).get(1).versionId()).isEqualTo("v7");
  }

  @Test
  void object_rangeOfTheUserIsCut_goesOnInIt() throws Exception {
    byte[] content = stored(1_000);
    s3.cut = request -> 40;

    assertThat(get(read(REQUEST.toBuilder().range("bytes=-100").build())))
        .isEqualTo(Arrays.copyOfRange(content, 900, 1_000));
    assertThat(get(read(REQUEST.toBuilder().range("bytes=100-199").build())))
        .isEqualTo(Arrays.copyOfRange(content, 100, 200));
    assertThat(s3.requests(GetObjectRequest.class))
        .extracting(GetObjectRequest::range)
        .containsExactly(
            "bytes=-100",
            "bytes=940-999",
            "bytes=980-999",
            "bytes=100-199",
            "bytes=140-199",
            "bytes=180-199");
  }

  @Test
  void object_replacedWhileItIsRead_failsWith412() {
    stored(100_000);
    s3.cut =
        request -> {
          s3.objects.put("k", random(100_001));
          return 50_000;
        };

    assertThat(failure(read(REQUEST)))
        .isInstanceOfSatisfying(
            S3Exception.class, refused -> assertThat(refused.statusCode()).isEqualTo(412));
  }

  @Test
  void object_rangesAreIgnored_failsRatherThanEmitWrongBytes() {
    stored(100_000);
    s3.cut = request -> 50_000;
    s3.ignoresRanges = true;

    assertThat(failure(read(REQUEST)))
        .hasMessage("the server was asked for bytes 50000 to 99999 and answered with all");
  }

  @Test
  void object_noETag_failsWhenItIsCut() {
    stored(100_000);
    s3.cut = request -> 50_000;
    s3.onGet = response -> response.eTag(null);

    assertThat(failure(read(REQUEST))).isInstanceOf(IOException.class);
  }

  @Test
  void object_missing_failsWithTheClientsExceptionAtOnce() {
    Pair<CompletionStage<GetObjectResponse>, CompletionStage<byte[]>> reading =
        bytes(S3Source.object(s3, REQUEST, settings));

    assertThat(failure(reading.second()))
        .isInstanceOf(S3Exception.class)
        .hasMessageStartingWith("NoSuchKey");
    assertThat(failure(reading.first())).isInstanceOf(S3Exception.class);
    assertThat(s3.requests).hasSize(1);
  }

  @Test
  void object_unavailable_isAskedForUntilRetriesAreUsedUp() throws Exception {
    byte[] content = stored(10);
    AtomicInteger asked = new AtomicInteger();
    s3.onRequest =
        request -> asked.incrementAndGet() % 4 == 0 ? null : FakeS3.error(503, "SlowDown");

    assertThat(get(read(REQUEST))).isEqualTo(content);

    settings = settings.withRetry(settings.retry().withMaxAttempts(2));
    assertThat(failure(read(REQUEST))).hasMessageStartingWith("SlowDown");
    assertThat(s3.requests).hasSize(7);
  }

  @Test
  void object_silent_isGivenUpAndAskedForAgain() throws Exception {
    byte[] content = stored(100_000);
    s3.isSilentWhenCut = true;
    s3.cut = request -> request.range() == null ? 50_000 : -1;
    settings = settings.withTimeout(Duration.ofMillis(100));

    assertThat(get(read(REQUEST))).isEqualTo(content);
    assertThat(s3.cancelled).hasPositiveValue();
  }

  @Test
  void object_silent_emitsWhatHasCome() {
    byte[] content = stored(200_000);
    s3.isSilentWhenCut = true;
    s3.cut = request -> 150_001;

    TestSubscriber.Probe<ByteString> probe =
        S3Source.object(s3, REQUEST, settings).runWith(TestSink.create(system), materializer);
    probe.request(Long.MAX_VALUE);
    ByteString all = probe.expectNext();
    while (all.size() < 150_001) {
      all = all.concat(probe.expectNext());
    }

    assertThat(all.toArray()).isEqualTo(Arrays.copyOf(content, 150_001));
    probe.cancel();
  }

  @Test
  void object_neverAnswered_failsWhenRetriesAreUsedUp() {
    stored(10);
    s3.stall();
    settings =
        settings.withTimeout(Duration.ofMillis(20)).withRetry(settings.retry().withMaxAttempts(2));

    assertThat(failure(read(REQUEST))).isInstanceOf(TimeoutException.class);
    assertThat(s3.requests).hasSize(3);
  }

  @Test
  void object_noDemand_readsNoMoreThanTheReadAhead() {
    stored(5_000_000);
    settings = settings.withReadAhead(200_000);

    TestSubscriber.Probe<ByteString> probe =
        S3Source.object(s3, REQUEST, settings).runWith(TestSink.create(system), materializer);
    probe.request(1);
    probe.expectNext();
    await().until(() -> s3.sent.get() >= 200_000);
    await().during(Duration.ofMillis(200)).until(() -> s3.sent.get() <= 220_000);

    probe.cancel();
    await().until(() -> s3.cancelled.get() == 1);
  }

  @Test
  void object_cutWhileNothingIsTaken_isAskedForAgainWhenItIs() throws Exception {
    byte[] content = stored(400_000);
    settings = settings.withReadAhead(100_000);
    s3.cut = request -> 95_000;

    TestSubscriber.Probe<ByteString> probe =
        S3Source.object(s3, REQUEST, settings).runWith(TestSink.create(system), materializer);
    probe.request(1);
    ByteString all = probe.expectNext();
    await().during(Duration.ofMillis(200)).until(() -> s3.requests.size() == 1);
    probe.request(Long.MAX_VALUE);
    while (all.size() < content.length) {
      all = all.concat(probe.expectNext());
    }
    probe.expectComplete();

    assertThat(all.toArray()).isEqualTo(content);
  }

  @Test
  void object_inRanges_isInOrderAndBounded() throws Exception {
    byte[] content = stored(2_345_678);
    settings = settings.withParallelism(4).withRangeSize(100_000);
    Map<String, Integer> cuts = new ConcurrentHashMap<>();
    s3.cut =
        request ->
            cuts.merge(String.valueOf(request.range()), 1, Integer::sum) == 1
                    && request.range() != null
                ? 33_333
                : -1;

    assertThat(get(read(REQUEST))).isEqualTo(content);

    assertThat(s3.mostInFlight).hasValueLessThanOrEqualTo(4);
    assertThat(s3.sent.get()).isLessThan(content.length + 4 * 20_000);
    assertThat(s3.requests(GetObjectRequest.class).subList(1, s3.requests.size()))
        .allSatisfy(request -> assertThat(request.ifMatch()).isEqualTo(FakeS3.eTag(content)));
  }

  @Test
  void object_inRangesWithoutDemand_holdsNoMoreThanTheBound() {
    stored(5_000_000);
    settings = settings.withParallelism(3).withRangeSize(200_000);

    TestSubscriber.Probe<ByteString> probe =
        S3Source.object(s3, REQUEST, settings).runWith(TestSink.create(system), materializer);
    probe.request(1);
    probe.expectNext();
    await().until(() -> s3.sent.get() >= 600_000);
    await().during(Duration.ofMillis(200)).until(() -> s3.sent.get() <= 620_000);
    probe.cancel();
    await().until(() -> s3.cancelled.get() >= 1);
  }

  @Test
  void object_smallerThanARange_takesOneRequest() throws Exception {
    byte[] content = stored(100_000);
    settings = settings.withParallelism(4).withRangeSize(100_000);

    assertThat(get(read(REQUEST))).isEqualTo(content);
    assertThat(s3.requests).hasSize(1);
    assertThat(s3.cancelled).hasValue(0);
  }

  @Test
  void object_anotherChecksum_failsAtTheEnd() throws Exception {
    byte[] content = stored(100_000);
    CRC32 crc = new CRC32();
    crc.update(content);
    String right =
        Base64.getEncoder()
            .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());

    s3.onGet = response -> response.checksumCRC32(right);
    assertThat(get(read(REQUEST))).isEqualTo(content);

    s3.onGet = response -> response.checksumCRC32("AAAAAA==");
    assertThat(failure(read(REQUEST)))
        .isInstanceOf(S3ContentException.class)
        .hasMessage("the object's CRC32 is AAAAAA==, that of what was read is " + right);

    s3.onGet = response -> response.checksumCRC32("AAAAAA==").checksumType(ChecksumType.COMPOSITE);
    assertThat(get(read(REQUEST))).isEqualTo(content);

    s3.onGet = response -> response.checksumCRC32("AAAAAA==");
    settings = settings.withVerify(VerifyPolicy.NEVER);
    assertThat(get(read(REQUEST))).isEqualTo(content);
  }

  @Test
  void object_anotherETag_failsIfItIsAnMd5() throws Exception {
    byte[] content = stored(100_000);
    settings = settings.withVerify(VerifyPolicy.CHECKSUM_OR_ETAG);
    assertThat(get(read(REQUEST))).isEqualTo(content);

    s3.onGet = response -> response.eTag(FakeS3.eTag(new byte[0]));
    assertThat(failure(read(REQUEST))).isInstanceOf(S3ContentException.class);

    s3.onGet = response -> response.eTag("\"no md5\"");
    assertThat(get(read(REQUEST))).isEqualTo(content);
  }

  @Test
  void object_terminated_cancelsTheConnection() {
    stored(5_000_000);
    S3Source.object(s3, REQUEST, settings)
        .runWith(TestSink.create(system), materializer)
        .request(1)
        .expectNext();

    materializer.shutdown();

    await().until(() -> s3.cancelled.get() == 1);
    createMaterializer();
  }

  @Test
  void object_cancelledBeforeTheAnswerIsSeen_cancelsTheConnection() {
    stored(10);
    s3.answersAtOnce = true; // in preStart, where downstream cancels too

    S3Source.object(s3, REQUEST, settings).runWith(Sink.cancelled(), materializer);

    await().until(() -> s3.cancelled.get() == 1);
    assertThat(s3.sent).hasValue(0);
  }

  @Test
  void object_cancelledWhileTheClientHandsOverTheAnswer_cancelsTheConnection() {
    stored(10);
    s3.answersAtOnce = true;
    S3AsyncClient slow =
        new S3AsyncClient() {
          @Override
          public <R> CompletableFuture<R> getObject(
              GetObjectRequest request, AsyncResponseTransformer<GetObjectResponse, R> to) {
            var unused = s3.getObject(request, to);
            return new CompletableFuture<>();
          }

          @Override
          public String serviceName() {
            return SERVICE_NAME;
          }

          @Override
          public void close() {}
        };

    S3Source.object(slow, REQUEST, settings).runWith(Sink.cancelled(), materializer);

    await().until(() -> s3.cancelled.get() == 1);
  }

  @Test
  void object_settingsOfTheSystemAreWrong_failsWithThat() {
    withSystem(
        "connectors.s3.download.parallelism = 0",
        wrong ->
            assertThat(
                    failure(
                        S3Source.object(s3, REQUEST).toMat(Sink.ignore(), Keep.left()).run(wrong)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("connectors.s3.download.parallelism"));
  }

  @Test
  void list_pages_fetchesOneAheadOfDemand() {
    for (int i = 0; i < 95; i++) {
      s3.objects.put("k%02d".formatted(i), new byte[0]);
    }
    ListObjectsV2Request request = ListObjectsV2Request.builder().bucket("b").maxKeys(10).build();

    TestSubscriber.Probe<String> probe =
        S3Source.list(s3, request)
            .map(S3Object::key)
            .runWith(TestSink.create(system), materializer);
    assertThat(s3.requests).isEmpty();
    probe.request(1).expectNext("k00");
    await().until(() -> s3.requests.size() == 2);
    probe.request(9).expectNextN(9);
    await().during(Duration.ofMillis(200)).until(() -> s3.requests.size() <= 3);
    probe.request(1).expectNext("k10");
    await().until(() -> s3.requests.size() == 3);
    probe.request(100).expectNextN(84);
    probe.expectComplete();
    assertThat(s3.requests).hasSize(10);
  }

  @Test
  void list_refused_failsWithTheClientsException() {
    s3.onRequest = request -> FakeS3.error(403, "AccessDenied");

    assertThat(
            failure(
                S3Source.list(s3, ListObjectsV2Request.builder().bucket("b").maxKeys(10).build())
                    .runWith(Sink.seq(), materializer)))
        .isInstanceOf(S3Exception.class);
  }

  @Test
  void head_missing_failsWithTheClientsException() throws Exception {
    stored(17);
    HeadObjectRequest request = HeadObjectRequest.builder().bucket("b").key("k").build();

    assertThat(get(S3Source.head(s3, request).runWith(Sink.seq(), materializer)))
        .extracting(response -> response.contentLength())
        .isEqualTo(List.of(17L));
    s3.objects.clear();
    assertThat(failure(S3Source.head(s3, request).runWith(Sink.seq(), materializer)))
        .isInstanceOf(S3Exception.class);
  }
}
