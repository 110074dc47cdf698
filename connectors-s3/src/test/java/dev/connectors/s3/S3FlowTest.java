package dev.connectors.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.RetrySettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.TaggingDirective;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

@SuppressWarnings("NullAway.Init") // set up before each test
class S3FlowTest extends StreamTest {
  private static final int PART = 5 << 20;
  private static final DeleteObjectsRequest FROM_B =
      DeleteObjectsRequest.builder().bucket("b").build();

  private FakeS3 s3;
  private RequestSettings settings;

  @BeforeEach
  void start() {
    s3 = new FakeS3();
    settings =
        RequestSettings.create(system)
            .withRetry(
                RetrySettings.create(system)
                    .withMinBackoff(Duration.ofMillis(1))
                    .withMaxBackoff(Duration.ofMillis(5)));
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  private static GetObjectRequest get(String key) {
    return GetObjectRequest.builder().bucket("b").key(key).build();
  }

  private CompletionStage<List<ResponseBytes<GetObjectResponse>>> read(String... keys) {
    return Source.from(List.of(keys))
        .map(S3FlowTest::get)
        .via(S3Flow.get(s3, settings))
        .runWith(Sink.seq(), materializer);
  }

  private CompletionStage<List<String>> delete(int count) {
    return Source.range(0, count - 1)
        .map(i -> ObjectIdentifier.builder().key("k" + i).build())
        .via(S3Flow.delete(s3, FROM_B, settings))
        .map(DeletedObject::key)
        .runWith(Sink.seq(), materializer);
  }

  private static List<String> keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> "k" + i).toList();
  }

  @Test
  void get_objects_emitsThemInInputOrder() throws Exception {
    s3.objects.put("a", "content of a".getBytes(UTF_8));
    s3.objects.put("empty", new byte[0]);

    List<ResponseBytes<GetObjectResponse>> all = get(read("empty", "a", "a"));

    assertThat(all)
        .extracting(ResponseBytes::asUtf8String)
        .containsExactly("", "content of a", "content of a");
    assertThat(all.get(1).response().contentLength()).isEqualTo(12);
  }

  @Test
  void get_cut_isReadAgain() throws Exception {
    s3.objects.put("a", new byte[50_000]);
    s3.cut = request -> s3.requests.size() < 3 ? 20_000 : -1;

    assertThat(get(read("a")).get(0).asByteArrayUnsafe()).hasSize(50_000);
  }

  @Test
  void get_endsBeforeItsLength_isReadAgain() throws Exception {
    s3.objects.put("a", new byte[50_000]);
    s3.onGet = response -> s3.requests.size() < 3 ? response.contentLength(50_001L) : response;

    assertThat(get(read("a")).get(0).asByteArrayUnsafe()).hasSize(50_000);
    assertThat(s3.requests).hasSize(3);
  }

  @Test
  void get_tooLarge_failsWithoutReadingIt() {
    s3.objects.put("a", new byte[50_000]);
    settings = settings.withMaxObjectSize(49_999);

    assertThat(failure(read("a")))
        .isInstanceOf(ObjectTooLargeException.class)
        .hasMessage("a has 50000 bytes or more, connectors.s3.request.max-object-size is 49999");
    assertThat(s3.sent).hasValue(0);

    s3.onGet = response -> response.contentLength(null);
    assertThat(failure(read("a"))).isInstanceOf(ObjectTooLargeException.class);
  }

  @Test
  void get_missing_failsWithTheClientsException() {
    assertThat(failure(read("none")))
        .isInstanceOf(S3Exception.class)
        .hasMessageStartingWith("NoSuchKey");
  }

  @Test
  void put_content_isNotInTheText() {
    S3Put put =
        new S3Put(
            PutObjectRequest.builder().bucket("b").key("k").build(),
            ByteString.fromString("secret"));

    assertThat(put).hasToString("S3Put(bucket=b, key=k, 6 bytes)");
  }

  private CompletionStage<List<CopyObjectResponse>> copy(CopyObjectRequest request) {
    return Source.single(request).via(S3Flow.copy(s3, settings)).runWith(Sink.seq(), materializer);
  }

  private static CopyObjectRequest.Builder fromAToC() {
    return CopyObjectRequest.builder()
        .sourceBucket("b")
        .sourceKey("a")
        .destinationBucket("d")
        .destinationKey("c");
  }

  private byte[] large() {
    byte[] content = new byte[5 * PART + 3];
    new Random(1).nextBytes(content);
    s3.objects.put("a", content);
    settings = settings.withCopyPartSize(PART);
    return content;
  }

  @Test
  void copy_small_isCopiedAtOnce() throws Exception {
    s3.objects.put("a", new byte[PART]);
    settings = settings.withCopyPartSize(PART);

    assertThat(get(copy(fromAToC().build())).get(0).copyObjectResult().eTag()).isNotNull();
    assertThat(s3.objects.get("c")).hasSize(PART);
    assertThat(s3.requests).hasSize(2);
  }

  @Test
  void copy_large_isCopiedInPartsWithMetadataAndTags() throws Exception {
    byte[] content = large();
    AtomicInteger failures = new AtomicInteger();
    s3.onRequest =
        request ->
            request instanceof UploadPartCopyRequest && failures.getAndIncrement() % 3 == 0
                ? FakeS3.error(503, "SlowDown")
                : null;

    CopyObjectResponse response =
        get(copy(
                fromAToC()
                    .storageClass(StorageClass.GLACIER_IR)
                    .metadata(Map.of("x", "y"))
                    .build()))
            .get(0);

    assertThat(response.copyObjectResult().eTag()).endsWith("-6\"");
    assertThat(s3.objects.get("c")).isEqualTo(content);
    assertThat(s3.uploads).isEmpty();
    CreateMultipartUploadRequest create = s3.requests(CreateMultipartUploadRequest.class).get(0);
    assertThat(create.bucket()).isEqualTo("d");
    assertThat(create.key()).isEqualTo("c");
    assertThat(create.contentType()).isEqualTo("text/plain");
    assertThat(create.metadata()).isEqualTo(Map.of("m", "1"));
    assertThat(create.tagging()).isEqualTo("t=1");
    assertThat(create.storageClass()).isEqualTo(StorageClass.GLACIER_IR);
  }

  @Test
  void copy_largeWithOtherMetadataAndTags_hasThose() throws Exception {
    large();

    get(
        copy(
            fromAToC()
                .metadataDirective(MetadataDirective.REPLACE)
                .metadata(Map.of("x", "y"))
                .taggingDirective(TaggingDirective.REPLACE)
                .tagging("own=1")
                .build()));

    CreateMultipartUploadRequest create = s3.requests(CreateMultipartUploadRequest.class).get(0);
    assertThat(create.contentType()).isNull();
    assertThat(create.metadata()).isEqualTo(Map.of("x", "y"));
    assertThat(create.tagging()).isEqualTo("own=1");
  }

  @Test
  void copy_sourceIsReplacedMeanwhile_isAborted() {
    large();
    s3.onAnswer =
        request -> {
          if (request instanceof CreateMultipartUploadRequest) {
            s3.objects.put("a", new byte[6 * PART]);
          }
          return null;
        };

    assertThat(failure(copy(fromAToC().build()))).hasMessageStartingWith("PreconditionFailed");
    assertThat(s3.uploads).isEmpty();
    assertThat(s3.objects).doesNotContainKey("c");
  }

  @Test
  void copy_largeAndTheSourceIsAnother_failsBeforeItBegins() {
    large();

    assertThat(failure(copy(fromAToC().copySourceIfMatch("\"another\"").build())))
        .hasMessageStartingWith("PreconditionFailed");
    assertThat(s3.requests(CreateMultipartUploadRequest.class)).isEmpty();
    assertThat(s3.objects).doesNotContainKey("c");
  }

  @Test
  void copy_requestWithoutSource_failsWithWhatIsMissing() {
    assertThat(failure(copy(CopyObjectRequest.builder().destinationBucket("d").build())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sourceBucket");
  }

  @Test
  void delete_whileRequestsAreInFlight_gathersBatches() throws Exception {
    s3.stall();
    settings = settings.withParallelism(1);

    CompletionStage<List<String>> deleting = delete(2_500);
    await().until(() -> !s3.requests.isEmpty());
    s3.resume();

    assertThat(get(deleting)).isEqualTo(keys(2_500));
    assertThat(s3.requests(DeleteObjectsRequest.class))
        .hasSizeLessThan(8)
        .allMatch(request -> request.delete().objects().size() <= 1_000);
  }

  @Test
  void delete_someFailInPassing_deletesOnlyThoseAgain() throws Exception {
    for (int i = 0; i < 100; i++) {
      s3.objects.put("k" + i, new byte[0]);
      if (i % 3 == 0) {
        s3.refusedKeys.put("k" + i, "InternalError");
      }
    }

    assertThat(get(delete(100))).isEqualTo(keys(100));
    assertThat(s3.objects).isEmpty();
    assertThat(
            s3.requests(DeleteObjectsRequest.class).stream()
                .mapToInt(request -> request.delete().objects().size())
                .sum())
        .isEqualTo(134);
  }

  @Test
  void delete_oneIsRefused_failsWithItsKeyAndCode() {
    s3.refusedKeys.put("k7", "AccessDenied");

    assertThat(failure(delete(10)))
        .isInstanceOfSatisfying(
            S3DeleteException.class,
            refused -> {
              assertThat(refused.key()).isEqualTo("k7");
              assertThat(refused.code()).isEqualTo("AccessDenied");
              assertThat(refused)
                  .hasMessage("deletion of k7 was refused with AccessDenied: AccessDenied");
            });
  }

  @Test
  void delete_requestThatNamesObjects_isRefused() {
    assertThatThrownBy(
            () ->
                S3Flow.delete(
                    s3, FROM_B.toBuilder().delete(delete -> delete.quiet(true)).build(), settings))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> S3Flow.delete(s3, DeleteObjectsRequest.builder().build(), settings))
        .hasMessage("the request to delete objects has no bucket");
  }
}
