package dev.connectors.testkit.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.testcontainers.DockerClientFactory;

/**
 * The containers of JVMs that were killed, where there is no Ryuk to remove them: each is labelled
 * with the process that started it, and removed once that is gone.
 */
final class Leftovers {
  private static final String LABEL = "dev.connectors.testkit.process";
  private static final AtomicBoolean REMOVED = new AtomicBoolean();

  private Leftovers() {}

  /** The labels of this JVM's containers. */
  static Map<String, String> labels() {
    return Map.of(LABEL, identity(ProcessHandle.current()));
  }

  /** Removes what killed JVMs have left, unless that was done or is done by Ryuk. */
  static void removeOnce() {
    if (Docker.ofThisJvm() instanceof TestcontainersDocker docker
        && docker.reaperImage() == null
        && docker.isOnThisMachine() // or else its processes would look dead from here
        && REMOVED.compareAndSet(false, true)) {
      remove(DockerClientFactory.instance().client());
    }
  }

  private static void remove(DockerClient docker) {
    for (Container container :
        docker.listContainersCmd().withShowAll(true).withLabelFilter(List.of(LABEL)).exec()) {
      if (!isAlive(container.getLabels().getOrDefault(LABEL, ""))) {
        try {
          docker
              .removeContainerCmd(container.getId())
              .withForce(true)
              .withRemoveVolumes(true)
              .exec();
        } catch (DockerException failure) {
          // Another JVM does the same at the same time.
        }
      }
    }
  }

  static boolean isAlive(String identity) {
    Optional<ProcessHandle> process =
        ProcessHandle.of(Long.parseLong(identity.substring(0, identity.indexOf('@'))));
    return process.filter(found -> identity(found).equals(identity)).isPresent();
  }

  /** Process ids are used again: the time of the start goes with it. */
  static String identity(ProcessHandle process) {
    return process.pid()
        + "@"
        + process.info().startInstant().map(start -> start.toEpochMilli()).orElse(0L);
  }
}
