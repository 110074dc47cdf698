package dev.connectors.file;

import com.typesafe.config.Config;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.file.internal.Values;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How archives are written.
 *
 * <p>Immutable. Defaults are those of {@code connectors.file.archive.write} in {@code
 * reference.conf}.
 */
public final class ArchiveWriteSettings {
  private static final String PATH = "connectors.file.archive.write";
  private static final int STRONGEST = 9;

  private final int maxEntries;
  private final int level;
  private final int bufferSize;
  private final int chunkSize;

  private ArchiveWriteSettings(Draft draft) {
    maxEntries = Checks.positive(PATH + ".max-entries", draft.maxEntries);
    level = (int) Checks.between(PATH + ".level", -1, STRONGEST, draft.level);
    bufferSize = Checks.atLeast(PATH + ".buffer-size", 0, draft.bufferSize);
    chunkSize = Checks.positive(PATH + ".chunk-size", draft.chunkSize);
  }

  /** The settings at {@code connectors.file.archive.write} of the system's configuration. */
  public static ArchiveWriteSettings create(ClassicActorSystemProvider system) {
    return new ArchiveWriteSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.file.archive.write}. */
  public static ArchiveWriteSettings create(Config config) {
    return new ArchiveWriteSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /**
   * The most entries: their names are kept until the end. Default 10,000, which is what is read by
   * default.
   */
  public ArchiveWriteSettings withMaxEntries(int value) {
    return with(draft -> draft.maxEntries = value);
  }

  /** Of a zip's compression: 0 is none, 9 the strongest, -1 zlib's default. Default -1. */
  public ArchiveWriteSettings withLevel(int value) {
    return with(draft -> draft.level = value);
  }

  /**
   * Bytes in which content of unknown size is gathered, to know its size. What is larger is refused
   * in a tar, and gets a data descriptor of zip64 in a zip. Default 1 MiB.
   */
  public ArchiveWriteSettings withBufferSize(int value) {
    return with(draft -> draft.bufferSize = value);
  }

  /** Bytes in an element of the archive. Default 64 KiB. */
  public ArchiveWriteSettings withChunkSize(int value) {
    return with(draft -> draft.chunkSize = value);
  }

  public int maxEntries() {
    return maxEntries;
  }

  public int level() {
    return level;
  }

  public int bufferSize() {
    return bufferSize;
  }

  public int chunkSize() {
    return chunkSize;
  }

  @Override
  public String toString() {
    return "ArchiveWriteSettings(maxEntries=%d, level=%d, bufferSize=%d, chunkSize=%d)"
        .formatted(maxEntries, level, bufferSize, chunkSize);
  }

  private ArchiveWriteSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new ArchiveWriteSettings(draft);
  }

  private static final class Draft {
    int maxEntries;
    int level;
    int bufferSize;
    int chunkSize;

    Draft(SettingsReader reader) {
      maxEntries = reader.integer("max-entries");
      level = reader.integer("level");
      bufferSize = Values.size(reader, "buffer-size");
      chunkSize = Values.size(reader, "chunk-size");
    }

    Draft(ArchiveWriteSettings settings) {
      maxEntries = settings.maxEntries;
      level = settings.level;
      bufferSize = settings.bufferSize;
      chunkSize = settings.chunkSize;
    }
  }
}
