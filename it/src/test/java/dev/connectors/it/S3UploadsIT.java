package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.it.support.HttpFront;
import dev.connectors.it.support.HttpFront.Fault;
import dev.connectors.it.support.S3Store;
import dev.connectors.s3.ResumePolicy;
import dev.connectors.s3.RolledObject;
import dev.connectors.s3.S3FilePut;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.S3Sink;
import dev.connectors.s3.UploadSettings;
import dev.connectors.testkit.S3MockServer;
import dev.connectors.testkit.S3Server;
import dev.connectors.testkit.TestServer;
import dev.connectors.testkit.WithServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.NotUsed;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Objects that roll, uploads that are continued, and files, on both servers. */
@WithServers
class S3UploadsIT {
  private static final int PART = 5 << 20;

  @Nested
  class OnS3Proxy extends Uploads {
    OnS3Proxy(S3Server server) {
      super(server);
    }
  }

  @Nested
  class OnS3Mock extends Uploads {
    OnS3Mock(S3MockServer server) {
      super(server);
    }
  }

  abstract static class Uploads extends S3Base {
    private final TestServer server;

    Uploads(TestServer server) {
      super(server);
      this.server = server;
    }

    private static byte[] random(int length) {
      byte[] content = new byte[length];
      new Random(length).nextBytes(content);
      return content;
    }

    private byte[] bytes(String key) {
      return store
          .client()
          .getObject(
              object -> object.bucket(store.bucket()).key(key), AsyncResponseTransformer.toBytes())
          .join()
          .asByteArray();
    }

    private static Source<ByteString, NotUsed> content(byte[] content, int from, int to) {
      return Source.single(ByteString.fromArray(Arrays.copyOfRange(content, from, to)));
    }

    @Test
    void upload_interrupted_isContinuedFromItsParts() throws Exception {
      UploadSettings resumed = upload.withResume(ResumePolicy.BY_KEY).withParallelism(1);
      byte[] content = random(3 * PART + 1);
      IllegalStateException bug = new IllegalStateException("bug");

      assertThatThrownBy(
              () ->
                  get(
                      content(content, 0, 2 * PART + 1)
                          .concat(Source.lazySource(() -> failingOnceThereIsAPart(bug)))
                          .runWith(S3Sink.object(store.client(), put("k"), resumed), system)))
          .hasCause(bug);
      MultipartUpload left = store.orphans().get(0);
      int there = parts(left.uploadId());

      List<String> sent = new CopyOnWriteArrayList<>();
      try (HttpFront front = counting(sent);
          S3Store counted = store.through(server, front.port(), Duration.ofSeconds(30))) {
        get(
            content(content, 0, content.length)
                .runWith(S3Sink.object(counted.client(), put("k"), resumed), system));
      }

      assertThat(there).isPositive();
      assertThat(sent).as("parts of %s, which had %s", left.uploadId(), there).hasSize(4 - there);
      assertThat(bytes("k")).isEqualTo(content);
      assertThat(store.orphans()).isEmpty();
    }

    private HttpFront counting(List<String> parts) throws IOException {
      return new HttpFront(
          server,
          request -> {
            if (request.method().equals("PUT") && request.target().contains("partNumber=")) {
              parts.add(request.target());
            }
            return Fault.NONE;
          });
    }

    private Source<ByteString, NotUsed> failingOnceThereIsAPart(Throwable failure) {
      return Source.completionStage(
              Patterns.retry(
                  () ->
                      store.orphans().isEmpty() || parts(store.orphans().get(0).uploadId()) == 0
                          ? CompletableFuture.failedFuture(failure)
                          : CompletableFuture.completedFuture(true),
                  600,
                  Duration.ofMillis(50),
                  system))
          .flatMapConcat(there -> Source.failed(failure));
    }

    private int parts(String uploadId) {
      return store
          .client()
          .listParts(list -> list.bucket(store.bucket()).key("k").uploadId(uploadId))
          .join()
          .parts()
          .size();
    }

    @Test
    void putFile_ofAnySize_isThere(@TempDir Path folder) throws Exception {
      List<Integer> sizes = List.of(0, 1, PART, PART + 1, 3 * PART + 12_345);

      get(
          Source.from(sizes)
              .map(
                  size ->
                      new S3FilePut(
                          put("file-" + size),
                          Files.write(folder.resolve("file-" + size), random(size))))
              .via(S3Flow.putFile(store.client(), upload))
              .runWith(Sink.ignore(), system));

      for (int size : sizes) {
        assertThat(bytes("file-" + size)).isEqualTo(random(size));
      }
      assertThat(store.orphans()).isEmpty();
    }

    @Test
    void rolling_inPartsAndAtOnce_writesAllOfIt() throws Exception {
      int records = 26;
      RollingPlan<Integer, PutObjectRequest> plan =
          RollingPlan.<Integer, PutObjectRequest>of(
                  RollingFormat.of(number -> ByteString.fromArrayUnsafe(random(1 << 20 | number))),
                  object -> put(object.partition() + "/" + object.first()))
              .withPartition(number -> number % 5 == 0 ? "small" : "large");

      List<RolledObject> objects =
          get(
              Source.range(0, records - 1)
                  .via(
                      S3Flow.rolling(
                          store.client(),
                          plan,
                          RollingSettings.create(system).withMaxBytes(8 << 20),
                          upload))
                  .runWith(Sink.seq(), system));

      assertThat(objects.stream().mapToLong(RolledObject::elements).sum()).isEqualTo(records);
      for (RolledObject object : objects) {
        assertThat(bytes(object.key())).hasSize((int) object.bytes());
      }
      RolledObject small = objects.stream().filter(o -> o.key().equals("small/0")).findAny().get();
      assertThat(bytes("small/0"))
          .startsWith(random(1 << 20))
          .endsWith(random(1 << 20 | 5 * (int) (small.elements() - 1)));
      assertThat(store.orphans()).isEmpty();
    }
  }
}
