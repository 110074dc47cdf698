package dev.connectors.testkit;

import java.util.Locale;

/**
 * How a server comes to run. {@code -Dconnectors.servers=auto|local|containers} says it for all
 * servers, {@link #AUTO} if unset; {@code withSupply} says it for one.
 *
 * <p>Containers are those of <a href="https://java.testcontainers.org/">Testcontainers</a>, which
 * is an optional dependency: add {@code org.testcontainers:testcontainers} to have them. Without it
 * {@link #AUTO} is {@link #LOCAL}, and {@link #CONTAINERS} fails.
 */
public enum ServerSupply {
  /**
   * In a container where a Docker daemon answers and the image is there or can be pulled within two
   * minutes, else as a local process. The log says in one line which, and why.
   */
  AUTO,

  /**
   * As a process of its own on this machine, from Maven Central's jars; from the Cloud SDK's for a
   * {@link PubSubServer}.
   */
  LOCAL,

  /**
   * In a container of the official image, or not at all: a start throws {@link
   * ServerStartException} where {@link #AUTO} would take a local process.
   */
  CONTAINERS;

  static final String PROPERTY = "connectors.servers";

  /** What the system property asks for. */
  static ServerSupply requested() {
    String value = System.getProperty(PROPERTY, "").strip();
    for (ServerSupply supply : values()) {
      if (value.isEmpty() || value.equals(supply.toString())) {
        return supply;
      }
    }
    throw new IllegalArgumentException(
        PROPERTY + " = " + value + ": must be auto, local or containers");
  }

  /** As the system property has it, such as {@code containers}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
