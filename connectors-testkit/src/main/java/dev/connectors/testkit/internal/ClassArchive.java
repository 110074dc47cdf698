package dev.connectors.testkit.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/**
 * A class data archive, which about halves the start of a server.
 *
 * <p>The first run that ends in good order writes one; later runs with the same JDK and class path
 * use it. The JVM ignores one that doesn't fit, and nothing depends on there being one.
 *
 * @param kept where later runs look for it
 * @param draft where a run writes it
 * @see <a href="https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html">Class data
 *     sharing</a>
 */
public record ClassArchive(Path kept, Path draft) {

  /**
   * The archive in {@code cache} for {@code classPath} on {@code jdk}, drafted in {@code folder}.
   */
  public static ClassArchive of(Path cache, Path folder, Jdk jdk, List<Path> classPath)
      throws IOException {
    String key = classPath + Files.readString(jdk.home().resolve("release"));
    String name = UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)) + ".jsa";
    return new ClassArchive(cache.resolve(name), folder.resolve(name));
  }

  /** Options that use the archive where there is one and write it otherwise. */
  List<String> jvmOptions() {
    return Files.isRegularFile(kept)
        ? List.of("-Xshare:auto", "-Xlog:cds*=off", "-XX:SharedArchiveFile=" + kept)
        : List.of("-Xlog:cds*=off", "-XX:ArchiveClassesAtExit=" + draft);
  }

  /** Keeps what a run has written; to be called once it has ended in good order. */
  void keep() {
    try {
      if (Files.isRegularFile(draft)) {
        AtomicFiles.write(
            kept, target -> Files.copy(draft, target, StandardCopyOption.REPLACE_EXISTING));
        Files.delete(draft);
      }
    } catch (IOException notKept) {
      // Then the next run writes it again.
    }
  }
}
