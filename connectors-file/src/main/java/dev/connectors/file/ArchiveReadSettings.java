package dev.connectors.file;

import com.typesafe.config.Config;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.file.internal.Values;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How archives are read, and what is refused in them.
 *
 * <p>Immutable. Defaults are those of {@code connectors.file.archive.read} in {@code
 * reference.conf}.
 */
public final class ArchiveReadSettings {
  private static final String PATH = "connectors.file.archive.read";

  private final int maxEntries;
  private final int maxName;
  private final long maxEntrySize;
  private final long maxSize;
  private final int maxRatio;
  private final long ratioAfter;
  private final long memoryLimit;
  private final int chunkSize;
  private final EntryPolicy onUnsafeName;
  private final EntryPolicy onLink;
  private final EntryPolicy onDuplicate;

  private ArchiveReadSettings(Draft draft) {
    maxEntries = Checks.positive(PATH + ".max-entries", draft.maxEntries);
    maxName = Checks.positive(PATH + ".max-name", draft.maxName);
    maxEntrySize = Checks.positive(PATH + ".max-entry-size", draft.maxEntrySize);
    maxSize = Checks.positive(PATH + ".max-size", draft.maxSize);
    maxRatio = Checks.positive(PATH + ".max-ratio", draft.maxRatio);
    ratioAfter = Checks.notNegative(PATH + ".ratio-after", draft.ratioAfter);
    memoryLimit = Values.memoryLimit(PATH + ".memory-limit", draft.memoryLimit);
    chunkSize = Checks.positive(PATH + ".chunk-size", draft.chunkSize);
    onUnsafeName = Objects.requireNonNull(draft.onUnsafeName, "onUnsafeName");
    onLink = Objects.requireNonNull(draft.onLink, "onLink");
    onDuplicate = Objects.requireNonNull(draft.onDuplicate, "onDuplicate");
  }

  /** The settings at {@code connectors.file.archive.read} of the system's configuration. */
  public static ArchiveReadSettings create(ClassicActorSystemProvider system) {
    return new ArchiveReadSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.file.archive.read}. */
  public static ArchiveReadSettings create(Config config) {
    return new ArchiveReadSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /** The most entries, those that are left out included. Default 10,000. */
  public ArchiveReadSettings withMaxEntries(int value) {
    return with(draft -> draft.maxEntries = value);
  }

  /** The longest name, in characters. Default 4096. */
  public ArchiveReadSettings withMaxName(int value) {
    return with(draft -> draft.maxName = value);
  }

  /** The most bytes that the content of an entry has. Default 1 GiB. */
  public ArchiveReadSettings withMaxEntrySize(long value) {
    return with(draft -> draft.maxEntrySize = value);
  }

  /**
   * The most bytes that all content that is read has together; what is read again counts once.
   * Default 10 GiB.
   */
  public ArchiveReadSettings withMaxSize(long value) {
    return with(draft -> draft.maxSize = value);
  }

  /**
   * How many times as large as what it is compressed to the content may be, of an entry and of the
   * archive. Default 100.
   */
  public ArchiveReadSettings withMaxRatio(int value) {
    return with(draft -> draft.maxRatio = value);
  }

  /** Bytes of content before the ratio counts: little is no bomb. Default 1 MiB. */
  public ArchiveReadSettings withRatioAfter(long value) {
    return with(draft -> draft.ratioAfter = value);
  }

  /** Bytes that may be allocated to decompress 7z, at least 1 KiB. Default 128 MiB. */
  public ArchiveReadSettings withMemoryLimit(long value) {
    return with(draft -> draft.memoryLimit = value);
  }

  /** The most bytes in one element of content. Default 64 KiB. */
  public ArchiveReadSettings withChunkSize(int value) {
    return with(draft -> draft.chunkSize = value);
  }

  /**
   * What becomes of a name that is empty or absolute, has a drive letter, a backslash, a control
   * character or a part {@code ..}. Default {@link EntryPolicy#FAIL}.
   */
  public ArchiveReadSettings withOnUnsafeName(EntryPolicy value) {
    return with(draft -> draft.onUnsafeName = value);
  }

  /** What becomes of links, devices and pipes. Default {@link EntryPolicy#FAIL}. */
  public ArchiveReadSettings withOnLink(EntryPolicy value) {
    return with(draft -> draft.onLink = value);
  }

  /**
   * What becomes of an entry whose name another had before, unless both are directories. Default
   * {@link EntryPolicy#FAIL}.
   */
  public ArchiveReadSettings withOnDuplicate(EntryPolicy value) {
    return with(draft -> draft.onDuplicate = value);
  }

  public int maxEntries() {
    return maxEntries;
  }

  public int maxName() {
    return maxName;
  }

  public long maxEntrySize() {
    return maxEntrySize;
  }

  public long maxSize() {
    return maxSize;
  }

  public int maxRatio() {
    return maxRatio;
  }

  public long ratioAfter() {
    return ratioAfter;
  }

  public long memoryLimit() {
    return memoryLimit;
  }

  public int chunkSize() {
    return chunkSize;
  }

  public EntryPolicy onUnsafeName() {
    return onUnsafeName;
  }

  public EntryPolicy onLink() {
    return onLink;
  }

  public EntryPolicy onDuplicate() {
    return onDuplicate;
  }

  @Override
  public String toString() {
    return ("ArchiveReadSettings(maxEntries=%d, maxName=%d, maxEntrySize=%d, maxSize=%d,"
            + " maxRatio=%d, ratioAfter=%d, memoryLimit=%d, chunkSize=%d, onUnsafeName=%s,"
            + " onLink=%s, onDuplicate=%s)")
        .formatted(
            maxEntries,
            maxName,
            maxEntrySize,
            maxSize,
            maxRatio,
            ratioAfter,
            memoryLimit,
            chunkSize,
            onUnsafeName,
            onLink,
            onDuplicate);
  }

  private ArchiveReadSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new ArchiveReadSettings(draft);
  }

  private static final class Draft {
    int maxEntries;
    int maxName;
    long maxEntrySize;
    long maxSize;
    int maxRatio;
    long ratioAfter;
    long memoryLimit;
    int chunkSize;
    EntryPolicy onUnsafeName;
    EntryPolicy onLink;
    EntryPolicy onDuplicate;

    Draft(SettingsReader reader) {
      maxEntries = reader.integer("max-entries");
      maxName = reader.integer("max-name");
      maxEntrySize = reader.bytes("max-entry-size");
      maxSize = reader.bytes("max-size");
      maxRatio = reader.integer("max-ratio");
      ratioAfter = reader.bytes("ratio-after");
      memoryLimit = reader.bytes("memory-limit");
      chunkSize = Values.size(reader, "chunk-size");
      onUnsafeName = reader.policy("on-unsafe-name", EntryPolicy.class);
      onLink = reader.policy("on-link", EntryPolicy.class);
      onDuplicate = reader.policy("on-duplicate", EntryPolicy.class);
    }

    Draft(ArchiveReadSettings settings) {
      maxEntries = settings.maxEntries;
      maxName = settings.maxName;
      maxEntrySize = settings.maxEntrySize;
      maxSize = settings.maxSize;
      maxRatio = settings.maxRatio;
      ratioAfter = settings.ratioAfter;
      memoryLimit = settings.memoryLimit;
      chunkSize = settings.chunkSize;
      onUnsafeName = settings.onUnsafeName;
      onLink = settings.onLink;
      onDuplicate = settings.onDuplicate;
    }
  }
}
