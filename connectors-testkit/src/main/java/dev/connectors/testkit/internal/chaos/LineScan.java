package dev.connectors.testkit.internal.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The last line of a growing file that begins with a prefix. Reads what is new, each time; a line
 * counts when it is complete.
 */
public final class LineScan {
  private final Path file;
  private final String prefix;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long position;
  private @Nullable String last;

  public LineScan(Path file, long from, String prefix) {
    this.file = file;
    this.position = from;
    this.prefix = prefix;
  }

  /** The last such line, or null. */
  public @Nullable String last() {
    byte[] chunk = new byte[64 * 1024];
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      log.seek(position);
      for (int read = log.read(chunk); read > 0; read = log.read(chunk)) {
        position += read;
        take(chunk, read);
      }
    } catch (IOException notYetThere) {
      // Then there is no line either.
    }
    return last;
  }

  private void take(byte[] chunk, int length) {
    for (int i = 0; i < length; i++) {
      if (chunk[i] != '\n') {
        line.write(chunk[i]);
        continue;
      }
      String text = line.toString(StandardCharsets.UTF_8);
      line.reset();
      if (text.startsWith(prefix)) {
        last = text.stripTrailing();
      }
    }
  }
}
