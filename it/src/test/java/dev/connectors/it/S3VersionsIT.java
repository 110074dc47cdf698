package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.it.support.S3Store;
import dev.connectors.s3.S3;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.S3Sink;
import dev.connectors.s3.S3Source;
import dev.connectors.testkit.S3MockServer;
import dev.connectors.testkit.S3Server;
import dev.connectors.testkit.TcpProxy;
import dev.connectors.testkit.TestServer;
import dev.connectors.testkit.Toxic;
import dev.connectors.testkit.WithServers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/** Versions, on the servers that know of them: S3Proxy does where it has objects in memory. */
@WithServers
@SuppressWarnings("NullAway.Init") // started before all tests
class S3VersionsIT {
  private static S3Server inMemory;

  @BeforeAll
  static void start() {
    inMemory = S3Server.create().withSetting("jclouds.provider", "transient-nio2").start();
  }

  @AfterAll
  static void close() {
    inMemory.close();
  }

  @Nested
  class OnS3Proxy extends Versions {
    OnS3Proxy() {
      super(inMemory, true);
    }
  }

  /** It goes on listing objects whose newest version is the marker of a deletion. */
  @Nested
  class OnS3Mock extends Versions {
    OnS3Mock(S3MockServer server) {
      super(server, false);
    }
  }

  abstract static class Versions extends S3Base {
    private final TestServer server;
    private final boolean hidesDeleted;

    Versions(TestServer server, boolean hidesDeleted) {
      super(server);
      this.server = server;
      this.hidesDeleted = hidesDeleted;
    }

    @Test
    void versions_ofAnObject_areListedReadCopiedAndDeleted() throws Exception {
      assertThat(get(S3.versioning(store.client(), store.bucket()))).isEmpty();
      get(S3.setVersioning(store.client(), store.bucket(), BucketVersioningStatus.ENABLED));
      assertThat(get(S3.versioning(store.client(), store.bucket())))
          .contains(BucketVersioningStatus.ENABLED);

      String first = store("key", content(100));
      String second = store("key", content(6 * MIB));
      delete(List.of("key"));

      assertThat(list()).isEqualTo(hidesDeleted ? List.of() : List.of("key"));
      ListObjectVersionsRequest all =
          ListObjectVersionsRequest.builder().bucket(store.bucket()).build();
      assertThat(
              get(
                  S3Source.list(store.client(), all)
                      .map(ObjectVersion::versionId)
                      .runWith(Sink.seq(), system)))
          .containsExactlyInAnyOrder(first, second);
      assertThat(get(S3Source.identifiers(store.client(), all).runWith(Sink.seq(), system)))
          .hasSize(3);
      assertThat(readVersion("key", first)).isEqualTo(get(digest(content(100))));
      assertThat(readVersion("key", second)).isEqualTo(get(digest(content(6 * MIB))));

      get(
          Source.single(
                  CopyObjectRequest.builder()
                      .sourceBucket(store.bucket())
                      .sourceKey("key")
                      .sourceVersionId(second)
                      .destinationBucket(store.bucket())
                      .destinationKey("restored")
                      .build())
              .via(S3Flow.copy(store.client(), requests.withCopyPartSize(5 * MIB)))
              .runWith(Sink.head(), system));
      assertThat(read(store, "restored", download)).isEqualTo(get(digest(content(6 * MIB))));

      assertThat(get(S3.empty(system, store.client(), store.bucket()))).isEqualTo(4);
      assertThat(get(S3Source.identifiers(store.client(), all).runWith(Sink.seq(), system)))
          .isEmpty();
      store.client().deleteBucket(request -> request.bucket(store.bucket())).join();
    }

    @Test
    void download_cutAfterTheObjectWasReplaced_readsOnInTheVersionThatItBeganWith()
        throws Exception {
      get(S3.setVersioning(store.client(), store.bucket(), BucketVersioningStatus.ENABLED));
      String old = write(store, "key", content(12 * MIB));
      AtomicInteger taken = new AtomicInteger();
      try (TcpProxy proxied = TcpProxy.to(server);
          S3Store cut = store.through(server, proxied.port(), Duration.ofSeconds(5))) {
        proxied.downstream(Toxic.limitData(5 * MIB));

        String read =
            get(
                digest(
                    S3Source.object(cut.client(), request("key"), download)
                        .mapAsync(
                            1,
                            bytes ->
                                taken.getAndIncrement() == 0
                                    ? content(9 * MIB)
                                        .runWith(
                                            S3Sink.object(store.client(), put("key"), upload),
                                            system)
                                        .thenApply(stored -> bytes)
                                    : CompletableFuture.completedFuture(bytes))));

        assertThat(read).isEqualTo(old);
      }
    }

    private String store(String key, Source<ByteString, NotUsed> content) throws Exception {
      return get(content.runWith(S3Sink.object(store.client(), put(key), upload), system))
          .versionId();
    }

    private String readVersion(String key, String version) throws Exception {
      return get(
          digest(
              S3Source.object(
                  store.client(), request(key).toBuilder().versionId(version).build(), download)));
    }
  }
}
