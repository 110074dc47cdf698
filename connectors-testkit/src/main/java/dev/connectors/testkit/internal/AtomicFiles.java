package dev.connectors.testkit.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** Files that several JVMs may write at once and that nobody sees half written. */
final class AtomicFiles {
  private AtomicFiles() {}

  interface Writer {
    void writeTo(Path target) throws IOException;
  }

  static void write(Path file, Writer writer) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
    Path draft = Files.createTempFile(folder, "draft-", ".tmp");
    try {
      writer.writeTo(draft);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
