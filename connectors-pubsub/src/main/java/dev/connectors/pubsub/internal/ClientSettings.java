package dev.connectors.pubsub.internal;

import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import java.time.Duration;

/**
 * What the client's parts are made with.
 *
 * @param emulatorHost {@code host:port}, or empty for Google's service
 * @param threads of the shared executor
 * @param shutdownTimeout for how long closing may take
 */
public record ClientSettings(String emulatorHost, int threads, Duration shutdownTimeout) {
  private static final String PATH = "connectors.pubsub.client";

  public ClientSettings {
    if (!emulatorHost.isEmpty() && !emulatorHost.matches("[^/\\s]+:\\d+")) {
      throw Checks.refused(
          PATH + ".emulator-host", "'" + emulatorHost + "'", "host:port, or nothing");
    }
    Checks.atLeast(PATH + ".threads", 2, threads);
    Checks.positive(PATH + ".shutdown-timeout", shutdownTimeout);
  }

  public static ClientSettings read(SettingsReader reader) {
    return new ClientSettings(
        reader.text("emulator-host"),
        reader.integer("threads"),
        reader.duration("shutdown-timeout"));
  }

  public ClientSettings withEmulatorHost(String value) {
    return new ClientSettings(value, threads, shutdownTimeout);
  }

  public ClientSettings withThreads(int value) {
    return new ClientSettings(emulatorHost, value, shutdownTimeout);
  }

  public ClientSettings withShutdownTimeout(Duration value) {
    return new ClientSettings(emulatorHost, threads, value);
  }
}
