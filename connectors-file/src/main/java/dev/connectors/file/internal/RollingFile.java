package dev.connectors.file.internal;

import dev.connectors.core.RollingFormat;
import dev.connectors.core.internal.RollingOutput;
import dev.connectors.core.internal.RollingTarget;
import dev.connectors.file.RolledFile;
import dev.connectors.file.WrittenFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One of the files that elements are written into. Not thread-safe. */
final class RollingFile<T> implements RollingTarget<T, RolledFile> {
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

  @Override
  public void write(T element) throws IOException {
    output.write(element);
  }

  @Override
  public long bytes() {
    return draft.bytes();
  }

  @Override
  public Path name() {
    return draft.target();
  }

  /** Gives it its name. */
  @Override
  public void end(long elements) throws IOException {
    output.end();
    WrittenFile written = draft.complete();
    result = new RolledFile(written.path(), partition, elements, written.bytes());
  }

  @Override
  public @Nullable RolledFile result() {
    return result;
  }

  @Override
  public void abort() throws IOException {
    output.abort();
    draft.abort();
  }
}
