package dev.connectors.core;

import java.time.Duration;

/**
 * What a connector tells about its work: counters and gauges for a metrics library, a progress bar
 * or a test.
 *
 * <p>Every method is called for a batch, never for a single element, from the connector's own
 * threads: it must be quick, must not block, and must not throw. {@code name} is the source or
 * flow, for example {@code kafka-orders}.
 */
public interface Observer {
  /** Observes nothing. */
  Observer NONE = new Observer() {};

  /** A source handed {@code elements} more elements of {@code bytes} in all to the stream. */
  default void emitted(String name, long elements, long bytes) {}

  /**
   * {@code elements} more elements were settled and their position committed, {@code latency} after
   * it was asked for.
   */
  default void committed(String name, long elements, Duration latency) {}

  /** An element was rejected. */
  default void rejected(String name, Throwable cause) {}

  /**
   * A flow or sink had {@code elements} more elements confirmed by its server, {@code latency}
   * after they were sent.
   */
  default void confirmed(String name, long elements, Duration latency) {}

  /** {@code elements} elements are tried again because of {@code cause}. */
  default void retried(String name, long elements, Throwable cause) {}

  /** {@code elements} elements of {@code bytes} in all are now emitted and not yet settled. */
  default void inFlight(String name, long elements, long bytes) {}

  /**
   * {@code elements} elements of {@code lane}, for example a partition, are now on the server and
   * not yet read.
   */
  default void lag(String name, String lane, long elements) {}
}
