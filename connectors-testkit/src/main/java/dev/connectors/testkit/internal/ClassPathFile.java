package dev.connectors.testkit.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A resolved class path on disk: a jar per line, worth something as long as every jar exists. */
record ClassPathFile(Path file) {

  static ClassPathFile of(Path cache, List<String> coordinates) {
    String name = String.join("+", coordinates).replaceAll("[^A-Za-z0-9._+-]", "_");
    return new ClassPathFile(cache.resolve(name + ".classpath"));
  }

  /** The jars; none if they were never written or one of them is gone. */
  List<Path> read() {
    try {
      List<Path> jars = Files.readAllLines(file).stream().map(Path::of).toList();
      return jars.stream().allMatch(Files::isRegularFile) ? jars : List.of();
    } catch (IOException absent) {
      return List.of();
    }
  }

  void write(List<Path> jars) throws IOException {
    AtomicFiles.write(
        file, target -> Files.write(target, jars.stream().map(Path::toString).toList()));
  }
}
