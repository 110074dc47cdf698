package dev.connectors.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PubSubServerTest {
  private static final String EMULATOR = "connectors.pubsub.emulator";

  @TempDir Path folder;
  private @Nullable String before; // a build may have set it

  @BeforeEach
  void remember() {
    before = System.getProperty(EMULATOR);
  }

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(EMULATOR);
    } else {
      System.setProperty(EMULATOR, before);
    }
  }

  @Test
  void unavailable_jarNamed_isEmptyAndItsVersionIsTheServers() throws IOException {
    Path jar = Files.createFile(folder.resolve("cloud-pubsub-emulator-1.2.3-all.jar"));
    System.setProperty(EMULATOR, jar.toString());
    PubSubServer server = PubSubServer.create().withSupply(ServerSupply.LOCAL);

    assertThat(server.unavailable()).isEmpty();
    assertThat(server.version()).isEqualTo("1.2.3");
  }

  @Test
  void emulatorHost_portGiven_namesIt() {
    assertThat(PubSubServer.create().withSupply(ServerSupply.LOCAL).withPort(23_456).emulatorHost())
        .isEqualTo("127.0.0.1:23456");
  }

  @Test
  void image_version_isThatOfTheCloudSdk() {
    assertThat(PubSubServer.create().withVersion("570.0.0").image())
        .isEqualTo("gcr.io/google.com/cloudsdktool/google-cloud-cli:570.0.0-emulators");
  }

  @Test
  void withDataDirectory_any_isRefused() {
    assertThatThrownBy(() -> PubSubServer.create().withDataDirectory(folder))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("The Pub/Sub emulator keeps no data on disk");
  }
}
