package dev.connectors.core.internal;

import java.time.Duration;

/** Eager checks of settings: the message names the setting, its value and what is allowed. */
public final class Checks {
  /** For ever, and still to be counted in nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(100 * 365);

  private Checks() {}

  public static int positive(String setting, int value) {
    return atLeast(setting, 1, value);
  }

  public static int atLeast(String setting, int lowest, int value) {
    if (value < lowest) {
      throw refused(setting, value, "at least " + lowest);
    }
    return value;
  }

  public static long positive(String setting, long value) {
    if (value < 1) {
      throw refused(setting, value, "at least 1");
    }
    return value;
  }

  public static long notNegative(String setting, long value) {
    if (value < 0) {
      throw refused(setting, value, "at least 0");
    }
    return value;
  }

  public static double between(String setting, double lowest, double highest, double value) {
    if (!(value >= lowest && value <= highest)) {
      throw refused(setting, value, "from " + lowest + " to " + highest);
    }
    return value;
  }

  public static Duration positive(String setting, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw refused(setting, value, "longer than zero");
    }
    return countable(value);
  }

  public static Duration notNegative(String setting, Duration value) {
    if (value.isNegative()) {
      throw refused(setting, value, "zero or longer");
    }
    return countable(value);
  }

  private static Duration countable(Duration value) {
    return value.compareTo(LONGEST) > 0 ? LONGEST : value;
  }

  public static String notEmpty(String setting, String value) {
    if (value.isBlank()) {
      throw refused(setting, "'" + value + "'", "a text that is not blank");
    }
    return value;
  }

  public static IllegalArgumentException refused(String setting, Object value, String allowed) {
    return new IllegalArgumentException(setting + " is " + value + ", allowed is " + allowed);
  }
}
