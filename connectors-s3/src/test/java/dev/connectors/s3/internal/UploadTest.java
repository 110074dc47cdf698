package dev.connectors.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.connectors.s3.FakeS3;
import dev.connectors.s3.UploadSettings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

class UploadTest {
  private static final int PART = 5 << 20;
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final PutObjectRequest REQUEST =
      PutObjectRequest.builder().bucket("b").key("k").build();

  private final FakeS3 s3 = new FakeS3();
  private final AtomicInteger changes = new AtomicInteger();
  private final UploadSettings settings =
      UploadSettings.create(ConfigFactory.load().getConfig("connectors.s3.upload"))
          .withPartSize(PART)
          .withParallelism(2);
  private final Upload upload = new Upload(s3, REQUEST, settings, changes::incrementAndGet);

  @AfterEach
  void close() {
    s3.close();
  }

  @Test
  void offer_partsInFlight_wantsNoMoreUntilOneHasEnded() {
    s3.stall();
    ByteString part = ByteString.fromArray(new byte[PART]);
    for (int i = 0; i < 3; i++) {
      assertThat(upload.wantsMore()).isTrue();
      upload.offer(part);
    }
    assertThat(upload.wantsMore()).isFalse();

    s3.resume();
    await().until(upload::wantsMore);

    assertThat(changes).hasPositiveValue();
  }

  @Test
  void offer_manyParts_usesTheSameMemoryAgain() {
    ByteString piece = ByteString.fromArray(new byte[PART]).take(PART / 2);
    for (int i = 0; i < 40; i++) {
      await().until(upload::wantsMore);
      upload.offer(piece);
    }
    upload.end();

    assertThat(upload.result()).succeedsWithin(Duration.ofSeconds(30));
    assertThat(upload.allocated()).isLessThanOrEqualTo(3L * PART);
    assertThat(s3.objects.get("k")).hasSize(20 * PART);
  }

  @Test
  void abort_beforeAnything_asksForNothing() {
    upload.offer(ByteString.fromString("some"));
    upload.abort(new IllegalStateException("bug"));

    assertThat(upload.result()).isCompletedExceptionally();
    assertThat(upload.hasFailed()).isTrue();
    assertThat(s3.requests).isEmpty();
  }

  @Test
  void abort_whileTheUploadIsBeingCreated_abortsItThen() {
    s3.stall();
    upload.offer(ByteString.fromArray(new byte[PART + 1]));
    await().until(() -> s3.requests.size() == 1);
    upload.abort(new IllegalStateException("bug"));
    s3.resume();

    await().until(() -> upload.result().isCompletedExceptionally());
    assertThat(s3.uploads).isEmpty();
    assertThat(s3.requests(AbortMultipartUploadRequest.class)).hasSize(1);
  }

  @Test
  void abort_putIsInFlight_failsWhenThatHasEnded() {
    IllegalStateException bug = new IllegalStateException("bug");
    s3.stall();
    upload.offer(ByteString.fromString("all"));
    upload.end();
    upload.abort(bug);

    assertThat(upload.result()).isNotDone();
    s3.resume();

    assertThat(upload.result())
        .failsWithin(SOON)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isSameAs(bug);
    assertThat(s3.objects).containsKey("k");
    assertThat(bug.getSuppressed()).isEmpty();
  }

  @Test
  void abort_putNeverEnds_cancelsItAfterTheTimeoutAndTellsThat() {
    CompletableFuture<PutObjectResponse> put = new CompletableFuture<>();
    IllegalStateException bug = new IllegalStateException("bug");
    Upload silent =
        new Upload(
            silent(put), REQUEST, settings.withAbortTimeout(Duration.ofMillis(50)), () -> {});
    silent.offer(ByteString.fromString("all"));
    silent.end();
    silent.abort(bug);

    assertThat(silent.result()).failsWithin(SOON);
    assertThat(put).isCancelled();
    assertThat(bug.getSuppressed())
        .singleElement()
        .isInstanceOfSatisfying(
            TimeoutException.class,
            late -> assertThat(late).hasMessageStartingWith("the object k may still appear"));
  }

  /** Answers a put when {@code put} completes. */
  private static S3AsyncClient silent(CompletableFuture<PutObjectResponse> put) {
    return new S3AsyncClient() {
      @Override
      public CompletableFuture<PutObjectResponse> putObject(
          PutObjectRequest request, AsyncRequestBody body) {
        return put;
      }

      @Override
      public String serviceName() {
        return SERVICE_NAME;
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void abort_afterTheEnd_changesNothing() {
    upload.offer(ByteString.fromString("all"));
    upload.end();
    await().until(() -> upload.result().isDone());
    upload.abort(new IllegalStateException("late"));

    assertThat(upload.result()).isCompleted();
    assertThat(s3.objects).containsKey("k");
    assertThat(s3.requests(UploadPartRequest.class)).isEmpty();
  }
}
