package dev.connectors.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.connectors.core.RollingFormat;
import dev.connectors.s3.FakeS3;
import dev.connectors.s3.RolledObject;
import dev.connectors.s3.UploadSettings;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

class RollingObjectTest {
  private final FakeS3 s3 = new FakeS3();

  @AfterEach
  void close() {
    s3.close();
  }

  /** The stage looks several times; what other threads do must not change what it sees. */
  @Test
  void result_uploadIsComplete_changesOnlyWithAdvance() throws IOException {
    PutObjectRequest request = PutObjectRequest.builder().bucket("b").key("k").build();
    Upload upload =
        new Upload(
            s3,
            request,
            UploadSettings.create(ConfigFactory.load().getConfig("connectors.s3.upload")),
            () -> {});
    RollingObject<String> object =
        new RollingObject<>(
            "p",
            request,
            RollingFormat.lines(line -> line),
            upload,
            new IllegalStateException("aborted"),
            () -> {});
    s3.stall();
    object.write("one");
    object.end(1);
    object.advance();
    s3.resume();
    await().until(() -> upload.result().isDone());

    assertThat(object.result()).isNull();
    object.advance();
    assertThat(object.result()).isNotNull().extracting(RolledObject::elements).isEqualTo(1L);
  }
}
