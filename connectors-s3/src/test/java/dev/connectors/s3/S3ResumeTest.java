package dev.connectors.s3;

import static dev.connectors.s3.Uploads.PART;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Uploads that were interrupted and are continued. */
@SuppressWarnings("NullAway.Init") // set up before each test
class S3ResumeTest extends StreamTest {
  private FakeS3 s3;
  private UploadSettings settings;

  @BeforeEach
  void start() {
    s3 = new FakeS3();
    settings = Uploads.settings(system).withResume(ResumePolicy.BY_KEY);
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  private static Source<ByteString, NotUsed> pieces(byte[] content, int parts) {
    return Source.range(0, parts - 1)
        .map(
            i ->
                ByteString.fromArray(
                    Arrays.copyOfRange(
                        content, i * PART, Math.min(content.length, (i + 1) * PART))));
  }

  private CompletionStage<PutObjectResponse> write(
      Source<ByteString, NotUsed> content, PutObjectRequest request) {
    return content.runWith(S3Sink.object(s3, request, settings), materializer);
  }

  /** Three parts of the content are there afterwards. */
  private void interrupt(byte[] content) {
    Pair<TestPublisher.Probe<ByteString>, CompletionStage<PutObjectResponse>> writing =
        TestSource.<ByteString>create(system)
            .toMat(S3Sink.object(s3, Uploads.request("k"), settings), Keep.both())
            .run(materializer);
    writing.first().sendNext(ByteString.fromArray(content, 0, 3 * PART));
    writing.first().sendNext(ByteString.fromArray(content, 3 * PART - 1, 1)); // not a part
    await().until(() -> s3.uploads.values().stream().anyMatch(parts -> parts.size() == 3));
    writing.first().sendError(new IllegalStateException("bug"));
    assertThat(failure(writing.second())).hasMessage("bug");
    s3.requests.clear();
  }

  @Test
  void object_wasInterrupted_sendsWhatIsMissing() throws Exception {
    byte[] content = Uploads.random(4 * PART + 7);
    interrupt(content);

    get(write(pieces(content, 5), Uploads.request("k")));

    assertThat(s3.objects.get("k")).isEqualTo(content);
    assertThat(s3.requests(UploadPartRequest.class)).hasSize(2);
    assertThat(s3.requests(CreateMultipartUploadRequest.class)).isEmpty();
    assertThat(s3.uploads).isEmpty();
  }

  @Test
  void object_contentIsAnother_sendsWhatDiffers() throws Exception {
    byte[] content = Uploads.random(4 * PART);
    interrupt(content);
    content[PART + 1]++;

    get(write(pieces(content, 4), Uploads.request("k")));

    assertThat(s3.objects.get("k")).isEqualTo(content);
    assertThat(s3.requests(UploadPartRequest.class))
        .extracting(UploadPartRequest::partNumber)
        .containsExactlyInAnyOrder(2, 4);
  }

  @Test
  void object_partsHaveAnotherSize_sendsAll() throws Exception {
    byte[] content = Uploads.random(4 * PART);
    interrupt(content);
    settings = settings.withPartSize(6 << 20);

    get(write(pieces(content, 4), Uploads.request("k")));

    assertThat(s3.objects.get("k")).isEqualTo(content);
    assertThat(s3.requests(UploadPartRequest.class)).hasSize(4);
    assertThat(s3.uploads).isEmpty();
  }

  @Test
  void object_severalWereInterrupted_continuesTheLastOfItsKeyAndClass() throws Exception {
    byte[] content = Uploads.random(3 * PART);
    s3.createMultipartUpload(request -> request.bucket("b").key("k")).join(); // older
    s3.createMultipartUpload(request -> request.bucket("b").key("k")).join();
    interrupt(content);
    s3.createMultipartUpload(request -> request.bucket("b").key("k2")).join();
    s3.createMultipartUpload(
            request -> request.bucket("b").key("k").storageClass(StorageClass.GLACIER))
        .join();
    PutObjectRequest standard =
        Uploads.request("k").toBuilder().storageClass(StorageClass.STANDARD).build();

    get(write(pieces(content, 3), standard));

    assertThat(s3.objects.get("k")).isEqualTo(content);
    assertThat(s3.uploads).containsOnlyKeys("upload-1", "upload-3", "upload-4");
  }

  @Test
  void object_fitsInOnePart_looksForNothing() throws Exception {
    get(write(Source.single(ByteString.fromString("all")), Uploads.request("k")));

    assertThat(s3.requests).hasSize(1);
  }

  @Test
  void object_listIsRefused_failsWithThat() {
    s3.onRequest =
        request ->
            request instanceof ListMultipartUploadsRequest
                ? FakeS3.error(403, "AccessDenied")
                : null;

    assertThat(failure(write(pieces(Uploads.random(2 * PART), 2), Uploads.request("k"))))
        .isInstanceOf(S3Exception.class)
        .hasMessageStartingWith("AccessDenied");
    assertThat(s3.requests(AbortMultipartUploadRequest.class)).isEmpty();
  }

  @Test
  void object_resumesNever_beginsAnewAndLeavesTheOther() throws Exception {
    byte[] content = Uploads.random(3 * PART);
    interrupt(content);
    settings = settings.withResume(ResumePolicy.NEVER);

    get(write(pieces(content, 3), Uploads.request("k")));

    assertThat(s3.requests(UploadPartRequest.class)).hasSize(3);
    assertThat(s3.uploads).containsOnlyKeys("upload-1");
  }
}
