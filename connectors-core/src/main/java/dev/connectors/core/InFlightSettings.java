package dev.connectors.core;

import com.typesafe.config.Config;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import java.time.Duration;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How much a committable source may have emitted without its being settled. At a bound the source
 * stops emitting and then reading from its server, so that the heap stays bounded when a sink
 * stalls.
 *
 * <p>Immutable. Defaults are those of {@code connectors.in-flight} in {@code reference.conf}.
 */
public final class InFlightSettings {
  private static final String PATH = "connectors.in-flight";
  private static final int MOST_ELEMENTS = 10_000_000;

  private final int maxElements;
  private final long maxBytes;
  private final int maxUncommitted;
  private final double resumeAt;
  private final Duration stuckAfter;

  private InFlightSettings(
      int maxElements, long maxBytes, int maxUncommitted, double resumeAt, Duration stuckAfter) {
    this.maxElements = Checks.positive(PATH + ".max-elements", maxElements);
    this.maxBytes = Checks.positive(PATH + ".max-bytes", maxBytes);
    this.maxUncommitted = Checks.atLeast(PATH + ".max-uncommitted", maxElements, maxUncommitted);
    this.resumeAt = Checks.between(PATH + ".resume-at", 0, 1, resumeAt);
    this.stuckAfter = Checks.positive(PATH + ".stuck-after", stuckAfter);
    if (maxElements > MOST_ELEMENTS) {
      throw Checks.refused(PATH + ".max-elements", maxElements, "at most " + MOST_ELEMENTS);
    }
  }

  /** The settings at {@code connectors.in-flight} of the system's configuration. */
  public static InFlightSettings create(ClassicActorSystemProvider system) {
    return read(SettingsReader.of(system, PATH));
  }

  /** The settings in a block with the keys of {@code connectors.in-flight}. */
  public static InFlightSettings create(Config config) {
    return read(SettingsReader.of(config, PATH));
  }

  private static InFlightSettings read(SettingsReader reader) {
    return new InFlightSettings(
        reader.integer("max-elements"),
        reader.bytes("max-bytes"),
        reader.integer("max-uncommitted"),
        reader.number("resume-at"),
        reader.duration("stuck-after"));
  }

  /** The most elements in flight; raises max-uncommitted to at least this. Default 10,000. */
  public InFlightSettings withMaxElements(int value) {
    return new InFlightSettings(
        value, maxBytes, Math.max(value, maxUncommitted), resumeAt, stuckAfter);
  }

  /**
   * The most bytes in flight; asked before each element, so the one that reaches it may exceed it,
   * and one that is larger is let through. Default 32 MiB.
   */
  public InFlightSettings withMaxBytes(long value) {
    return new InFlightSettings(maxElements, value, maxUncommitted, resumeAt, stuckAfter);
  }

  /**
   * The most elements that are in flight or settled behind one that is, all lanes together; each
   * lane may have 64 whatever the bound, and takes more of it in steps of 64. Default 100,000.
   */
  public InFlightSettings withMaxUncommitted(int value) {
    return new InFlightSettings(maxElements, maxBytes, value, resumeAt, stuckAfter);
  }

  /**
   * The part of the bounds, from 0 to 1, to which what is in flight has to fall before the source
   * goes on. Default 0.75.
   */
  public InFlightSettings withResumeAt(double value) {
    return new InFlightSettings(maxElements, maxBytes, maxUncommitted, value, stuckAfter);
  }

  /**
   * After how long an unsettled element that holds up its lane is named in a warning and in health.
   * Default 60 s.
   */
  public InFlightSettings withStuckAfter(Duration value) {
    return new InFlightSettings(maxElements, maxBytes, maxUncommitted, resumeAt, value);
  }

  public int maxElements() {
    return maxElements;
  }

  public long maxBytes() {
    return maxBytes;
  }

  public int maxUncommitted() {
    return maxUncommitted;
  }

  public double resumeAt() {
    return resumeAt;
  }

  public Duration stuckAfter() {
    return stuckAfter;
  }

  @Override
  public String toString() {
    return "InFlightSettings(maxElements=%d, maxBytes=%d, maxUncommitted=%d, resumeAt=%s, stuckAfter=%s)"
        .formatted(maxElements, maxBytes, maxUncommitted, resumeAt, stuckAfter);
  }
}
