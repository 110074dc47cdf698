package dev.connectors.core;

import com.typesafe.config.Config;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * When a flow that writes elements into files or objects completes one and begins the next: by
 * size, by count, by time, and when too many are open.
 *
 * <p>With a committable source in front, what is in open files is in flight: its window ({@link
 * InFlightSettings}) must have room for the elements of the files that are open at a time.
 * Otherwise the source stops, and the files are completed only when {@code max-idle} is over.
 *
 * <p>Immutable. Defaults are those of {@code connectors.rolling} in {@code reference.conf}.
 */
public final class RollingSettings {
  private static final String PATH = "connectors.rolling";

  private final long maxBytes;
  private final long maxElements;
  private final Duration maxAge;
  private final Duration maxIdle;
  private final int maxOpen;
  private final int maxHeld;

  private RollingSettings(Draft draft) {
    maxBytes = Checks.positive(PATH + ".max-bytes", draft.maxBytes);
    maxElements = Checks.positive(PATH + ".max-elements", draft.maxElements);
    maxAge = Checks.positive(PATH + ".max-age", draft.maxAge);
    maxIdle = Checks.positive(PATH + ".max-idle", draft.maxIdle);
    maxOpen = Checks.positive(PATH + ".max-open", draft.maxOpen);
    maxHeld = Checks.positive(PATH + ".max-held", draft.maxHeld);
  }

  /** The settings at {@code connectors.rolling} of the system's configuration. */
  public static RollingSettings create(ClassicActorSystemProvider system) {
    return new RollingSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.rolling}. */
  public static RollingSettings create(Config config) {
    return new RollingSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /**
   * A file is complete once it has as many bytes, compressed if it is; so the element that reaches
   * the bound may exceed it. Default 128 MiB.
   */
  public RollingSettings withMaxBytes(long value) {
    return with(draft -> draft.maxBytes = value);
  }

  /** A file is complete once it has as many elements. Default 1,000,000. */
  public RollingSettings withMaxElements(long value) {
    return with(draft -> draft.maxElements = value);
  }

  /** A file is complete this long after its first element. Default 5 minutes. */
  public RollingSettings withMaxAge(Duration value) {
    return with(draft -> draft.maxAge = value);
  }

  /** A file is complete this long after its last element. Default 5 s. */
  public RollingSettings withMaxIdle(Duration value) {
    return with(draft -> draft.maxIdle = value);
  }

  /**
   * How many files are open at a time; before one more is opened, the one that was least recently
   * written to is completed. Default 100.
   */
  public RollingSettings withMaxOpen(int value) {
    return with(draft -> draft.maxOpen = value);
  }

  /**
   * How many elements may wait with their contexts for their files or for those before them; at the
   * bound the file that was begun first is completed. Default 100,000.
   */
  public RollingSettings withMaxHeld(int value) {
    return with(draft -> draft.maxHeld = value);
  }

  public long maxBytes() {
    return maxBytes;
  }

  public long maxElements() {
    return maxElements;
  }

  public Duration maxAge() {
    return maxAge;
  }

  public Duration maxIdle() {
    return maxIdle;
  }

  public int maxOpen() {
    return maxOpen;
  }

  public int maxHeld() {
    return maxHeld;
  }

  @Override
  public String toString() {
    return "RollingSettings(maxBytes=%d, maxElements=%d, maxAge=%s, maxIdle=%s, maxOpen=%d, maxHeld=%d)"
        .formatted(maxBytes, maxElements, maxAge, maxIdle, maxOpen, maxHeld);
  }

  private RollingSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new RollingSettings(draft);
  }

  private static final class Draft {
    long maxBytes;
    long maxElements;
    Duration maxAge;
    Duration maxIdle;
    int maxOpen;
    int maxHeld;

    Draft(SettingsReader reader) {
      maxBytes = reader.bytes("max-bytes");
      maxElements = reader.integer("max-elements");
      maxAge = reader.duration("max-age");
      maxIdle = reader.duration("max-idle");
      maxOpen = reader.integer("max-open");
      maxHeld = reader.integer("max-held");
    }

    Draft(RollingSettings settings) {
      maxBytes = settings.maxBytes;
      maxElements = settings.maxElements;
      maxAge = settings.maxAge;
      maxIdle = settings.maxIdle;
      maxOpen = settings.maxOpen;
      maxHeld = settings.maxHeld;
    }
  }
}
