package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.it.support.S3Store;
import dev.connectors.s3.RolledObject;
import dev.connectors.s3.S3;
import dev.connectors.s3.S3FilePut;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.S3Put;
import dev.connectors.s3.S3Sink;
import dev.connectors.s3.S3Source;
import dev.connectors.s3.VerifyPolicy;
import dev.connectors.testkit.S3MockServer;
import dev.connectors.testkit.S3Server;
import dev.connectors.testkit.TestServer;
import dev.connectors.testkit.WithServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The same with the CRT client, which reads ranges and sends parts by itself. */
@WithServers
class S3CrtIT {
  @Nested
  class OnS3Proxy extends Crt {
    OnS3Proxy(S3Server server) {
      super(server, 0, ResponseChecksumValidation.WHEN_SUPPORTED);
    }
  }

  /**
   * To ranges, which this client asks for, it answers with the checksum of the whole; and to those
   * of an empty object not as S3 does.
   */
  @Nested
  class OnS3Mock extends Crt {
    OnS3Mock(S3MockServer server) {
      super(server, 1, ResponseChecksumValidation.WHEN_REQUIRED);
    }

    @BeforeEach
    void doWithoutChecksums() {
      download = download.withVerify(VerifyPolicy.NEVER);
    }
  }

  abstract static class Crt extends S3Base {
    private final S3AsyncClient crt;
    private final int smallest;

    Crt(TestServer server, int smallest, ResponseChecksumValidation validation) {
      super(server);
      this.smallest = smallest;
      crt =
          S3AsyncClient.crtBuilder()
              .endpointOverride(S3Store.endpoint(server))
              .forcePathStyle(true)
              .region(Region.US_EAST_1)
              .credentialsProvider(S3Store.credentials(server))
              .responseChecksumValidation(validation)
              .build();
    }

    @AfterEach
    void close() {
      crt.close();
    }

    @Test
    void object_ofAnySize_comesBackTheSame() throws Exception {
      for (int size : new int[] {smallest, 2, 5 * MIB, 5 * MIB + 1, 30 * MIB}) {
        String key = "object " + size;
        get(content(size).runWith(S3Sink.object(crt, put(key), upload), system));

        String sent = get(digest(content(size)));
        assertThat(read(store, key, download)).isEqualTo(sent);
        assertThat(get(digest(S3Source.object(crt, request(key), download)))).isEqualTo(sent);
        assertThat(
                get(
                    digest(
                        S3Source.object(
                            crt,
                            request(key),
                            download.withParallelism(3).withRangeSize(2 * MIB)))))
            .isEqualTo(sent);
      }
      assertThat(store.orphans()).isEmpty();
    }

    /** As which error, this client does not tell. */
    @Test
    void object_missing_failsWithItsStatus() {
      assertThatThrownBy(() -> get(digest(S3Source.object(crt, request("none"), download))))
          .cause()
          .isInstanceOfSatisfying(
              S3Exception.class, missing -> assertThat(missing.statusCode()).isEqualTo(404));
    }

    @Test
    void smallObjects_arePutReadListedAndDeleted() throws Exception {
      List<String> keys = IntStream.range(0, 100).mapToObj("a+b %d"::formatted).toList();

      get(
          Source.from(keys)
              .map(key -> new S3Put(put(key), ByteString.fromString(key)))
              .via(S3Flow.put(crt, requests))
              .runWith(Sink.ignore(), system));
      assertThat(
              get(
                  Source.from(keys)
                      .map(this::request)
                      .via(S3Flow.get(crt, requests))
                      .map(bytes -> bytes.asUtf8String())
                      .runWith(Sink.seq(), system)))
          .isEqualTo(keys);
      assertThat(get(S3.empty(system, crt, store.bucket()))).isEqualTo(100);
    }

    @Test
    void files_andElementsThatRoll_areWritten(@TempDir Path folder) throws Exception {
      Path file = Files.write(folder.resolve("file"), new byte[12 * MIB]);
      get(
          Source.from(List.of("one", "two"))
              .map(key -> new S3FilePut(put(key), file))
              .via(S3Flow.putFile(crt, upload))
              .runWith(Sink.ignore(), system));
      RollingPlan<ByteString, PutObjectRequest> plan =
          RollingPlan.of(RollingFormat.bytes(), object -> put("rolled-" + object.number()));
      List<RolledObject> rolled =
          get(
              content(20 * MIB)
                  .via(
                      S3Flow.rolling(
                          crt, plan, RollingSettings.create(system).withMaxBytes(7 * MIB), upload))
                  .runWith(Sink.seq(), system));

      String sent = get(digest(Source.single(ByteString.fromArray(new byte[12 * MIB]))));
      assertThat(read(store, "one", download)).isEqualTo(sent);
      assertThat(read(store, "two", download)).isEqualTo(sent);
      assertThat(
              get(
                  digest(
                      Source.from(rolled)
                          .flatMapConcat(
                              object ->
                                  S3Source.object(
                                      store.client(), request(object.key()), download)))))
          .isEqualTo(get(digest(content(20 * MIB))));
      assertThat(store.orphans()).isEmpty();
    }

    @Test
    void upload_failsInTheMiddle_leavesNothing() {
      assertThatThrownBy(
              () ->
                  get(
                      failing(17 * MIB, "in the middle")
                          .runWith(S3Sink.object(crt, put("failing"), upload), system)))
          .hasRootCauseMessage("in the middle");

      assertThat(store.orphans()).isEmpty();
    }

    @Test
    void download_leftEarly_endsTheRequest() throws Exception {
      write(store, "object", content(30 * MIB));

      for (int i = 0; i < 20; i++) {
        assertThat(
                get(S3Source.object(crt, request("object"), download).runWith(Sink.head(), system))
                    .nonEmpty())
            .isTrue();
      }
    }
  }
}
