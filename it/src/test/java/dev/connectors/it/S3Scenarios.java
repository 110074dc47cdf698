package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.it.support.S3Store;
import dev.connectors.s3.DownloadSettings;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.S3Put;
import dev.connectors.s3.S3Sink;
import dev.connectors.s3.S3Source;
import dev.connectors.testkit.TcpProxy;
import dev.connectors.testkit.TestServer;
import dev.connectors.testkit.Toxic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Objects up and down, on a real server and over connections that break. {@code
 * -Dconnectors.it.s3.keys=10000} lists more keys, {@code -Dconnectors.it.s3.uploads=100} lets more
 * uploads fail, {@code -Dconnectors.it.s3.megabytes=1024} has a larger object.
 */
abstract class S3Scenarios extends S3Base {
  private static final int KEYS = Integer.getInteger("connectors.it.s3.keys", 1_100);
  private static final int UPLOADS = Integer.getInteger("connectors.it.s3.uploads", 10);
  private static final int MEGABYTES = Integer.getInteger("connectors.it.s3.megabytes", 60);
  private static final int MANY_SECONDS = 600;

  private final TestServer server;

  S3Scenarios(TestServer server) {
    super(server);
    this.server = server;
  }

  @Test
  void object_ofAnySize_comesBackTheSame() throws Exception {
    for (long size : new long[] {0, 1, 5 * MIB, 5 * MIB + 1, 12_345_678, (long) MEGABYTES * MIB}) {
      String key = "object-" + size;
      String sent = write(store, key, content(size));
      assertThat(read(store, key, download)).isEqualTo(sent);
      assertThat(read(store, key, download.withParallelism(4).withRangeSize(MIB))).isEqualTo(sent);
      assertThat(
              get(S3Source.head(
                          store.client(),
                          HeadObjectRequest.builder().bucket(store.bucket()).key(key).build())
                      .runWith(Sink.head(), system))
                  .contentLength())
          .isEqualTo(size);
    }
    assertThat(store.orphans()).isEmpty();
  }

  @Test
  void object_missing_failsWithTheClientsException() {
    assertThatThrownBy(() -> read(store, "none", download))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(NoSuchKeyException.class);
  }

  @Test
  void keys_ofAllKinds_areWrittenListedReadAndDeleted() throws Exception {
    List<String> keys =
        new ArrayList<>(
            List.of(
                "plain",
                "a b",
                "a+b",
                "a%2Bb",
                "100%",
                "a&b=c?d#e",
                "ä/ö/ü",
                "日本/語",
                "(1)'!*~.txt",
                String.join("/", Collections.nCopies(8, "k".repeat(127))) + "k"));
    Collections.sort(keys);

    get(
        Source.from(keys)
            .map(key -> new S3Put(put(key), ByteString.fromString(key)))
            .via(S3Flow.put(store.client(), requests))
            .runWith(Sink.ignore(), system));

    assertThat(list()).containsExactlyInAnyOrderElementsOf(keys);
    assertThat(
            get(
                Source.from(keys)
                    .map(this::request)
                    .via(S3Flow.get(store.client(), requests))
                    .map(bytes -> bytes.asUtf8String())
                    .runWith(Sink.seq(), system)))
        .isEqualTo(keys);
    for (String key : keys) {
      String large = write(store, key, content(5 * MIB + 7));
      assertThat(read(store, key, download)).isEqualTo(large);
    }
    delete(keys);
    assertThat(list()).isEmpty();
  }

  @Test
  void keys_many_areListedOnAllPagesAndDeletedInBatches() throws Exception {
    List<String> keys = IntStream.range(0, KEYS).mapToObj("key-%06d"::formatted).toList();
    get(
        Source.from(keys)
            .map(key -> new S3Put(put(key), ByteString.fromString(key)))
            .via(S3Flow.put(store.client(), requests))
            .runWith(Sink.ignore(), system),
        MANY_SECONDS);

    assertThat(list()).isEqualTo(keys);
    delete(keys);
    assertThat(list()).isEmpty();
  }

  @Test
  void upload_failsAtRandomPoints_leavesNothing() throws Exception {
    Random random = new Random(7);

    List<String> failures =
        get(
            Source.range(1, UPLOADS)
                .mapAsync(
                    4,
                    number ->
                        failing(random.nextInt(30 * MIB), "at random")
                            .runWith(
                                S3Sink.object(store.client(), put("failing-" + number), upload),
                                system)
                            .handle((stored, failure) -> String.valueOf(failure)))
                .runWith(Sink.seq(), system));

    assertThat(failures)
        .hasSize(UPLOADS)
        .allMatch(failure -> failure.endsWith("IllegalStateException: at random"));
    assertThat(store.orphans()).isEmpty();
    assertThat(list()).isEmpty();
    store.client().deleteBucket(request -> request.bucket(store.bucket())).join();
  }

  @Test
  void copy_smallAndLarge_isTheSame() throws Exception {
    for (int size : new int[] {100, 17 * MIB}) {
      String sent = write(store, "from here " + size, content(size));
      CopyObjectRequest request =
          CopyObjectRequest.builder()
              .sourceBucket(store.bucket())
              .sourceKey("from here " + size)
              .destinationBucket(store.bucket())
              .destinationKey("to+there")
              .build();

      get(
          Source.single(request)
              .via(S3Flow.copy(store.client(), requests.withCopyPartSize(5 * MIB)))
              .runWith(Sink.head(), system));

      assertThat(read(store, "to+there", download)).isEqualTo(sent);
    }
    assertThat(store.orphans()).isEmpty();
  }

  @Test
  void upload_ifNoneMatch_isRefusedWhenTheKeyIsTaken() throws Exception {
    write(store, "taken", content(10));

    for (int size : new int[] {10, 6 * MIB}) {
      assertThatThrownBy(
              () ->
                  get(
                      content(size)
                          .runWith(
                              S3Sink.object(
                                  store.client(),
                                  put("taken").toBuilder().ifNoneMatch("*").build(),
                                  upload),
                              system)))
          .cause()
          .isInstanceOfSatisfying(
              S3Exception.class, refused -> assertThat(refused.statusCode()).isEqualTo(412));
    }
    assertThat(store.orphans()).isEmpty();
  }

  @Test
  void upload_ifMatch_isRefusedWhenTheObjectIsAnother() throws Exception {
    write(store, "changed", content(10));
    for (int size : new int[] {11, 6 * MIB}) {
      String first = eTag("changed");
      PutObjectRequest onlyFirst = put("changed").toBuilder().ifMatch(first).build();
      get(content(size).runWith(S3Sink.object(store.client(), onlyFirst, upload), system));
      assertThat(eTag("changed")).isNotEqualTo(first);

      assertThatThrownBy(
              () ->
                  get(
                      content(size)
                          .runWith(S3Sink.object(store.client(), onlyFirst, upload), system)))
          .cause()
          .isInstanceOfSatisfying(
              S3Exception.class, refused -> assertThat(refused.statusCode()).isEqualTo(412));
    }
    assertThat(store.orphans()).isEmpty();
  }

  private String eTag(String key) {
    return store.client().headObject(head -> head.bucket(store.bucket()).key(key)).join().eTag();
  }

  @Test
  void download_connectionsCutAgainAndAgain_resumes() throws Exception {
    String sent = write(store, "cut", content(20 * MIB));
    try (TcpProxy proxy = TcpProxy.to(server);
        S3Store cut = store.through(server, proxy.port(), Duration.ofSeconds(5))) {
      proxy.downstream(Toxic.limitData(3 * MIB));

      assertThat(read(cut, "cut", download)).isEqualTo(sent);
      assertThat(read(cut, "cut", download.withParallelism(3).withRangeSize(4 * MIB)))
          .isEqualTo(sent);
    }
  }

  @Test
  void download_resetAndStalled_resumes() throws Exception {
    String sent = write(store, "reset", content(20 * MIB));
    try (TcpProxy proxy = TcpProxy.to(server);
        S3Store faulty = store.through(server, proxy.port(), Duration.ofSeconds(30))) {
      AtomicInteger taken = new AtomicInteger();
      TcpProxy.Added slow = proxy.downstream(Toxic.bandwidth(8 * MIB));

      String received =
          get(
              digest(
                  S3Source.object(
                          faulty.client(),
                          request("reset"),
                          download.withTimeout(Duration.ofSeconds(1)))
                      .map(
                          bytes -> {
                            int before = taken.getAndAdd(bytes.size());
                            if (before < 2 * MIB && before + bytes.size() >= 2 * MIB) {
                              proxy.disable();
                              proxy.enable();
                            }
                            if (before < 6 * MIB && before + bytes.size() >= 6 * MIB) {
                              slow.remove();
                              // Nothing passes, and nobody is told: the connector gives up first.
                              proxy.add(
                                  Toxic.timeout(Duration.ofSeconds(3)),
                                  TcpProxy.Direction.DOWNSTREAM,
                                  1);
                              system
                                  .scheduler()
                                  .scheduleOnce(
                                      Duration.ofSeconds(2), proxy::heal, system.dispatcher());
                            }
                            return bytes;
                          })));

      assertThat(received).isEqualTo(sent);
    }
  }

  @Test
  void download_slowerThanTheClientsReadTimeout_resumes() throws Exception {
    String sent = write(store, "slow", content(10 * MIB));
    try (S3Store hasty = store.through(server, server.port(), Duration.ofMillis(500))) {
      AtomicInteger taken = new AtomicInteger();

      String received =
          get(
              digest(
                  S3Source.object(
                          hasty.client(), request("slow"), download.withReadAhead(256 * 1024))
                      .mapAsync(
                          1,
                          bytes ->
                              taken.getAndIncrement() == 10
                                  ? later(bytes, Duration.ofSeconds(2))
                                  : CompletableFuture.completedFuture(bytes))));

      assertThat(received).isEqualTo(sent);
    }
  }

  @Test
  void download_serverIsGone_failsAndDoesNotHang() throws Exception {
    write(store, "gone", content(10 * MIB));
    TcpProxy proxy = TcpProxy.to(server);
    try (S3Store cut = store.through(server, proxy.port(), Duration.ofSeconds(5))) {
      proxy.downstream(Toxic.limitData(2 * MIB));
      DownloadSettings impatient = download.withRetry(download.retry().withMaxAttempts(2));

      assertThatThrownBy(
              () ->
                  get(
                      digest(
                          S3Source.object(cut.client(), request("gone"), impatient)
                              .map(
                                  bytes -> {
                                    proxy.disable();
                                    return bytes;
                                  }))))
          .isInstanceOf(ExecutionException.class);
    } finally {
      proxy.close();
    }
  }

  @Test
  void upload_connectionsCutAgainAndAgain_isWrittenWhole() throws Exception {
    try (TcpProxy proxy = TcpProxy.to(server);
        S3Store cut = store.through(server, proxy.port(), Duration.ofSeconds(5))) {
      // A part passes, two do not, and a connection is used again.
      proxy.upstream(Toxic.limitData(8 * MIB));

      String sent = write(cut, "cut", content(40 * MIB));

      assertThat(read(store, "cut", download)).isEqualTo(sent);
      assertThat(store.orphans()).isEmpty();
    }
  }
}
