package dev.connectors.kafka.internal;

import com.typesafe.config.Config;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The client's properties in settings. */
public final class ClientProperties {
  private static final Set<String> NEVER_SECRET =
      Set.of(
          "bootstrap.servers",
          "group.id",
          "group.instance.id",
          "group.protocol",
          "client.id",
          "auto.offset.reset",
          "security.protocol",
          "acks",
          "transactional.id");

  private ClientProperties() {}

  /**
   * The entries of a block, whose names have dots in them: {@code properties.group.id} is {@code
   * group.id}.
   */
  public static Map<String, Object> of(Config block) {
    Map<String, Object> properties = new HashMap<>();
    block
        .entrySet()
        .forEach(
            entry ->
                properties.put(
                    entry.getKey().replace("\"", ""),
                    String.valueOf(entry.getValue().unwrapped())));
    return Map.copyOf(properties);
  }

  public static Map<String, Object> joined(Map<String, Object> present, Map<String, ?> added) {
    Map<String, Object> all = new HashMap<>(present);
    all.putAll(added);
    return Map.copyOf(all);
  }

  /** Values of what can't be secret, names alone of the rest. */
  public static String describe(Map<String, Object> properties) {
    Map<String, Object> shown = new TreeMap<>();
    properties.forEach(
        (name, value) -> shown.put(name, NEVER_SECRET.contains(name) ? value : "***"));
    return shown.toString();
  }
}
