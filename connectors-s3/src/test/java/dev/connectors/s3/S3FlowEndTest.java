package dev.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.RetrySettings;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/** What becomes of requests when their stream ends before they do. */
@SuppressWarnings("NullAway.Init") // set up before each test
class S3FlowEndTest extends StreamTest {
  private static final int PART = 5 << 20;
  private static final CopyObjectRequest FROM_A_TO_C =
      CopyObjectRequest.builder()
          .sourceBucket("b")
          .sourceKey("a")
          .destinationBucket("d")
          .destinationKey("c")
          .build();
  private static final S3Put PUT = new S3Put(Uploads.request("k"), ByteString.fromString("all"));

  private final CountDownLatch isFailing = new CountDownLatch(1);
  private final CountDownLatch hasEnded = new CountDownLatch(1);
  private FakeS3 s3;
  private RequestSettings settings;

  /** All requests fail in passing, the first of them not before the stream has ended. */
  @BeforeEach
  void start() {
    s3 = new FakeS3();
    s3.onRequest = request -> FakeS3.error(503, "SlowDown");
    settings =
        RequestSettings.create(system)
            .withCopyPartSize(PART)
            .withRetry(
                RetrySettings.create(system)
                    .withMinBackoff(Duration.ofMillis(50))
                    .withJitter(0)
                    .withRetryOn(failure -> isWorthItAfterTheEnd()));
  }

  private boolean isWorthItAfterTheEnd() {
    isFailing.countDown();
    try {
      return hasEnded.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  private <I, O> Pair<TestPublisher.Probe<I>, TestSubscriber.Probe<O>> failing(
      Flow<I, O, NotUsed> flow, I element) throws InterruptedException {
    Pair<TestPublisher.Probe<I>, TestSubscriber.Probe<O>> probes =
        TestSource.<I>create(system)
            .via(flow)
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    probes.second().request(1);
    probes.first().sendNext(element);
    assertThat(isFailing.await(30, TimeUnit.SECONDS)).isTrue();
    return probes;
  }

  private <I, O> void assertIsNotTriedAgainAfterACancellation(Flow<I, O, NotUsed> flow, I element)
      throws InterruptedException {
    var probes = failing(flow, element);
    probes.second().cancel();
    probes.first().expectCancellation();

    assertNoMoreRequests();
  }

  private void assertNoMoreRequests() {
    hasEnded.countDown();
    await().during(Duration.ofMillis(300)).until(() -> s3.requests.size() == 1);
  }

  @Test
  void put_upstreamFails_isNotTriedAgain() throws Exception {
    var probes = failing(S3Flow.put(s3, settings), PUT);
    probes.first().sendError(new IllegalStateException("bug"));
    assertThat(probes.second().expectError()).hasMessage("bug");

    assertNoMoreRequests();
  }

  @Test
  void put_cancelled_isNotTriedAgain() throws Exception {
    assertIsNotTriedAgainAfterACancellation(S3Flow.put(s3, settings), PUT);
  }

  @Test
  void putWithContext_cancelled_isNotTriedAgain() throws Exception {
    assertIsNotTriedAgainAfterACancellation(
        S3Flow.<Integer>putWithContext(s3, settings).asFlow(), Pair.create(PUT, 1));
  }

  @Test
  void put_terminated_isNotTriedAgain() throws Exception {
    Pair<TestPublisher.Probe<S3Put>, CompletionStage<Done>> writing =
        TestSource.<S3Put>create(system)
            .via(S3Flow.put(s3, settings))
            .toMat(Sink.ignore(), Keep.both())
            .run(materializer);
    writing.first().sendNext(PUT);
    assertThat(isFailing.await(30, TimeUnit.SECONDS)).isTrue();
    materializer.shutdown();
    assertThat(failure(writing.second())).hasMessageContaining("terminated abruptly");

    assertNoMoreRequests();
    createMaterializer();
  }

  @Test
  void put_anotherRunOfTheSameFlowHasEnded_isTriedAgain() throws Exception {
    Flow<S3Put, ?, NotUsed> flow = S3Flow.put(s3, settings);
    var ended = failing(flow, PUT);
    ended.second().cancel();
    ended.first().expectCancellation();
    assertNoMoreRequests();
    s3.onRequest = request -> s3.requests.size() < 3 ? FakeS3.error(503, "SlowDown") : null;

    var probes = failing(flow, PUT);

    assertThat(probes.second().expectNext()).isNotNull();
    probes.first().sendComplete();
    probes.second().expectComplete();
  }

  @Test
  void delete_cancelled_isNotTriedAgain() throws Exception {
    assertIsNotTriedAgainAfterACancellation(
        S3Flow.delete(s3, DeleteObjectsRequest.builder().bucket("b").build(), settings),
        ObjectIdentifier.builder().key("k").build());
  }

  @Test
  void copy_cancelled_isNotTriedAgain() throws Exception {
    assertIsNotTriedAgainAfterACancellation(S3Flow.copy(s3, settings), FROM_A_TO_C);
  }

  @Test
  void copy_cancelledWithPartsInFlight_sendsNoMoreAndAborts() {
    byte[] content = new byte[20 * PART];
    new Random(1).nextBytes(content);
    s3.objects.put("a", content);
    s3.onRequest = request -> null;
    s3.onAnswer =
        request -> {
          if (request instanceof CreateMultipartUploadRequest) {
            s3.stall();
          }
          return null;
        };
    var probes =
        TestSource.<CopyObjectRequest>create(system)
            .via(S3Flow.copy(s3, settings))
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    probes.second().request(1);
    probes.first().sendNext(FROM_A_TO_C);
    await().until(() -> s3.requests(UploadPartCopyRequest.class).size() == 4);
    probes.second().cancel();
    probes.first().expectCancellation();
    s3.resume();

    await().until(() -> s3.requests(AbortMultipartUploadRequest.class).size() == 1);
    await().until(() -> s3.uploads.isEmpty());
    assertThat(s3.requests(UploadPartCopyRequest.class)).hasSize(4);
    assertThat(s3.objects).doesNotContainKey("c");
  }
}
