package dev.connectors.it;

import dev.connectors.core.RetrySettings;
import dev.connectors.it.support.S3Store;
import dev.connectors.s3.DownloadSettings;
import dev.connectors.s3.RequestSettings;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.S3Sink;
import dev.connectors.s3.S3Source;
import dev.connectors.s3.UploadSettings;
import dev.connectors.testkit.TestServer;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket for each test, and what is done with it. */
@SuppressWarnings("NullAway.Init") // set before each test
abstract class S3Base {
  static final int MIB = 1 << 20;

  final ActorSystem system = ActorSystem.create("s3");
  final S3Store store;

  UploadSettings upload;
  DownloadSettings download;
  RequestSettings requests;

  S3Base(TestServer server) {
    store = S3Store.create(server);
  }

  @BeforeEach
  void configure() {
    RetrySettings retry =
        RetrySettings.create(system)
            .withMinBackoff(Duration.ofMillis(20))
            .withMaxBackoff(Duration.ofMillis(200));
    upload = UploadSettings.create(system).withPartSize(5 * MIB).withRetry(retry);
    download = DownloadSettings.create(system).withRetry(retry);
    requests = RequestSettings.create(system).withRetry(retry);
  }

  @AfterEach
  void terminate() throws Exception {
    system.terminate();
    get(system.getWhenTerminated());
    store.close();
  }

  PutObjectRequest put(String key) {
    return PutObjectRequest.builder().bucket(store.bucket()).key(key).build();
  }

  GetObjectRequest request(String key) {
    return GetObjectRequest.builder().bucket(store.bucket()).key(key).build();
  }

  /** Pseudo-random bytes in pieces of odd sizes, the same each time. */
  static Source<ByteString, NotUsed> content(long size) {
    return Source.fromJavaStream(
        () -> {
          Random random = new Random(size);
          return Stream.iterate(size, left -> left > 0, left -> left - 77_777)
              .map(
                  left -> {
                    byte[] piece = new byte[(int) Math.min(left, 77_777)];
                    random.nextBytes(piece);
                    return ByteString.fromArrayUnsafe(piece);
                  });
        });
  }

  /** The same, and then a failure. */
  static Source<ByteString, NotUsed> failing(long size, String message) {
    // Both lazily: a source that has failed would end the stream before its first byte.
    return content(size)
        .concatLazy(Source.lazySource(() -> Source.failed(new IllegalStateException(message))));
  }

  /** The digest of what was sent. */
  String write(S3Store to, String key, Source<ByteString, NotUsed> content) throws Exception {
    PutObjectRequest request = PutObjectRequest.builder().bucket(to.bucket()).key(key).build();
    get(content.runWith(S3Sink.object(to.client(), request, upload), system));
    return get(digest(content));
  }

  String read(S3Store from, String key, DownloadSettings settings) throws Exception {
    GetObjectRequest request = GetObjectRequest.builder().bucket(from.bucket()).key(key).build();
    return get(digest(S3Source.object(from.client(), request, settings)));
  }

  CompletionStage<String> digest(Source<ByteString, ?> content) throws Exception {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    return content
        .map(
            bytes -> {
              for (ByteBuffer buffer : bytes.getByteBuffers()) {
                sha.update(buffer);
              }
              return bytes;
            })
        .runWith(Sink.ignore(), system)
        .thenApply(done -> HexFormat.of().formatHex(sha.digest()));
  }

  List<String> list() throws Exception {
    return get(
        S3Source.list(store.client(), ListObjectsV2Request.builder().bucket(store.bucket()).build())
            .map(S3Object::key)
            .runWith(Sink.seq(), system));
  }

  void delete(List<String> keys) throws Exception {
    get(
        Source.from(keys)
            .map(key -> ObjectIdentifier.builder().key(key).build())
            .via(
                S3Flow.delete(
                    store.client(),
                    DeleteObjectsRequest.builder().bucket(store.bucket()).build(),
                    requests))
            .runWith(Sink.ignore(), system));
  }

  CompletionStage<ByteString> later(ByteString bytes, Duration delay) {
    return Patterns.after(delay, system, () -> CompletableFuture.completedFuture(bytes));
  }

  static <R> R get(CompletionStage<R> stage) throws Exception {
    return get(stage, 120);
  }

  static <R> R get(CompletionStage<R> stage, int seconds) throws Exception {
    return stage.toCompletableFuture().get(seconds, TimeUnit.SECONDS);
  }
}
