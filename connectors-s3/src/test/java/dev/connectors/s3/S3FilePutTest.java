package dev.connectors.s3;

import static dev.connectors.s3.Uploads.PART;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Objects from files. */
@SuppressWarnings("NullAway.Init") // set up before each test
class S3FilePutTest extends StreamTest {
  @TempDir private Path folder;
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

  private S3FilePut file(int length) {
    Path file = folder.resolve("file-" + length);
    try {
      Files.write(file, Uploads.random(length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new S3FilePut(Uploads.request("object-" + length), file);
  }

  private CompletionStage<List<PutObjectResponse>> put(S3FilePut... files) {
    return Source.from(List.of(files))
        .via(S3Flow.putFile(s3, settings))
        .runWith(Sink.seq(), materializer);
  }

  @Test
  void putFile_ofAnySize_writesItAndEmitsInOrderWithContext() throws Exception {
    List<Integer> sizes = List.of(3 * PART + 5, 0, 1, PART, PART + 1, 2 * PART);

    List<Pair<PutObjectResponse, Integer>> emitted =
        get(
            Source.from(sizes)
                .map(size -> Pair.create(file(size), size))
                .via(S3Flow.<Integer>putFileWithContext(s3, settings).asFlow())
                .runWith(Sink.seq(), materializer));

    assertThat(emitted).extracting(Pair::second).containsExactlyElementsOf(sizes);
    for (int size : sizes) {
      assertThat(s3.objects.get("object-" + size)).isEqualTo(Uploads.random(size));
    }
    assertThat(emitted.get(1).first().eTag()).isEqualTo(FakeS3.eTag(new byte[0]));
    assertThat(s3.uploads).isEmpty();
  }

  @Test
  void putFile_severalInParts_sendsAsManyAtATimeAsAreAllowed() throws Exception {
    get(put(file(4 * PART), file(3 * PART)));

    assertThat(s3.objects.get("object-" + 4 * PART)).isEqualTo(Uploads.random(4 * PART));
    assertThat(s3.mostPartsInFlight).hasValueLessThanOrEqualTo(2);
  }

  @Test
  void putFile_missing_failsWithTheFileSystemsException() {
    Path missing = folder.resolve("missing");

    assertThat(failure(put(new S3FilePut(Uploads.request("k"), missing))))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(s3.requests).isEmpty();
  }

  @Test
  void putFile_changedMeanwhile_failsAndIsAborted() {
    settings = settings.withParallelism(1);
    S3FilePut put = file(3 * PART);
    s3.onAnswer =
        request -> {
          if (request instanceof UploadPartRequest part && part.partNumber() == 3) {
            try {
              Files.write(put.file(), new byte[] {1});
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
          return null;
        };

    assertThat(failure(put(put)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("was changed while it was uploaded");
    assertThat(s3.objects).isEmpty();
    assertThat(s3.uploads).isEmpty();
    assertThat(s3.requests(CompleteMultipartUploadRequest.class)).isEmpty();
  }

  @Test
  void putFile_partIsRefused_sendsNoMoreAndAborts() {
    s3.onRequest =
        request ->
            request instanceof UploadPartRequest part && part.partNumber() == 2
                ? FakeS3.error(403, "AccessDenied")
                : null;

    assertThat(failure(put(file(40 * PART)))).hasMessageStartingWith("AccessDenied");
    assertThat(s3.requests(UploadPartRequest.class)).hasSizeLessThan(20);
    assertThat(s3.uploads).isEmpty();
  }

  @Test
  void putFile_upstreamFails_sendsNoMoreAndAborts() {
    Pair<TestPublisher.Probe<S3FilePut>, CompletionStage<Done>> writing = writing();
    s3.stall();
    writing.first().sendNext(file(10 * PART));
    await().until(() -> s3.requests.size() == 1);
    writing.first().sendError(new IllegalStateException("bug"));

    assertThat(failure(writing.second())).hasMessage("bug");
    s3.resume();
    await().until(() -> s3.requests(AbortMultipartUploadRequest.class).size() == 1);
    await().until(() -> s3.uploads.isEmpty());
    assertThat(s3.requests(UploadPartRequest.class)).isEmpty();
  }

  private Pair<TestPublisher.Probe<S3FilePut>, CompletionStage<Done>> writing() {
    return TestSource.<S3FilePut>create(system)
        .via(S3Flow.putFile(s3, settings))
        .toMat(Sink.ignore(), Keep.both())
        .run(materializer);
  }

  /** No part of an upload is answered. */
  private void stallOnceCreated() {
    s3.onAnswer =
        request -> {
          if (request instanceof CreateMultipartUploadRequest) {
            s3.stall();
          }
          return null;
        };
  }

  @Test
  void putFile_upstreamFailsWhileASmallOneWaits_doesNotSendIt() {
    Pair<TestPublisher.Probe<S3FilePut>, CompletionStage<Done>> writing = writing();
    stallOnceCreated();
    writing.first().sendNext(file(3 * PART));
    await().until(() -> s3.requests(UploadPartRequest.class).size() == 2); // all slots
    writing.first().sendNext(file(10));
    writing.first().sendError(new IllegalStateException("bug"));

    assertThat(failure(writing.second())).hasMessage("bug");
    s3.resume();
    await().until(() -> s3.requests(AbortMultipartUploadRequest.class).size() == 1);
    await().until(() -> s3.uploads.isEmpty());
    assertThat(s3.requests(PutObjectRequest.class)).isEmpty();
    assertThat(s3.requests(UploadPartRequest.class)).hasSize(2);
  }

  @Test
  void putFile_upstreamFailsWithAllPartsInFlight_isAborted() {
    Pair<TestPublisher.Probe<S3FilePut>, CompletionStage<Done>> writing = writing();
    stallOnceCreated();
    writing.first().sendNext(file(2 * PART));
    await().until(() -> s3.requests(UploadPartRequest.class).size() == 2);
    writing.first().sendError(new IllegalStateException("bug"));
    assertThat(failure(writing.second())).hasMessage("bug");
    s3.resume();

    await().until(() -> s3.uploads.isEmpty());
    assertThat(s3.objects).isEmpty();
    assertThat(s3.requests(CompleteMultipartUploadRequest.class)).isEmpty();
  }

  @Test
  void putFile_fileSystemFailsWithAnError_failsWithThat() {
    AssertionError error = new AssertionError("error");
    Path broken =
        (Path)
            Proxy.newProxyInstance(
                Path.class.getClassLoader(),
                new Class<?>[] {Path.class},
                (proxy, method, arguments) -> {
                  throw error;
                });

    assertThat(failure(put(new S3FilePut(Uploads.request("k"), broken))))
        .rootCause()
        .isSameAs(error);
  }

  @Test
  void putFile_wasInterrupted_sendsWhatIsMissing() throws Exception {
    settings = settings.withResume(ResumePolicy.BY_KEY);
    S3FilePut put = file(6 * PART + 1);
    s3.onRequest =
        request ->
            request instanceof UploadPartRequest part && part.partNumber() == 4
                ? FakeS3.error(403, "AccessDenied")
                : null;
    assertThat(failure(put(put))).hasMessageStartingWith("AccessDenied");
    int there = Objects.requireNonNull(s3.uploads.get("upload-1")).size();
    assertThat(there).isPositive();
    s3.onRequest = request -> null;
    s3.requests.clear();

    get(put(put));

    assertThat(s3.objects.get(put.request().key())).isEqualTo(Uploads.random(6 * PART + 1));
    assertThat(s3.requests(UploadPartRequest.class)).hasSize(7 - there);
    assertThat(s3.uploads).isEmpty();
  }

  @Test
  void putFile_notAsLongAsAnnounced_fails() {
    S3FilePut put = file(10);

    assertThat(
            failure(
                put(
                    new S3FilePut(
                        put.request().toBuilder().contentLength(11L).build(), put.file()))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("has 10 bytes, the request's contentLength is 11");
  }
}
