package dev.connectors.core;

import com.typesafe.config.Config;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How often and how far apart something that failed is tried again: exponential back-off with
 * jitter, bounded by a number of attempts and by a total time.
 *
 * <p>Immutable. Defaults are those of {@code connectors.retry} in {@code reference.conf}: 100 ms
 * doubled up to 10 s, half of it jitter, for at most 5 minutes and 1,000 attempts, for every
 * failure.
 */
public final class RetrySettings {
  private static final String PATH = "connectors.retry";

  private final Duration minBackoff;
  private final Duration maxBackoff;
  private final double jitter;
  private final int maxAttempts;
  private final Duration maxDuration;
  private final Predicate<Throwable> retryOn;

  private RetrySettings(
      Duration minBackoff,
      Duration maxBackoff,
      double jitter,
      int maxAttempts,
      Duration maxDuration,
      Predicate<Throwable> retryOn) {
    this.minBackoff = Checks.positive(PATH + ".min-backoff", minBackoff);
    this.maxBackoff = Checks.positive(PATH + ".max-backoff", maxBackoff);
    this.jitter = Checks.between(PATH + ".jitter", 0, 1, jitter);
    this.maxAttempts = Checks.atLeast(PATH + ".max-attempts", 0, maxAttempts);
    this.maxDuration = Checks.notNegative(PATH + ".max-duration", maxDuration);
    this.retryOn = Objects.requireNonNull(retryOn, "retryOn");
    if (maxBackoff.compareTo(minBackoff) < 0) {
      throw Checks.refused(
          PATH + ".max-backoff", maxBackoff, "at least min-backoff, " + minBackoff);
    }
  }

  /** The settings at {@code connectors.retry} of the system's configuration. */
  public static RetrySettings create(ClassicActorSystemProvider system) {
    return read(SettingsReader.of(system, PATH));
  }

  /** The settings in a block with the keys of {@code connectors.retry}. */
  public static RetrySettings create(Config config) {
    return read(SettingsReader.of(config, PATH));
  }

  private static RetrySettings read(SettingsReader reader) {
    return new RetrySettings(
        reader.duration("min-backoff"),
        reader.duration("max-backoff"),
        reader.number("jitter"),
        reader.integer("max-attempts"),
        reader.duration("max-duration"),
        failure -> true);
  }

  /** The pause before the first retry; each further one is twice as long. Default 100 ms. */
  public RetrySettings withMinBackoff(Duration value) {
    return new RetrySettings(value, maxBackoff, jitter, maxAttempts, maxDuration, retryOn);
  }

  /** The longest pause. Default 10 s. */
  public RetrySettings withMaxBackoff(Duration value) {
    return new RetrySettings(minBackoff, value, jitter, maxAttempts, maxDuration, retryOn);
  }

  /** The part of each pause, from 0 to 1, that is drawn by chance. Default 0.5. */
  public RetrySettings withJitter(double value) {
    return new RetrySettings(minBackoff, maxBackoff, value, maxAttempts, maxDuration, retryOn);
  }

  /** How many times a failure is tried again; 0 means never. Default 1,000. */
  public RetrySettings withMaxAttempts(int value) {
    return new RetrySettings(minBackoff, maxBackoff, jitter, value, maxDuration, retryOn);
  }

  /**
   * For how long after the first failure it is tried again; zero means never. Default 5 minutes.
   */
  public RetrySettings withMaxDuration(Duration value) {
    return new RetrySettings(minBackoff, maxBackoff, jitter, maxAttempts, value, retryOn);
  }

  /** Which failures are worth another try. Default: all that the connector counts as transient. */
  public RetrySettings withRetryOn(Predicate<Throwable> value) {
    return new RetrySettings(minBackoff, maxBackoff, jitter, maxAttempts, maxDuration, value);
  }

  public Duration minBackoff() {
    return minBackoff;
  }

  public Duration maxBackoff() {
    return maxBackoff;
  }

  public double jitter() {
    return jitter;
  }

  public int maxAttempts() {
    return maxAttempts;
  }

  public Duration maxDuration() {
    return maxDuration;
  }

  /**
   * Whether {@code failure} is tried once more.
   *
   * @param retries how many retries there have been
   * @param sinceFirstFailure the time since the first failure
   */
  public boolean retries(Throwable failure, int retries, Duration sinceFirstFailure) {
    return retries < maxAttempts
        && sinceFirstFailure.compareTo(maxDuration) < 0
        && retryOn.test(failure);
  }

  /**
   * The pause before the retry that follows {@code retries} earlier ones, jitter drawn anew at each
   * call.
   */
  public Duration backoff(int retries) {
    double full =
        Math.min(
            (double) maxBackoff.toNanos(),
            minBackoff.toNanos() * Math.pow(2, Math.min(retries, 62)));
    return Duration.ofNanos(
        (long) (full * (1 - jitter * ThreadLocalRandom.current().nextDouble())));
  }

  @Override
  public String toString() {
    return "RetrySettings(minBackoff=%s, maxBackoff=%s, jitter=%s, maxAttempts=%d, maxDuration=%s)"
        .formatted(minBackoff, maxBackoff, jitter, maxAttempts, maxDuration);
  }
}
