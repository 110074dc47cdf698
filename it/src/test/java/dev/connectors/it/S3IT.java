package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.it.support.S3Store;
import dev.connectors.s3.S3ContentException;
import dev.connectors.s3.S3Sink;
import dev.connectors.s3.VerifyPolicy;
import dev.connectors.testkit.S3MockServer;
import dev.connectors.testkit.S3Server;
import dev.connectors.testkit.ServerSupply;
import dev.connectors.testkit.WithServers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same on two servers that have nothing in common. */
@WithServers
class S3IT {
  @Nested
  class OnS3Proxy extends S3Scenarios {
    OnS3Proxy(S3Server server) {
      super(server);
    }

    /** S3Mock drops the object with the upload that is aborted. */
    @Test
    void upload_fails_leavesWhatHadTheKeyBefore() throws Exception {
      String before = write(store, "kept", content(100));

      assertThatThrownBy(
              () ->
                  get(
                      failing(12 * MIB, "bug")
                          .runWith(S3Sink.object(store.client(), put("kept"), upload), system)))
          .hasRootCauseMessage("bug");

      assertThat(read(store, "kept", download)).isEqualTo(before);
      assertThat(store.orphans()).isEmpty();
    }

    @Test
    void download_contentIsNotWhatTheETagSays_fails(@TempDir Path data) throws Exception {
      try (S3Server own =
              S3Server.create().withSupply(ServerSupply.LOCAL).withDataDirectory(data).start();
          S3Store damaged = S3Store.create(own)) {
        write(damaged, "damaged", content(100_000));
        Path file = data.resolve(damaged.bucket()).resolve("damaged");
        byte[] content = Files.readAllBytes(file);
        content[50_000] ^= 1;
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
          channel.write(ByteBuffer.wrap(content));
        }

        assertThatThrownBy(
                () -> read(damaged, "damaged", download.withVerify(VerifyPolicy.CHECKSUM_OR_ETAG)))
            .hasCauseInstanceOf(S3ContentException.class);
      }
    }
  }

  @Nested
  class OnS3Mock extends S3Scenarios {
    OnS3Mock(S3MockServer server) {
      super(server);
    }
  }
}
