package dev.connectors.testkit.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The versions of everything that is resolved at run time: one file, filled by the build. */
public final class Versions {
  private static final String FILE = "/dev/connectors/testkit/servers.properties";
  private static final Properties BUILT_IN = load();

  private Versions() {}

  /** The version that the build chose for {@code key}. */
  public static String builtIn(String key) {
    return Objects.requireNonNull(BUILT_IN.getProperty(key), key);
  }

  /** What {@code -Dconnectors.<server>.version} asks for; null where it doesn't. */
  public static @Nullable String requested(String server) {
    return property("connectors." + server + ".version");
  }

  /** The repository of the server's image, as {@code -Dconnectors.<server>.image} has it. */
  public static String image(String server) {
    String requested = property("connectors." + server + ".image");
    return requested == null ? builtIn(server + ".image") : requested;
  }

  /** The requested version, else the built-in one. */
  public static String of(String server) {
    String requested = requested(server);
    return requested == null ? builtIn(server) : requested;
  }

  private static @Nullable String property(String name) {
    String value = System.getProperty(name, "").strip();
    return value.isEmpty() ? null : value;
  }

  private static Properties load() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream(FILE)) {
      properties.load(Objects.requireNonNull(in, FILE));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return properties;
  }
}
