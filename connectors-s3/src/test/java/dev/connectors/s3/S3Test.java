package dev.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

@SuppressWarnings("NullAway.Init") // set before each test
class S3Test extends StreamTest {
  private FakeBuckets s3;

  @BeforeEach
  void start() {
    s3 = new FakeBuckets();
  }

  @Test
  void createBucket_new_isCreated() throws Exception {
    get(S3.createBucket(s3, "b"));

    assertThat(s3.requests).containsExactly(CreateBucketRequest.builder().bucket("b").build());
  }

  @Test
  void createBucket_oursAlready_isNoFailure() throws Exception {
    s3.onRequest =
        request ->
            request instanceof CreateBucketRequest
                ? FakeS3.error(409, "BucketAlreadyOwnedByYou")
                : null;

    get(S3.createBucket(s3, "b"));
  }

  @Test
  void createBucket_somebodyElses_failsWithTheClientsException() {
    s3.onRequest = request -> FakeS3.error(409, "BucketAlreadyExists");

    assertThat(failure(S3.createBucket(s3, "b"))).isInstanceOf(S3Exception.class);
  }

  @Test
  void access_ofEachKind_isTold() throws Exception {
    assertThat(get(S3.access(s3, "b"))).isEqualTo(BucketAccess.GRANTED);
    s3.onRequest = request -> FakeS3.error(404, "NoSuchBucket");
    assertThat(get(S3.access(s3, "b"))).isEqualTo(BucketAccess.MISSING);
    s3.onRequest = request -> FakeS3.error(403, "AccessDenied");
    assertThat(get(S3.access(s3, "b"))).isEqualTo(BucketAccess.DENIED);
    s3.onRequest = request -> FakeS3.error(400, "InvalidBucketName");
    assertThat(failure(S3.access(s3, "b"))).isInstanceOf(S3Exception.class);
  }

  @Test
  void versioning_setAndNot_isTold() throws Exception {
    assertThat(get(S3.versioning(s3, "b"))).isEmpty();

    get(S3.setVersioning(s3, "b", BucketVersioningStatus.ENABLED));

    assertThat(get(S3.versioning(s3, "b"))).contains(BucketVersioningStatus.ENABLED);
  }

  @Test
  void empty_manyVersions_listsAndDeletesEachOnce() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      s3.versions.add(new FakeBuckets.Version("k" + i, "v1", false));
      s3.versions.add(new FakeBuckets.Version("k" + i, "v2", false));
      s3.versions.add(new FakeBuckets.Version("k" + i, "v3", true));
    }
    s3.uploads.add("unfinished");

    assertThat(get(S3.empty(system, s3, "b"))).isEqualTo(3_000);

    assertThat(s3.versions).isEmpty();
    assertThat(s3.uploads).isEmpty();
    assertThat(s3.count(ListObjectVersionsRequest.class)).isEqualTo(3);
    assertThat(s3.count(DeleteObjectsRequest.class)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void empty_bucketWithoutVersioning_deletesTheOnlyVersions(boolean isNamed) throws Exception {
    s3.namesTheOnlyVersion = isNamed;
    s3.versions.add(new FakeBuckets.Version("a", "null", false));
    s3.versions.add(new FakeBuckets.Version("b", "null", false));

    assertThat(get(S3.empty(system, s3, "b"))).isEqualTo(2);

    assertThat(s3.versions).isEmpty();
  }

  @Test
  void empty_serverWithoutVersions_deletesObjects() throws Exception {
    s3.onRequest =
        request ->
            request instanceof ListObjectVersionsRequest
                ? FakeS3.error(501, "NotImplemented")
                : null;
    s3.versions.add(new FakeBuckets.Version("a", null, false));

    assertThat(get(S3.empty(system, s3, "b"))).isEqualTo(1);

    assertThat(s3.versions).isEmpty();
  }

  @Test
  void empty_refused_failsWithTheClientsException() {
    s3.onRequest = request -> FakeS3.error(403, "AccessDenied");

    assertThat(failure(S3.empty(system, s3, "b"))).isInstanceOf(S3Exception.class);
  }

  @Test
  void empty_uploadIsGoneMeanwhile_isNoFailure() throws Exception {
    s3.uploads.add("completed");
    s3.onRequest =
        request ->
            request instanceof AbortMultipartUploadRequest
                ? FakeS3.error(404, "NoSuchUpload")
                : null;

    assertThat(get(S3.empty(system, s3, "b"))).isZero();
  }

  @Test
  void empty_deletionFailsInPassing_isSentAgain() throws Exception {
    AtomicInteger deletions = new AtomicInteger();
    s3.onRequest =
        request ->
            request instanceof DeleteObjectsRequest && deletions.incrementAndGet() == 1
                ? FakeS3.error(503, "SlowDown")
                : null;
    s3.versions.add(new FakeBuckets.Version("a", "v1", false));

    assertThat(get(S3.empty(system, s3, "b"))).isEqualTo(1);

    assertThat(deletions).hasValue(2);
  }

  @Test
  void deletePrefix_ofSome_leavesOthers() throws Exception {
    s3.versions.add(new FakeBuckets.Version("tmp/a", "v1", false));
    s3.versions.add(new FakeBuckets.Version("tmq/b", "v1", false));
    s3.uploads.add("tmp/c");
    s3.uploads.add("tmq/d");

    assertThat(get(S3.deletePrefix(system, s3, "b", "tmp/"))).isEqualTo(1);

    assertThat(s3.versions).containsExactly(new FakeBuckets.Version("tmq/b", "v1", false));
    assertThat(s3.uploads).containsExactly("tmq/d");
    assertThatThrownBy(() -> S3.deletePrefix(system, s3, "b", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be empty");
  }
}
