package dev.connectors.file.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;

/** What is read of a directory as it is asked for. */
@SuppressWarnings("StreamResourceLeak") // the stage that has it closes it
public final class Listing {
  private final Stream<Path> stream;
  private final Iterator<Path> paths;

  private Listing(Stream<Path> stream) {
    this.stream = stream;
    this.paths = stream.iterator();
  }

  public static Listing of(Path directory) throws IOException {
    return new Listing(Files.list(directory));
  }

  /** Links are not followed. */
  public static Listing below(Path directory, int maxDepth) throws IOException {
    return new Listing(Files.walk(directory, maxDepth));
  }

  public Optional<Path> next() throws IOException {
    try {
      return paths.hasNext() ? Optional.of(paths.next()) : Optional.empty();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  public void close() {
    stream.close();
  }
}
