package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connectors.it.support.HttpFront;
import dev.connectors.it.support.HttpFront.Fault;
import dev.connectors.it.support.S3Store;
import dev.connectors.s3.DownloadSettings;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.S3Put;
import dev.connectors.s3.S3Sink;
import dev.connectors.s3.S3Source;
import dev.connectors.s3.VerifyPolicy;
import dev.connectors.testkit.S3MockServer;
import dev.connectors.testkit.S3Server;
import dev.connectors.testkit.TcpProxy;
import dev.connectors.testkit.TestServer;
import dev.connectors.testkit.Toxic;
import dev.connectors.testkit.WithServers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What goes wrong between a client and S3: the bytes are right, or there is a failure. {@code
 * -Dconnectors.it.s3.slow-seconds=300} has a consumer that is slow for longer.
 */
@WithServers
class S3FaultIT {
  private static final int SLOW_SECONDS = Integer.getInteger("connectors.it.s3.slow-seconds", 5);

  /** It neither compares nor keeps checksums: only the ETag of what was put at once tells. */
  @Nested
  class OnS3Proxy extends Faults {
    OnS3Proxy(S3Server server) {
      super(server, false);
    }
  }

  @Nested
  class OnS3Mock extends Faults {
    OnS3Mock(S3MockServer server) {
      super(server, true);
    }
  }

  abstract static class Faults extends S3Base {
    private final TestServer server;
    private final boolean knowsChecksums;

    Faults(TestServer server, boolean knowsChecksums) {
      super(server);
      this.server = server;
      this.knowsChecksums = knowsChecksums;
    }

    @Test
    void all_oneRequestInFiveIsTold503_goesOn() throws Exception {
      Random random = new Random(503);
      try (HttpFront front =
              new HttpFront(
                  server,
                  request -> {
                    synchronized (random) {
                      return random.nextInt(5) == 0 ? Fault.SLOW_DOWN : Fault.NONE;
                    }
                  });
          S3Store busy = store.withoutRetries(server, front.port())) {
        String sent = write(busy, "large", content(20 * MIB));
        assertThat(read(busy, "large", download)).isEqualTo(sent);
        assertThat(read(busy, "large", download.withParallelism(4).withRangeSize(2 * MIB)))
            .isEqualTo(sent);

        List<String> keys = IntStream.range(0, 200).mapToObj(i -> "small-" + i).toList();
        get(
            Source.from(keys)
                .map(key -> new S3Put(put(key), ByteString.fromString(key)))
                .via(S3Flow.put(busy.client(), requests))
                .runWith(Sink.ignore(), system));
        assertThat(
                get(
                    Source.from(keys)
                        .map(this::request)
                        .via(S3Flow.get(busy.client(), requests))
                        .map(bytes -> bytes.asUtf8String())
                        .runWith(Sink.seq(), system)))
            .isEqualTo(keys);

        assertThat(front.faulty()).isBetween(front.requests() / 10, front.requests() / 3);
      }
      assertThat(list()).hasSize(201);
      assertThat(store.orphans()).isEmpty();
    }

    @Test
    void download_bytesCorruptedOnTheWay_failsOrIsReadAgain() throws Exception {
      DownloadSettings verified =
          knowsChecksums ? download : download.withVerify(VerifyPolicy.CHECKSUM_OR_ETAG);
      for (int size : knowsChecksums ? new int[] {100_000, 12 * MIB} : new int[] {100_000}) {
        String sent = write(store, "object-" + size, content(size));
        for (DownloadSettings settings :
            List.of(verified, verified.withParallelism(3).withRangeSize(3 * MIB))) {
          try (HttpFront front = corrupting(Fault.CORRUPT_ANSWER, "GET");
              S3Store corrupted = store.through(server, front.port(), Duration.ofSeconds(30))) {
            assertRightOrFailed(
                () -> read(corrupted, "object-" + size, settings), sent, "object of " + size);
            assertThat(front.faulty()).isPositive();
          }
        }
      }
    }

    @Test
    void get_bytesCorruptedOnTheWay_fails() throws Exception {
      assumeTrue(knowsChecksums, "the server keeps no checksums");
      get(
          Source.single(new S3Put(put("small"), ByteString.fromString("content".repeat(1_000))))
              .via(S3Flow.put(store.client(), requests))
              .runWith(Sink.ignore(), system));

      try (HttpFront front = corrupting(Fault.CORRUPT_ANSWER, "GET");
          S3Store corrupted = store.through(server, front.port(), Duration.ofSeconds(30))) {
        assertThatThrownBy(
                () ->
                    get(
                        Source.single(request("small"))
                            .via(S3Flow.get(corrupted.client(), requests))
                            .runWith(Sink.head(), system)))
            .hasCauseInstanceOf(SdkException.class)
            .hasMessageContaining("checksum");
      }
    }

    @Test
    void upload_bytesCorruptedOnTheWay_isRefusedOrSentAgain() throws Exception {
      assumeTrue(knowsChecksums, "the server compares no checksums");
      for (int size : new int[] {100_000, 12 * MIB}) {
        String key = "object-" + size;
        try (HttpFront front = corrupting(Fault.CORRUPT_REQUEST, "PUT");
            S3Store corrupted = store.through(server, front.port(), Duration.ofSeconds(30))) {
          String sent = get(digest(content(size)));
          try {
            write(corrupted, key, content(size));
          } catch (ExecutionException refused) {
            assertThat(refused).hasCauseInstanceOf(S3Exception.class);
            assertThat(list()).doesNotContain(key);
            assertThat(store.orphans()).isEmpty();
            continue;
          } finally {
            assertThat(front.faulty()).isPositive();
          }
          assertThat(read(store, key, download)).isEqualTo(sent);
        }
      }
    }

    @Test
    void upload_slowAndInPieces_isWrittenWhole() throws Exception {
      try (TcpProxy proxy = TcpProxy.to(server);
          S3Store slow = store.through(server, proxy.port(), Duration.ofSeconds(30))) {
        proxy.upstream(Toxic.bandwidth(8 * MIB));
        proxy.downstream(Toxic.latency(Duration.ofMillis(50)).withJitter(Duration.ofMillis(40)));
        proxy.downstream(Toxic.slicer(1_000).withSizeVariation(900));

        String sent = write(slow, "slow", content(16 * MIB));

        assertThat(read(slow, "slow", download.withParallelism(2).withRangeSize(4 * MIB)))
            .isEqualTo(sent);
      }
    }

    @Test
    void upload_serverIsKilledAndStarted_isWrittenWhole() throws Exception {
      get(
          killing(content(30 * MIB), this::awaitPart)
              .runWith(S3Sink.object(store.client(), put("killed"), upload), system));

      assertThat(read(store, "killed", download)).isEqualTo(get(digest(content(30 * MIB))));
      assertThat(store.orphans()).isEmpty();
    }

    @Test
    void download_serverIsKilledAndStarted_resumes() throws Exception {
      String sent = write(store, "killed", content(30 * MIB));

      Source<ByteString, ?> object = S3Source.object(store.client(), request("killed"), download);
      assertThat(get(digest(killing(object, () -> {})))).isEqualTo(sent);
    }

    /** An upload whose beginning the client never heard of can't be aborted by it. */
    private void awaitPart() {
      await()
          .until(
              () ->
                  store.orphans().stream()
                      .anyMatch(begun -> !parts(begun.key(), begun.uploadId()).isEmpty()));
    }

    private List<Part> parts(String key, String uploadId) {
      return store
          .client()
          .listParts(list -> list.bucket(store.bucket()).key(key).uploadId(uploadId))
          .join()
          .parts();
    }

    /** Kills the server and starts it once the stream has brought 12 MiB. */
    private <M> Source<ByteString, M> killing(Source<ByteString, M> content, Runnable before) {
      AtomicInteger taken = new AtomicInteger();
      return content.mapAsync(
          1,
          bytes -> {
            int earlier = taken.getAndAdd(bytes.size());
            return earlier < 12 * MIB && earlier + bytes.size() >= 12 * MIB
                ? CompletableFuture.supplyAsync(
                    () -> {
                      before.run();
                      server.kill();
                      server.start();
                      return bytes;
                    })
                : CompletableFuture.completedFuture(bytes);
          });
    }

    /** The client gives up what it could not hand over for two seconds, many times. */
    @Test
    void download_consumerIsSlow_getsAllBytes() throws Exception {
      int pieces = SLOW_SECONDS * 4;
      String sent = write(store, "slow", content((long) pieces * MIB / 4));
      try (S3Store hasty = store.through(server, server.port(), Duration.ofSeconds(2))) {
        AtomicLong taken = new AtomicLong();

        String received =
            get(
                digest(
                    S3Source.object(
                            hasty.client(), request("slow"), download.withReadAhead(MIB / 4))
                        .mapAsync(
                            1,
                            bytes -> {
                              long before = taken.getAndAdd(bytes.size());
                              boolean isNext =
                                  before / (MIB / 4) != (before + bytes.size()) / (MIB / 4);
                              return isNext
                                  ? later(bytes, Duration.ofMillis(250))
                                  : CompletableFuture.completedFuture(bytes);
                            })),
                SLOW_SECONDS + 120);

        assertThat(received).isEqualTo(sent);
      }
    }

    /** Corrupts the first request of that kind that has a body worth it. */
    private HttpFront corrupting(Fault fault, String method) throws IOException {
      AtomicInteger seen = new AtomicInteger();
      return new HttpFront(
          server,
          request ->
              request.method().equals(method) && seen.getAndIncrement() == 0 ? fault : Fault.NONE);
    }

    private interface Reading {
      String read() throws Exception;
    }

    private static void assertRightOrFailed(Reading reading, String sent, String what)
        throws Exception {
      String read;
      try {
        read = reading.read();
      } catch (ExecutionException failed) {
        return;
      }
      assertThat(read).as(what).isEqualTo(sent);
    }
  }
}
