package dev.connectors.testkit.internal;

import dev.connectors.testkit.ServerStartException;
import dev.connectors.testkit.ServerSupply;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides how a server is supplied. */
public final class SupplyChoice {
  /** How long a pull may take where there is another way. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** How long it may take where there is none. */
  static final Duration LONG_PATIENCE = Duration.ofMinutes(15);

  private static final Logger LOG = LoggerFactory.getLogger(SupplyChoice.class);

  private SupplyChoice() {}

  /**
   * {@link ServerSupply#LOCAL} or {@link ServerSupply#CONTAINERS}; says which of them {@link
   * ServerSupply#AUTO} became.
   *
   * @param server what to call it
   * @param image that its container is started from
   * @param onlyLocal why a container won't do for this server; null if it will
   * @throws ServerStartException if it must be a container and can't be
   */
  public static ServerSupply of(
      ServerSupply wanted, String server, String image, @Nullable String onlyLocal, Docker docker) {
    return switch (wanted) {
      case LOCAL -> ServerSupply.LOCAL;
      case CONTAINERS -> {
        String obstacle = obstacle(image, onlyLocal, docker, LONG_PATIENCE);
        if (obstacle != null) {
          throw new ServerStartException(
              server + " was asked for as a container, which it can't be: " + obstacle,
              (Throwable) null);
        }
        yield ServerSupply.CONTAINERS;
      }
      case AUTO -> {
        String obstacle = obstacle(image, onlyLocal, docker, PATIENCE);
        if (obstacle != null) {
          LOG.info("{} runs as a local process: {}", server, obstacle);
          yield ServerSupply.LOCAL;
        }
        LOG.info("{} runs in a container: Docker answers and has {}", server, image);
        yield ServerSupply.CONTAINERS;
      }
    };
  }

  private static @Nullable String obstacle(
      String image, @Nullable String onlyLocal, Docker docker, Duration patience) {
    if (onlyLocal != null) {
      return onlyLocal;
    }
    String unavailable = docker.unavailable();
    if (unavailable != null) {
      return unavailable;
    }
    String missing = missing(image, docker, patience);
    if (missing != null) {
      return missing;
    }
    String reaper = docker.reaperImage();
    String noReaper = reaper == null ? null : missing(reaper, docker, patience);
    return noReaper == null
        ? null
        : noReaper + "; it removes containers, and TESTCONTAINERS_RYUK_DISABLED=true does without";
  }

  private static @Nullable String missing(String image, Docker docker, Duration patience) {
    if (docker.has(image)) {
      return null;
    }
    String why = docker.pull(image, patience);
    return why == null ? null : "the image " + image + " is not there and can't be pulled: " + why;
  }
}
