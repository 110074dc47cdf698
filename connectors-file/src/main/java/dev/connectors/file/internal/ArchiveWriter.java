package dev.connectors.file.internal;

import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveException.Reason;
import dev.connectors.file.ArchiveWriteSettings;
import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryType;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries one after the other, each begun, filled and ended. Content of unknown size is
 * gathered up to a bound. Not thread-safe.
 */
public final class ArchiveWriter implements AutoCloseable {

  /** What a format has to do. */
  interface Format extends AutoCloseable {
    /** Whether an entry can be begun whose size is not known. */
    boolean allowsUnknownSize();

    void begin(EntryHeader header) throws IOException;

    void write(byte[] bytes, int offset, int length) throws IOException;

    void end() throws IOException;

    /** Writes what follows the last entry. */
    void finish() throws IOException;

    /** Lets go of all that is held, finished or not. */
    @Override
    void close();
  }

  /** What is read by default. */
  private static final int LONGEST_NAME = 4096;

  private final Format format;
  private final ArchiveWriteSettings settings;
  private final Map<String, EntryType> names = new HashMap<>();
  private final Queue<ByteString> gathered = new ArrayDeque<>();
  private @Nullable EntryHeader header;
  private int entries;
  private boolean begun;
  private long written;

  public ArchiveWriter(Format format, ArchiveWriteSettings settings) {
    this.format = format;
    this.settings = settings;
  }

  /** Refuses what {@link ArchiveGuard} refuses by default: what is written can be read. */
  public void begin(EntryHeader next) throws IOException {
    check(next);
    header = next;
    written = 0;
    begun = next.size().isPresent();
    if (begun) {
      format.begin(next);
    }
  }

  private void check(EntryHeader next) throws ArchiveException {
    String name = next.name();
    if (++entries > settings.maxEntries()) {
      throw new ArchiveException(
          Reason.TOO_MANY_ENTRIES,
          name,
          "there are more entries than max-entries, " + settings.maxEntries(),
          settings.maxEntries(),
          entries);
    }
    String danger = EntryNames.danger(next);
    if (danger != null) {
      throw new ArchiveException(Reason.UNSAFE_NAME, name, danger, null);
    }
    if (name.length() > LONGEST_NAME) {
      throw new ArchiveException(
          Reason.NAME_TOO_LONG,
          name,
          "a name has at most %d characters".formatted(LONGEST_NAME),
          LONGEST_NAME,
          name.length());
    }
    EntryType type = next.type();
    if (type != EntryType.FILE && type != EntryType.DIRECTORY) {
      throw new ArchiveException(
          Reason.LINK,
          name,
          "is a " + ArchiveGuard.described(type) + ", only files and directories are written",
          null);
    }
    EntryType before = names.putIfAbsent(EntryNames.normal(name), type);
    if (before != null && !(before == EntryType.DIRECTORY && type == EntryType.DIRECTORY)) {
      throw new ArchiveException(Reason.DUPLICATE_NAME, name, "another entry has this name", null);
    }
  }

  public void write(ByteString content) throws IOException {
    EntryHeader current = current();
    written += content.size();
    if (current.size().isPresent() && written > current.size().getAsLong()) {
      throw mismatch(current);
    }
    if (begun) {
      put(content);
      return;
    }
    gathered.add(content);
    if (written > settings.bufferSize()) {
      if (!format.allowsUnknownSize()) {
        throw new ArchiveException(
            Reason.SIZE_UNKNOWN,
            current.name(),
            "content of more than buffer-size, %d bytes, has to have its size in the header"
                .formatted(settings.bufferSize()),
            settings.bufferSize(),
            written);
      }
      beginGathered(current);
    }
  }

  public void end() throws IOException {
    EntryHeader current = current();
    if (current.size().isPresent() && written < current.size().getAsLong()) {
      throw mismatch(current);
    }
    if (!begun) {
      beginGathered(current.withSize(written));
    }
    format.end();
    header = null;
  }

  public void finish() throws IOException {
    format.finish();
  }

  @Override
  public void close() {
    gathered.clear();
    format.close();
  }

  private void beginGathered(EntryHeader current) throws IOException {
    format.begin(current);
    begun = true;
    for (ByteString part = gathered.poll(); part != null; part = gathered.poll()) {
      put(part);
    }
  }

  private void put(ByteString content) throws IOException {
    byte[] bytes = content.toArrayUnsafe();
    format.write(bytes, 0, bytes.length);
  }

  private EntryHeader current() {
    if (header == null) {
      throw new IllegalStateException("no entry is begun");
    }
    return header;
  }

  private ArchiveException mismatch(EntryHeader current) {
    long size = current.size().orElse(0);
    return new ArchiveException(
        Reason.SIZE_MISMATCH,
        current.name(),
        "the header says %d bytes, the content has %s %d"
            .formatted(size, written > size ? "at least" : "only", written),
        size,
        written);
  }
}
