package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.it.support.S3Store;
import dev.connectors.s3.BucketAccess;
import dev.connectors.s3.S3;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.S3Sink;
import dev.connectors.s3.S3Source;
import dev.connectors.testkit.S3MockServer;
import dev.connectors.testkit.S3Server;
import dev.connectors.testkit.TestServer;
import dev.connectors.testkit.WithServers;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Buckets, what is listed of them, tags where there are some, and presigned URLs. */
@WithServers
class S3BucketsIT {
  @Nested
  class OnS3Proxy extends Buckets {
    OnS3Proxy(S3Server server) {
      super(server);
    }
  }

  @Nested
  class OnS3Mock extends Buckets {
    OnS3Mock(S3MockServer server) {
      super(server);
    }

    @Test
    void tag_objects_haveTheTags() throws Exception {
      List<String> keys = List.of("a", "b c");
      for (String key : keys) {
        write(store, key, content(10));
      }

      get(
          Source.from(keys)
              .map(
                  key ->
                      PutObjectTaggingRequest.builder()
                          .bucket(store.bucket())
                          .key(key)
                          .tagging(
                              Tagging.builder()
                                  .tagSet(Tag.builder().key("k").value(key).build())
                                  .build())
                          .build())
              .via(S3Flow.tag(store.client(), requests))
              .runWith(Sink.ignore(), system));

      for (String key : keys) {
        assertThat(
                store
                    .client()
                    .getObjectTagging(request -> request.bucket(store.bucket()).key(key))
                    .join()
                    .tagSet())
            .containsExactly(Tag.builder().key("k").value(key).build());
      }
    }
  }

  abstract static class Buckets extends S3Base {
    private final TestServer server;

    Buckets(TestServer server) {
      super(server);
      this.server = server;
    }

    @Test
    void createBucket_twice_isThereUntilItIsDeleted() throws Exception {
      String bucket = store.bucket() + "-created";
      assertThat(get(S3.access(store.client(), bucket))).isEqualTo(BucketAccess.MISSING);

      get(S3.createBucket(store.client(), bucket));
      get(S3.createBucket(store.client(), bucket));

      assertThat(get(S3.access(store.client(), bucket))).isEqualTo(BucketAccess.GRANTED);
      assertThat(
              get(
                  S3Source.list(store.client(), ListBucketsRequest.builder().build())
                      .map(Bucket::name)
                      .runWith(Sink.seq(), system)))
          .contains(bucket, store.bucket());
      store.client().deleteBucket(request -> request.bucket(bucket)).join();
      assertThat(get(S3.access(store.client(), bucket))).isEqualTo(BucketAccess.MISSING);
    }

    @Test
    void empty_objectsAndUnfinishedUploads_bucketCanBeDeleted() throws Exception {
      for (String key : List.of("a", "b/c", "b/d")) {
        write(store, key, content(10));
      }
      store
          .client()
          .createMultipartUpload(request -> request.bucket(store.bucket()).key("u"))
          .join();

      assertThat(get(S3.deletePrefix(system, store.client(), store.bucket(), "b/"))).isEqualTo(2);
      assertThat(list()).containsExactly("a");
      assertThat(get(S3.empty(system, store.client(), store.bucket()))).isEqualTo(1);

      assertThat(store.orphans()).isEmpty();
      store.client().deleteBucket(request -> request.bucket(store.bucket())).join();
    }

    @Test
    void list_pagesWithDelimiter_haveCommonPrefixes() throws Exception {
      for (String key : List.of("a", "b/c", "b/d", "e f/g")) {
        write(store, key, content(10));
      }

      ListObjectsV2Response page =
          get(
              S3Source.pages(
                      store.client(),
                      ListObjectsV2Request.builder().bucket(store.bucket()).delimiter("/").build())
                  .runWith(Sink.head(), system));

      assertThat(page.contents()).extracting(S3Object::key).containsExactly("a");
      assertThat(page.commonPrefixes())
          .extracting(CommonPrefix::prefix)
          .containsExactly("b/", "e f/");
    }

    @Test
    void list_unfinishedUploadAndItsParts_areTold() throws Exception {
      String uploadId =
          store
              .client()
              .createMultipartUpload(request -> request.bucket(store.bucket()).key("un finished"))
              .join()
              .uploadId();
      for (int number = 1; number <= 3; number++) {
        int part = number;
        store
            .client()
            .uploadPart(
                request ->
                    request
                        .bucket(store.bucket())
                        .key("un finished")
                        .uploadId(uploadId)
                        .partNumber(part),
                AsyncRequestBody.fromBytes(new byte[5 * MIB]))
            .join();
      }

      assertThat(
              get(
                  S3Source.list(
                          store.client(),
                          ListMultipartUploadsRequest.builder().bucket(store.bucket()).build())
                      .map(MultipartUpload::uploadId)
                      .runWith(Sink.seq(), system)))
          .containsExactly(uploadId);
      assertThat(
              get(
                  S3Source.list(
                          store.client(),
                          ListPartsRequest.builder()
                              .bucket(store.bucket())
                              .key("un finished")
                              .uploadId(uploadId)
                              .build())
                      .map(Part::partNumber)
                      .runWith(Sink.seq(), system)))
          .containsExactly(1, 2, 3);
    }

    @Test
    void copy_inParts_takesMetadataAlong() throws Exception {
      PutObjectRequest request =
          put("source").toBuilder().metadata(Map.of("m", "3")).contentType("text/x-test").build();
      get(content(11 * MIB).runWith(S3Sink.object(store.client(), request, upload), system));

      get(
          Source.single(
                  CopyObjectRequest.builder()
                      .sourceBucket(store.bucket())
                      .sourceKey("source")
                      .destinationBucket(store.bucket())
                      .destinationKey("copy")
                      .build())
              .via(S3Flow.copy(store.client(), requests.withCopyPartSize(5 * MIB)))
              .runWith(Sink.head(), system));

      HeadObjectResponse copy =
          store.client().headObject(head -> head.bucket(store.bucket()).key("copy")).join();
      assertThat(copy.metadata()).containsEntry("m", "3");
      assertThat(copy.contentType()).isEqualTo("text/x-test");
    }

    @Test
    void presigned_putAndGet_needNoClient() throws Exception {
      HttpClient http = HttpClient.newHttpClient();
      try (S3Presigner presigner =
          S3Presigner.builder()
              .endpointOverride(S3Store.endpoint(server))
              .region(Region.US_EAST_1)
              .credentialsProvider(S3Store.credentials(server))
              .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
              .build()) {
        URL put =
            presigner
                .presignPutObject(
                    presign ->
                        presign
                            .signatureDuration(Duration.ofMinutes(1))
                            .putObjectRequest(put("a b+c")))
                .url();
        URL get =
            presigner
                .presignGetObject(
                    presign ->
                        presign
                            .signatureDuration(Duration.ofMinutes(1))
                            .getObjectRequest(request("a b+c")))
                .url();

        assertThat(
                http.send(
                        HttpRequest.newBuilder(put.toURI())
                            .PUT(BodyPublishers.ofString("content"))
                            .build(),
                        BodyHandlers.discarding())
                    .statusCode())
            .isEqualTo(200);
        assertThat(
                http.send(HttpRequest.newBuilder(get.toURI()).build(), BodyHandlers.ofString())
                    .body())
            .isEqualTo("content");
      }
      assertThat(list()).containsExactly("a b+c");
    }
  }
}
