package dev.connectors.testkit.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Looks for Testcontainers, which is an optional dependency, once. */
final class DockerHolder {
  static final Docker OF_THIS_JVM = find();

  private DockerHolder() {}

  private static Docker find() {
    try {
      Class.forName("org.testcontainers.containers.GenericContainer");
      return new TestcontainersDocker();
    } catch (ClassNotFoundException absent) {
      return new NoTestcontainers();
    }
  }

  private static final class NoTestcontainers implements Docker {
    @Override
    public String unavailable() {
      return "org.testcontainers:testcontainers is not on the class path";
    }

    @Override
    public boolean has(String image) {
      return false;
    }

    @Override
    public String pull(String image, Duration patience) {
      return unavailable();
    }

    @Override
    public @Nullable String reaperImage() {
      return null;
    }

    @Override
    public String publishedAt() {
      throw new IllegalStateException(unavailable());
    }
  }
}
