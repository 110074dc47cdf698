package dev.connectors.core;

import java.util.Objects;

/**
 * A value that must not appear in a log, an exception or a {@code toString}: its text is {@code
 * ***}.
 *
 * <p>Two secrets are equal when their values are. The value lives on the heap as an ordinary
 * string; this class protects against printing it, not against a memory dump.
 */
public final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = Objects.requireNonNull(value, "value");
  }

  /** Wraps {@code value}. */
  public static Secret of(String value) {
    return new Secret(value);
  }

  /** The value itself, for the client that needs it. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
