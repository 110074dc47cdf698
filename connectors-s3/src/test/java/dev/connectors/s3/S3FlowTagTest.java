package dev.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.core.RetrySettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.RestoreObjectRequest;
import software.amazon.awssdk.services.s3.model.RestoreObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What is asked for each object, and tells its key back. */
@SuppressWarnings("NullAway.Init") // set before each test
class S3FlowTagTest extends StreamTest {
  private FakeBuckets s3;
  private RequestSettings settings;

  @BeforeEach
  void start() {
    s3 = new FakeBuckets();
    settings =
        RequestSettings.create(system)
            .withRetry(
                RetrySettings.create(system)
                    .withMinBackoff(Duration.ofMillis(1))
                    .withMaxBackoff(Duration.ofMillis(5)));
  }

  private static PutObjectTaggingRequest tag(String key) {
    return PutObjectTaggingRequest.builder().bucket("b").key(key).build();
  }

  private static RestoreObjectRequest restore(String key) {
    return RestoreObjectRequest.builder().bucket("b").key(key).build();
  }

  @Test
  void tag_failsInPassing_isSentAgainAndEmittedInInputOrder() throws Exception {
    AtomicInteger failures = new AtomicInteger();
    s3.onRequest =
        request -> failures.incrementAndGet() <= 2 ? FakeS3.error(503, "SlowDown") : null;

    assertThat(
            get(
                Source.from(List.of("a", "b", "c"))
                    .map(S3FlowTagTest::tag)
                    .via(S3Flow.tag(s3, settings))
                    .map(PutObjectTaggingResponse::versionId)
                    .runWith(Sink.seq(), materializer)))
        .containsExactly("a", "b", "c");
    assertThat(s3.count(PutObjectTaggingRequest.class)).isEqualTo(5);
  }

  @Test
  void tagWithContext_objects_keepsTheirContexts() throws Exception {
    assertThat(
            get(
                Source.from(List.of(Pair.create(tag("a"), 1), Pair.create(tag("b"), 2)))
                    .via(S3Flow.<Integer>tagWithContext(s3, settings).asFlow())
                    .map(Pair::second)
                    .runWith(Sink.seq(), materializer)))
        .containsExactly(1, 2);
  }

  @Test
  void restore_oneIsBeingRestoredAlready_isNoFailure() throws Exception {
    s3.onRequest =
        request ->
            request instanceof RestoreObjectRequest asked && asked.key().equals("a")
                ? FakeS3.error(409, "RestoreAlreadyInProgress")
                : null;

    assertThat(
            get(
                Source.from(List.of(Pair.create(restore("a"), 1), Pair.create(restore("b"), 2)))
                    .via(S3Flow.<Integer>restoreWithContext(s3, settings).asFlow())
                    .runWith(Sink.seq(), materializer)))
        .containsExactly(
            Pair.create(RestoreObjectResponse.builder().build(), 1),
            Pair.create(RestoreObjectResponse.builder().restoreOutputPath("b").build(), 2));
  }

  @Test
  void restore_notArchived_failsWithTheClientsException() {
    s3.onRequest = request -> FakeS3.error(403, "InvalidObjectState");

    assertThat(
            failure(
                Source.single(restore("a"))
                    .via(S3Flow.restore(s3, settings))
                    .runWith(Sink.seq(), materializer)))
        .isInstanceOf(S3Exception.class);
  }
}
