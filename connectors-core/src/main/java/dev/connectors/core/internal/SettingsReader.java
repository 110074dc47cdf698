package dev.connectors.core.internal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * Reads one block of {@code reference.conf}; a value that can't be read names its whole key, the
 * value and what is allowed.
 */
public final class SettingsReader {
  private final String path;
  private final Config config;

  private SettingsReader(String path, Config config) {
    this.path = path;
    this.config = config;
  }

  /** The block at {@code path} of the actor system's configuration. */
  public static SettingsReader of(ClassicActorSystemProvider system, String path) {
    return new SettingsReader(path, system.classicSystem().settings().config().getConfig(path));
  }

  /** A block that the caller has cut out already; {@code path} is used in messages only. */
  public static SettingsReader of(Config block, String path) {
    return new SettingsReader(path, block);
  }

  /** The whole key, as messages name it. */
  public String key(String name) {
    return path + "." + name;
  }

  /** The block below {@code name}. */
  public SettingsReader in(String name) {
    return new SettingsReader(key(name), read(name, "a block", () -> config.getConfig(name)));
  }

  public Config config() {
    return config;
  }

  public String path() {
    return path;
  }

  public int integer(String name) {
    return read(name, "a whole number", () -> config.getInt(name));
  }

  public long bytes(String name) {
    return read(name, "a size such as 16 MiB", () -> config.getBytes(name));
  }

  public double number(String name) {
    return read(name, "a number", () -> config.getDouble(name));
  }

  public String text(String name) {
    return read(name, "a text", () -> config.getString(name));
  }

  public Duration duration(String name) {
    return read(name, "a duration such as 10 s", () -> config.getDuration(name));
  }

  /** A policy: {@code in-order} in the file is {@code IN_ORDER} of the enum. */
  public <E extends Enum<E>> E policy(String name, Class<E> type) {
    String written = text(name);
    for (E constant : type.getEnumConstants()) {
      if (written(constant).equals(written)) {
        return constant;
      }
    }
    throw Checks.refused(
        key(name),
        "'" + written + "'",
        Arrays.stream(type.getEnumConstants())
            .map(SettingsReader::written)
            .collect(Collectors.joining(", ")));
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private <T> T read(String name, String allowed, java.util.function.Supplier<T> reading) {
    try {
      return reading.get();
    } catch (ConfigException.Missing e) {
      throw new IllegalArgumentException(key(name) + " is missing, allowed is " + allowed, e);
    } catch (ConfigException.WrongType | ConfigException.BadValue e) {
      throw new IllegalArgumentException(
          key(name) + " is " + config.getValue(name).unwrapped() + ", allowed is " + allowed, e);
    }
  }
}
