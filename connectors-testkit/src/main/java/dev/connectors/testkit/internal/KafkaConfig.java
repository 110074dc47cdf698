package dev.connectors.testkit.internal;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The configuration of a single Kafka node, the same for a process and a container but for its
 * addresses.
 */
public final class KafkaConfig {
  private static final String ADVERTISED = "advertised.listeners";

  private KafkaConfig() {}

  /**
   * Where the node listens.
   *
   * @param address to bind to
   * @param clients the port for clients
   * @param advertised what clients are told to connect to, as {@code host:port}
   * @param internal the port for the broker itself, whatever its clients are told
   * @param controller the port of the controller
   */
  public record Listeners(
      String address, int clients, String advertised, int internal, int controller) {}

  /**
   * The contents of {@code server.properties}; {@code overrides} win, but {@code
   * advertised.listeners} is for clients alone.
   */
  public static Map<String, String> of(
      Listeners at, String dataDirectory, Map<String, String> overrides) {
    Map<String, String> all = new TreeMap<>();
    all.put("process.roles", "broker,controller");
    all.put("node.id", "1");
    all.put(
        "listeners",
        "BROKER://%s:%d,INTERNAL://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
            .formatted(at.address(), at.clients(), at.internal(), at.controller()));
    all.put(ADVERTISED, "BROKER://" + at.advertised());
    all.put(
        "listener.security.protocol.map",
        "BROKER:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT");
    all.put("inter.broker.listener.name", "INTERNAL");
    all.put("controller.listener.names", "CONTROLLER");
    all.put("controller.quorum.voters", "1@127.0.0.1:" + at.controller());
    all.put("log.dirs", dataDirectory);
    for (String topic :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      all.put(topic + ".replication.factor", "1");
      all.put(topic + ".num.partitions", "1");
    }
    all.put("transaction.state.log.min.isr", "1");
    all.put("share.coordinator.state.topic.min.isr", "1");
    // A dead broker is noticed, and a restarted one is back, within a second or two.
    all.put("broker.heartbeat.interval.ms", "200");
    all.put("broker.session.timeout.ms", "1000");
    all.put("group.initial.rebalance.delay.ms", "0");
    // So is a dead member of a group, where a test asks for a shorter session.
    for (String group : List.of("group.consumer", "group.share")) {
      all.put(group + ".min.heartbeat.interval.ms", "200");
      all.put(group + ".heartbeat.interval.ms", "200");
      all.put(group + ".min.session.timeout.ms", "1000");
      all.put(group + ".session.timeout.ms", "6000");
    }
    all.put("group.min.session.timeout.ms", "1000");
    all.put("group.share.min.record.lock.duration.ms", "1000");
    // The default of 128 MB is half of the heap.
    all.put("log.cleaner.dedupe.buffer.size", "2097152");
    all.putAll(overrides);
    // A container can't reach itself at what its clients are told; nor must a proxy's faults reach
    // what a broker has to tell itself.
    all.merge(
        ADVERTISED,
        "INTERNAL://127.0.0.1:" + at.internal(),
        (clients, internal) -> clients + "," + internal);
    return all;
  }

  /**
   * As the official image takes its configuration from the environment.
   *
   * @see <a href="https://github.com/apache/kafka/blob/trunk/docker/examples/README.md">Configuring
   *     the image</a>
   */
  public static Map<String, String> asEnvironment(Map<String, String> properties) {
    Map<String, String> environment = new TreeMap<>();
    properties.forEach(
        (key, value) ->
            environment.put(
                "KAFKA_"
                    + key.replace("_", "__")
                        .replace("-", "___")
                        .replace('.', '_')
                        .toUpperCase(Locale.ROOT),
                value));
    return environment;
  }
}
