package dev.connectors.core;

import com.typesafe.config.Config;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How {@link DeadLetters} are written.
 *
 * <p>Immutable. Defaults are those of {@code connectors.dead-letters} in {@code reference.conf}.
 */
public final class DeadLetterSettings {
  private static final String PATH = "connectors.dead-letters";

  private final int maxHeld;
  private final RetrySettings retry;
  private final Predicate<Throwable> divertOn;
  private final Observer observer;

  private DeadLetterSettings(
      int maxHeld, RetrySettings retry, Predicate<Throwable> divertOn, Observer observer) {
    this.maxHeld = Checks.positive(PATH + ".max-held", maxHeld);
    this.retry = Objects.requireNonNull(retry, "retry");
    this.divertOn = Objects.requireNonNull(divertOn, "divertOn");
    this.observer = Objects.requireNonNull(observer, "observer");
  }

  /** The settings at {@code connectors.dead-letters} of the system's configuration. */
  public static DeadLetterSettings create(ClassicActorSystemProvider system) {
    return read(SettingsReader.of(system, PATH));
  }

  /** The settings in a block with the keys of {@code connectors.dead-letters}. */
  public static DeadLetterSettings create(Config config) {
    return read(SettingsReader.of(config, PATH));
  }

  private static DeadLetterSettings read(SettingsReader reader) {
    return new DeadLetterSettings(
        reader.integer("max-held"),
        RetrySettings.create(reader.in("retry").config()),
        failure -> true,
        Observer.NONE);
  }

  /**
   * How many elements are held: letters that are not confirmed, and what comes after them and has
   * to wait so that the order is kept. At the bound the flow stops pulling. Default 1,000.
   */
  public DeadLetterSettings withMaxHeld(int value) {
    return new DeadLetterSettings(value, retry, divertOn, observer);
  }

  /**
   * How a failure to write is tried again: the writer is started anew, and all letters that were
   * not confirmed are written again. Default: {@code connectors.retry}.
   */
  public DeadLetterSettings withRetry(RetrySettings value) {
    return new DeadLetterSettings(maxHeld, value, divertOn, observer);
  }

  /**
   * Which failures of elements are diverted; the stream fails with any other. Default: all
   * exceptions, but never an {@link Error}.
   */
  public DeadLetterSettings withDivertOn(Predicate<Throwable> value) {
    return new DeadLetterSettings(maxHeld, retry, value, observer);
  }

  /** Who is told of each letter, as rejected, and of retries. Default: nobody. */
  public DeadLetterSettings withObserver(Observer value) {
    return new DeadLetterSettings(maxHeld, retry, divertOn, value);
  }

  public int maxHeld() {
    return maxHeld;
  }

  public RetrySettings retry() {
    return retry;
  }

  public Predicate<Throwable> divertOn() {
    return divertOn;
  }

  public Observer observer() {
    return observer;
  }

  @Override
  public String toString() {
    return "DeadLetterSettings(maxHeld=%d, retry=%s)".formatted(maxHeld, retry);
  }
}
