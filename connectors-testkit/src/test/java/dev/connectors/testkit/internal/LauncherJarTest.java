package dev.connectors.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherJarTest {
  private static final String FOLDER = LauncherJar.PACKAGE.replace('.', '/');

  @Test
  void in_emptyCache_holdsEveryLauncherClass(@TempDir Path cache) throws IOException {
    Path jar = LauncherJar.in(cache);

    assertThat(entries(jar)).isEqualTo(compiled());
    assertThat(LauncherJar.in(cache)).isEqualTo(jar);
    assertThat(cache).isDirectoryContaining(jar::equals).isNotEmptyDirectory();
  }

  private static List<String> entries(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().map(entry -> entry.getName()).sorted().toList();
    }
  }

  private static List<String> compiled() throws IOException {
    try (Stream<Path> classes = Files.list(Path.of("target/classes").resolve(FOLDER))) {
      return classes
          .map(file -> FOLDER + "/" + file.getFileName())
          .filter(name -> !name.endsWith("package-info.class"))
          .sorted()
          .toList();
    }
  }
}
