package dev.connectors.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PubSubEmulatorTest {
  private static final String PROPERTY = "connectors.pubsub.emulator";

  @TempDir Path folder;
  private @Nullable String before; // a build may have set it

  @BeforeEach
  void remember() {
    before = System.getProperty(PROPERTY);
  }

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(PROPERTY);
    } else {
      System.setProperty(PROPERTY, before);
    }
  }

  @Test
  void in_severalVersions_isTheNewest() throws IOException {
    emulator("sdk", "0.8.9");
    Path newest = emulator("sdk", "0.8.20");
    emulator("sdk", "0.8.3");

    assertThat(PubSubEmulator.in(List.of(folder.resolve("sdk"))))
        .contains(new PubSubEmulator(newest, "0.8.20"));
  }

  @Test
  void in_severalRoots_isOfTheFirstThatHasOne() throws IOException {
    Path first = emulator("first", "0.8.3");
    emulator("second", "0.8.20");

    assertThat(
            PubSubEmulator.in(
                List.of(folder.resolve("none"), folder.resolve("first"), folder.resolve("second"))))
        .contains(new PubSubEmulator(first, "0.8.3"));
  }

  @Test
  void in_sdkWithoutEmulator_isEmpty() throws IOException {
    Path lib = Files.createDirectories(folder.resolve("sdk/platform/pubsub-emulator/lib"));
    Files.createFile(lib.resolve("another-1.0.jar"));

    assertThat(PubSubEmulator.in(List.of(folder.resolve("sdk"), folder.resolve("none")))).isEmpty();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights")
  void onPath_gcloudIsALink_isTheRootItLeadsTo() throws IOException {
    Path gcloud = Files.createDirectories(folder.resolve("sdk/bin")).resolve("gcloud");
    Files.createFile(gcloud);
    Path bin = Files.createDirectories(folder.resolve("usr/bin"));
    Files.createSymbolicLink(bin.resolve("gcloud"), gcloud);

    assertThat(PubSubEmulator.onPath(folder.resolve("empty") + File.pathSeparator + bin))
        .containsExactly(folder.resolve("sdk").toRealPath());
  }

  @Test
  void installed_property_isThatJar() throws IOException {
    Path jar = emulator("named", "0.9.1");
    System.setProperty(PROPERTY, jar.toString());

    assertThat(PubSubEmulator.installed()).contains(new PubSubEmulator(jar, "0.9.1"));
  }

  @Test
  void installed_propertyOfNoFile_namesKeyValueAndWhatIsAllowed() {
    System.setProperty(PROPERTY, "nowhere.jar");

    assertThatThrownBy(PubSubEmulator::installed)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("connectors.pubsub.emulator = nowhere.jar: must be the emulator's jar");
  }

  @Test
  void classPath_versionThatNeedsNoMending_isTheJar() throws IOException {
    Path jar = emulator("sdk", "0.8.32");

    assertThat(new PubSubEmulator(jar, "0.8.32").classPath()).containsExactly(jar);
  }

  private Path emulator(String sdk, String version) throws IOException {
    Path lib = Files.createDirectories(folder.resolve(sdk).resolve("platform/pubsub-emulator/lib"));
    return Files.createFile(lib.resolve("cloud-pubsub-emulator-" + version + "-all.jar"));
  }
}
