package dev.connectors.testkit.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The Docker daemon that containers are started by, as far as it decides whether they can be. */
public interface Docker {
  /**
   * The one that Testcontainers finds; one that is unavailable where there is no Testcontainers.
   */
  static Docker ofThisJvm() {
    return DockerHolder.OF_THIS_JVM;
  }

  /** Why no daemon can be used; null where one can. */
  @Nullable String unavailable();

  /** Whether the daemon has {@code image}. */
  boolean has(String image);

  /**
   * Pulls {@code image}, for as long as {@code patience}.
   *
   * @return why it is not there now; null where it is
   */
  @Nullable String pull(String image, Duration patience);

  /**
   * The image that Testcontainers removes containers with when this JVM has been killed; null where
   * it was told to do without.
   */
  @Nullable String reaperImage();

  /**
   * The address that published ports are reached at: of this machine, unless the daemon's is
   * another.
   */
  String publishedAt();
}
