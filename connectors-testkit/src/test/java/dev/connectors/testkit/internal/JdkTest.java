package dev.connectors.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the fake JDKs have a bin/java")
class JdkTest {
  @TempDir Path folder;

  @BeforeEach
  @AfterEach
  void forgetProperty() { // a build may have set it
    System.clearProperty("connectors.jdk");
  }

  @Test
  void preferred_noProperty_isTheRunningOne() {
    assertThat(Jdk.preferred())
        .isEqualTo(new Jdk(Path.of(System.getProperty("java.home")), Runtime.version().feature()));
  }

  @Test
  void preferred_property_isThatOne() throws IOException {
    Path home = jdk("named", "25.0.1");
    System.setProperty("connectors.jdk", home.toString());

    assertThat(Jdk.preferred()).isEqualTo(new Jdk(home, 25));
    assertThat(Jdk.atLeast(21)).contains(new Jdk(home, 25));
    assertThat(Jdk.atLeast(26)).isEmpty();
  }

  @Test
  void preferred_propertyNamesNoJdk_isRefused() {
    System.setProperty("connectors.jdk", folder.toString());

    assertThatThrownBy(Jdk::preferred)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void atLeast_severalInstalled_takesTheClosest() throws IOException {
    jdk("a", "25");
    Path closest = jdk("b", "21.0.9");
    jdk("c", "17.0.15");

    assertThat(Jdk.atLeast(21, List.of(), List.of(folder))).contains(new Jdk(closest, 21));
    assertThat(Jdk.atLeast(26, List.of(), List.of(folder))).isEmpty();
  }

  @Test
  void atLeast_homeNamed_comesFirst() throws IOException {
    jdk("a", "21");
    Path named = jdk("b", "25");

    assertThat(Jdk.atLeast(21, List.of("", named.toString()), List.of(folder)))
        .contains(new Jdk(named, 25));
  }

  @Test
  void at_noInstallation_isEmpty() throws IOException {
    Path broken = jdk("broken", "seventeen");
    Path old = jdk("old", "1.8.0_402");
    Path sourcesOnly = Files.createDirectory(folder.resolve("sources"));
    Files.writeString(sourcesOnly.resolve("release"), "JAVA_VERSION=\"17\"\n");

    assertThat(Jdk.at(broken)).isEmpty();
    assertThat(Jdk.at(old)).isEmpty();
    assertThat(Jdk.at(sourcesOnly)).isEmpty();
    assertThat(Jdk.at(folder.resolve("absent"))).isEmpty();
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.createFile(java);
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }
}
