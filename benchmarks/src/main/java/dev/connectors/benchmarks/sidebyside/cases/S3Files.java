package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that objects come from and go to. */
final class S3Files implements Servers.Kept {
  private final Path folder;

  private S3Files() {
    try {
      folder = Files.createTempDirectory("s3-files");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static S3Files of(Servers servers) {
    return servers.once(S3Files.class, S3Files::new);
  }

  /** A file of that content. */
  Path from(S3Content content) throws IOException {
    Path file = folder.resolve("from");
    content.writeTo(file);
    return file;
  }

  /** A file that is not there. */
  Path to() throws IOException {
    Path file = folder.resolve("to");
    Files.deleteIfExists(file);
    return file;
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(folder.resolve("from"));
      Files.deleteIfExists(folder.resolve("to"));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
