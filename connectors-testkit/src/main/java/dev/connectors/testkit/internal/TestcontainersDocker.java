package dev.connectors.testkit.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/**
 * The daemon that Testcontainers finds. It is asked through a client of our own: Testcontainers'
 * own one starts by pulling its reaper, for minutes where there is no registry.
 */
final class TestcontainersDocker implements Docker {
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  /** As Testcontainers 2.0.5 has it; no public method of it tells. */
  private static final String RYUK = "testcontainers/ryuk:0.14.0";

  private static final String LOOPBACK = "127.0.0.1";

  private final Map<String, String> failedPulls = new ConcurrentHashMap<>();
  private volatile @Nullable DockerClient client;

  @Override
  public @Nullable String unavailable() {
    try {
      client();
    } catch (RuntimeException none) {
      return "no Docker daemon answers";
    }
    return isTakenForAContainer()
        ? "Testcontainers takes this machine for a container, as there is a /.dockerenv;"
            + " TESTCONTAINERS_HOST_OVERRIDE=localhost tells it otherwise"
        : null;
  }

  @Override
  public boolean has(String image) {
    try {
      client().inspectImageCmd(substituted(image).asCanonicalNameString()).exec();
      return true;
    } catch (NotFoundException absent) {
      return false;
    }
  }

  @Override
  public @Nullable String pull(String image, Duration patience) {
    String failed = failedPulls.get(image); // it won't be otherwise for the next server
    if (failed == null) {
      failed = tryPull(substituted(image), patience);
      if (failed != null) {
        failedPulls.put(image, failed);
      }
    }
    return failed;
  }

  @Override
  public @Nullable String reaperImage() {
    return Boolean.parseBoolean(System.getenv("TESTCONTAINERS_RYUK_DISABLED")) ? null : RYUK;
  }

  @Override
  public String publishedAt() {
    String host = DockerClientFactory.instance().dockerHostIpAddress();
    return host.equals("localhost") ? LOOPBACK : host;
  }

  /** The client; not to be closed. */
  DockerClient client() {
    DockerClient known = client;
    if (known == null) {
      known =
          DockerClientProviderStrategy.getClientForConfig(
              DockerClientFactory.instance().getTransportConfig());
      known.pingCmd().exec();
      client = known;
    }
    return known;
  }

  /** Whether what the daemon runs are processes of this machine. */
  boolean isOnThisMachine() {
    DockerClientFactory factory = DockerClientFactory.instance();
    try {
      return "unix".equals(factory.getTransportConfig().getDockerHost().getScheme())
          && Files.exists(HOST_NAME)
          && Files.readString(HOST_NAME).strip().equals(factory.getInfo().getName());
    } catch (IOException unreadable) {
      return false;
    }
  }

  /**
   * Some virtual machines have the file by which Testcontainers tells a container. It would look
   * for the daemon's address with an image, which it pulls for minutes where there is no registry.
   */
  private boolean isTakenForAContainer() {
    return Files.exists(Path.of("/.dockerenv"))
        && System.getenv("TESTCONTAINERS_HOST_OVERRIDE") == null
        && isOnThisMachine();
  }

  private @Nullable String tryPull(DockerImageName image, Duration patience) {
    Pull pull = new Pull();
    try (pull) {
      client().pullImageCmd(image.getUnversionedPart()).withTag(image.getVersionPart()).exec(pull);
      boolean ended = pull.awaitCompletion(patience.toSeconds(), TimeUnit.SECONDS);
      Throwable failure = pull.failure; // it doesn't throw one that comes before any progress
      if (failure != null) {
        return oneLine(failure);
      }
      return ended ? null : "not within " + patience.toSeconds() + " s";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "interrupted";
    } catch (IOException | RuntimeException failure) {
      return oneLine(pull.failure == null ? failure : pull.failure);
    }
  }

  private static String oneLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).strip().replaceAll("\\s+", " ");
  }

  /** As the user's Testcontainers configuration has it, such as from a mirror. */
  private static DockerImageName substituted(String image) {
    return ImageNameSubstitutor.instance().apply(DockerImageName.parse(image));
  }

  /** Keeps its failure to itself, which its parent logs with a stack trace. */
  private static final class Pull extends PullImageResultCallback {
    private volatile @Nullable Throwable failure;

    @Override
    public void onError(Throwable cause) {
      failure = cause;
      onComplete();
    }
  }
}
