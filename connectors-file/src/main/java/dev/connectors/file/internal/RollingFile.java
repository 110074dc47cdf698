package dev.connectors.file.internal;

import dev.connectors.core.RollingFormat;
import dev.connectors.core.internal.RollingOutput;
import dev.connectors.file.RolledFile;
import dev.connectors.file.WrittenFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One of the files that elements are written into. Not thread-safe. */
final class RollingFile<T> {
  private final String partition;
  private final DraftFile draft;
  private final RollingOutput<? super T> output;
  private @Nullable RolledFile result;

  /** Has its header. When this fails the draft is left to the caller. */
  RollingFile(String partition, RollingFormat<? super T> format, DraftFile draft)
      throws IOException {
    this.partition = partition;
    this.draft = draft;
    this.output = new RollingOutput<>(format, draft::write);
  }

  void write(T element) throws IOException {
    output.write(element);
  }

  long bytes() {
    return draft.bytes();
  }

  Path target() {
    return draft.target();
  }

  /** Gives it its name; when this fails it is to be aborted. */
  void complete(long elements) throws IOException {
    output.end();
    WrittenFile written = draft.complete();
    result = new RolledFile(written.path(), partition, elements, written.bytes());
  }

  /** Null until it is complete. */
  @Nullable RolledFile result() {
    return result;
  }

  void abort() throws IOException {
    output.abort();
    draft.abort();
  }
}
