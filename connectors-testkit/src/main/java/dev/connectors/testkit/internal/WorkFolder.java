package dev.connectors.testkit.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where one server keeps its files, and its log beside them.
 *
 * @param folder deleted with the server
 * @param log kept below a build's {@code target}, where a failed test is looked into
 */
public record WorkFolder(Path folder, Path log) {

  /** A new folder below {@code target}, or below the temporary directory where there is none. */
  public static WorkFolder create(String name) {
    Path target = Path.of("target").toAbsolutePath();
    try {
      Path base =
          Files.isDirectory(target)
              ? Files.createDirectories(target.resolve("connectors-testkit"))
              : Path.of(System.getProperty("java.io.tmpdir"));
      Path folder = Files.createTempDirectory(base, name + "-").toAbsolutePath();
      return new WorkFolder(folder, folder.resolveSibling(folder.getFileName() + ".log"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Deletes the log unless it lies below a build's {@code target}. */
  public void deleteLogUnlessBuilding() {
    try {
      if (!log.startsWith(Path.of("target").toAbsolutePath())) {
        Files.deleteIfExists(log);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Deletes the folder; the log stays. */
  public void delete() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("Not all of " + folder + " could be deleted", failure);
    }
  }
}
