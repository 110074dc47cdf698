package dev.connectors.file;

import com.typesafe.config.Config;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.file.internal.Values;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * What is refused when a stream is decompressed.
 *
 * <p>Immutable. Defaults are those of {@code connectors.file.decompress} in {@code reference.conf}.
 */
public final class DecompressSettings {
  private static final String PATH = "connectors.file.decompress";

  private final long maxSize;
  private final int maxRatio;
  private final long ratioAfter;
  private final long memoryLimit;
  private final int chunkSize;

  private DecompressSettings(Draft draft) {
    maxSize = Checks.positive(PATH + ".max-size", draft.maxSize);
    maxRatio = Checks.positive(PATH + ".max-ratio", draft.maxRatio);
    ratioAfter = Checks.notNegative(PATH + ".ratio-after", draft.ratioAfter);
    memoryLimit = Values.memoryLimit(PATH + ".memory-limit", draft.memoryLimit);
    chunkSize = Checks.positive(PATH + ".chunk-size", draft.chunkSize);
  }

  /** The settings at {@code connectors.file.decompress} of the system's configuration. */
  public static DecompressSettings create(ClassicActorSystemProvider system) {
    return new DecompressSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.file.decompress}. */
  public static DecompressSettings create(Config config) {
    return new DecompressSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /** The most bytes that come of a stream. Default 10 GiB. */
  public DecompressSettings withMaxSize(long value) {
    return with(draft -> draft.maxSize = value);
  }

  /** How many times as large as what was read what comes of it may be. Default 100. */
  public DecompressSettings withMaxRatio(int value) {
    return with(draft -> draft.maxRatio = value);
  }

  /** Bytes that come of a stream before the ratio counts: little is no bomb. Default 1 MiB. */
  public DecompressSettings withRatioAfter(long value) {
    return with(draft -> draft.ratioAfter = value);
  }

  /**
   * Bytes that xz may allocate, at least 1 KiB. Default 128 MiB, which suits {@code xz -9}. The
   * others have bounds of their own: zstd 128 MiB, unless it is compressed with {@code --ultra} or
   * {@code --long} beyond that, bzip2 4 MiB, lz4 8 MiB.
   */
  public DecompressSettings withMemoryLimit(long value) {
    return with(draft -> draft.memoryLimit = value);
  }

  /** The most bytes in an element. Default 64 KiB. */
  public DecompressSettings withChunkSize(int value) {
    return with(draft -> draft.chunkSize = value);
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

  @Override
  public String toString() {
    return ("DecompressSettings(maxSize=%d, maxRatio=%d, ratioAfter=%d, memoryLimit=%d,"
            + " chunkSize=%d)")
        .formatted(maxSize, maxRatio, ratioAfter, memoryLimit, chunkSize);
  }

  private DecompressSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new DecompressSettings(draft);
  }

  private static final class Draft {
    long maxSize;
    int maxRatio;
    long ratioAfter;
    long memoryLimit;
    int chunkSize;

    Draft(SettingsReader reader) {
      maxSize = reader.bytes("max-size");
      maxRatio = reader.integer("max-ratio");
      ratioAfter = reader.bytes("ratio-after");
      memoryLimit = reader.bytes("memory-limit");
      chunkSize = Values.size(reader, "chunk-size");
    }

    Draft(DecompressSettings settings) {
      maxSize = settings.maxSize;
      maxRatio = settings.maxRatio;
      ratioAfter = settings.ratioAfter;
      memoryLimit = settings.memoryLimit;
      chunkSize = settings.chunkSize;
    }
  }
}
