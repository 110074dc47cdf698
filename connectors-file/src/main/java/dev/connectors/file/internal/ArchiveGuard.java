package dev.connectors.file.internal;

import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveException.Reason;
import dev.connectors.file.ArchiveReadSettings;
import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryPolicy;
import dev.connectors.file.EntryType;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is refused in one archive. Not thread-safe. */
public final class ArchiveGuard {
  private final ArchiveReadSettings settings;
  private final long archiveSize;
  private final Map<String, EntryType> names = new HashMap<>();
  private int entries;
  private long total;

  /**
   * @param archiveSize in bytes; 0 if content is not compressed, or that is not known
   */
  public ArchiveGuard(ArchiveReadSettings settings, long archiveSize) {
    this.settings = settings;
    this.archiveSize = archiveSize;
  }

  /** Whether an entry is emitted; false if it is left out. */
  public boolean admits(EntryHeader header) throws ArchiveException {
    String name = header.name();
    if (++entries > settings.maxEntries()) {
      throw tooMany(settings, name, entries);
    }
    if (name.length() > settings.maxName()) {
      throw nameTooLong(settings, name);
    }
    String danger = EntryNames.danger(header);
    if (danger != null && skips(settings.onUnsafeName(), Reason.UNSAFE_NAME, name, danger)) {
      return false;
    }
    EntryType type = header.type();
    if (type != EntryType.FILE
        && type != EntryType.DIRECTORY
        && skips(settings.onLink(), Reason.LINK, name, "is a " + described(type))) {
      return false;
    }
    EntryType before = names.putIfAbsent(EntryNames.normal(name), type);
    return before == null
        || (before == EntryType.DIRECTORY && type == EntryType.DIRECTORY)
        || !skips(
            settings.onDuplicate(), Reason.DUPLICATE_NAME, name, "another entry has this name");
  }

  private static boolean skips(EntryPolicy policy, Reason reason, String name, String why)
      throws ArchiveException {
    if (policy == EntryPolicy.FAIL) {
      throw new ArchiveException(reason, name, why, null);
    }
    return policy == EntryPolicy.SKIP;
  }

  static String described(EntryType type) {
    return switch (type) {
      case FILE -> "file";
      case DIRECTORY -> "directory";
      case SYMBOLIC_LINK -> "symbolic link";
      case HARD_LINK -> "hard link";
      case OTHER -> "device, pipe or the like";
    };
  }

  static ArchiveException tooMany(
      ArchiveReadSettings settings, @Nullable String name, long entries) {
    return new ArchiveException(
        Reason.TOO_MANY_ENTRIES,
        name,
        "there are more entries than max-entries, " + settings.maxEntries(),
        settings.maxEntries(),
        entries);
  }

  static ArchiveException nameTooLong(ArchiveReadSettings settings, String name) {
    return new ArchiveException(
        Reason.NAME_TOO_LONG,
        name,
        "a name of %d characters is longer than max-name, %d"
            .formatted(name.length(), settings.maxName()),
        settings.maxName(),
        name.length());
  }

  /**
   * Counts an entry's content while it is read.
   *
   * @param compressedSize of the entry; 0 if it is not compressed, or that is not known
   */
  public Meter meter(EntryHeader header, long compressedSize) throws ArchiveException {
    return meter(header, compressedSize, new Tally());
  }

  /** Counts an entry's content, which may be read again. */
  Meter meter(ArchiveReader.Listed entry) throws ArchiveException {
    return meter(entry.header(), entry.compressedSize(), entry.tally());
  }

  private Meter meter(EntryHeader header, long compressedSize, Tally tally)
      throws ArchiveException {
    Meter meter = new Meter(header, compressedSize, tally);
    meter.check(header.size().orElse(0));
    return meter;
  }

  /** How far an entry's content is part of all content: what is read again counts once. */
  static final class Tally {
    private long bytes;
  }

  /** What was read of an entry. */
  public final class Meter {
    private final EntryHeader header;
    private final long compressedSize;
    private final Tally tally;
    private long read;

    private Meter(EntryHeader header, long compressedSize, Tally tally) {
      this.header = header;
      this.compressedSize = compressedSize;
      this.tally = tally;
    }

    public long read() {
      return read;
    }

    /** All that the header says is decompressed. */
    void addAll() throws ArchiveException {
      add(header.size().orElse(0));
    }

    public void add(long bytes) throws ArchiveException {
      read += bytes;
      if (read > tally.bytes) {
        total += read - tally.bytes;
        tally.bytes = read;
      }
      if (header.size().isPresent() && read > header.size().getAsLong()) {
        throw mismatch("more");
      }
      check(read);
      if (total > settings.maxSize()) {
        throw new ArchiveException(
            Reason.TOO_LARGE,
            header.name(),
            "with this entry all content is larger than max-size, %d bytes"
                .formatted(settings.maxSize()),
            settings.maxSize(),
            total);
      }
      checkRatio(read, compressedSize);
      checkRatio(total, archiveSize);
    }

    /** All that there is was read. */
    public void end() throws ArchiveException {
      if (header.size().isPresent() && read < header.size().getAsLong()) {
        throw mismatch("less");
      }
    }

    private void check(long size) throws ArchiveException {
      if (size > settings.maxEntrySize()) {
        throw new ArchiveException(
            Reason.ENTRY_TOO_LARGE,
            header.name(),
            "the content is larger than max-entry-size, %d bytes"
                .formatted(settings.maxEntrySize()),
            settings.maxEntrySize(),
            size);
      }
    }

    private void checkRatio(long content, long compressed) throws ArchiveException {
      if (compressed > 0
          && content > settings.ratioAfter()
          && content / settings.maxRatio() >= compressed) {
        throw new ArchiveException(
            Reason.RATIO,
            header.name(),
            "%d bytes of content came of %d bytes, more than max-ratio, %d times"
                .formatted(content, compressed, settings.maxRatio()),
            settings.maxRatio(),
            content / compressed);
      }
    }

    private ArchiveException mismatch(String than) {
      long size = header.size().orElse(0);
      return new ArchiveException(
          Reason.SIZE_MISMATCH,
          header.name(),
          "the header says %d bytes, the content has %s".formatted(size, than),
          size,
          read);
    }
  }
}
