package dev.connectors.testkit;

import dev.connectors.testkit.internal.ClassArchive;
import dev.connectors.testkit.internal.Jdk;
import dev.connectors.testkit.internal.JvmCommand;
import dev.connectors.testkit.internal.Launchers;
import dev.connectors.testkit.internal.Ports;
import dev.connectors.testkit.internal.ServerJars;
import dev.connectors.testkit.internal.Versions;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Apache Kafka: one node, broker and controller, without security.
 *
 * <pre>{@code
 * try (KafkaServer kafka = KafkaServer.create().start()) {
 *   properties.put("bootstrap.servers", kafka.bootstrapServers());
 * }
 * }</pre>
 *
 * <p>It is set up for quick fault tests: heartbeats and sessions of one second where Kafka's own
 * defaults make a client wait for ten or more. All the rest is Kafka's default, and {@link
 * #withSetting} changes any of it. Topics are created on first use.
 *
 * <p>The version is Kafka 4.4 unless {@link #withVersion} or {@code -Dconnectors.kafka.version}
 * says otherwise.
 *
 * @see <a href="https://kafka.apache.org/documentation/#brokerconfigs">Broker configuration</a>
 */
public final class KafkaServer extends LocalServer {
  /** Any will do; a fixed one lets a data directory be used again. */
  private static final String CLUSTER_ID = "Y29ubmVjdG9ycy10ZXN0aw";

  private int controllerPort;

  private KafkaServer(ServerOptions options) {
    super("Kafka", options);
  }

  /** A server yet to be started: on a free port, with data of its own, 256 MB of heap. */
  public static KafkaServer create() {
    return new KafkaServer(ServerOptions.withHeap(256));
  }

  /**
   * Another server, not started, that keeps its data in {@code directory} and doesn't delete it.
   */
  public KafkaServer withDataDirectory(Path directory) {
    return new KafkaServer(options.withDataDirectory(directory));
  }

  /** Another server, not started, on {@code port}. */
  public KafkaServer withPort(int port) {
    return new KafkaServer(options.withPort(port));
  }

  /** Another server, not started, of {@code version}. */
  public KafkaServer withVersion(String version) {
    return new KafkaServer(options.withVersion(version));
  }

  /** Another server, not started, with {@code megabytes} of heap. */
  public KafkaServer withHeapMegabytes(int megabytes) {
    return new KafkaServer(options.withHeapMegabytes(megabytes));
  }

  /**
   * Another server, not started, whose start may take as long as {@code timeout}: 120 s if unset.
   */
  public KafkaServer withStartTimeout(Duration timeout) {
    return new KafkaServer(options.withStartTimeout(timeout));
  }

  /** Another server, not started, whose JVM gets one more option, which wins over ours. */
  public KafkaServer withJvmOption(String option) {
    return new KafkaServer(options.withJvmOption(option));
  }

  /** Another server, not started, with one more line in {@code server.properties}. */
  public KafkaServer withSetting(String key, String value) {
    return new KafkaServer(options.withSetting(key, value));
  }

  @Override
  public synchronized KafkaServer start() {
    super.start();
    return this;
  }

  @Override
  public synchronized KafkaServer restart() {
    super.restart();
    return this;
  }

  /** What clients take as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port();
  }

  @Override
  public String version() {
    @Nullable String chosen = options.version();
    return chosen == null ? Versions.of("kafka") : chosen;
  }

  @Override
  JvmCommand prepare(Path folder, Path data) throws IOException {
    ServerJars jars =
        ServerJars.resolve(
            "Kafka " + version(),
            List.of(
                "org.apache.kafka:kafka_" + Versions.builtIn("kafka.scala") + ":" + version(),
                // Kafka asks for an older API than the one that fits.
                "org.slf4j:slf4j-api:" + Versions.builtIn("kafka.slf4j"),
                "org.slf4j:slf4j-simple:" + Versions.builtIn("kafka.slf4j")));
    Path properties = folder.resolve("server.properties");
    try (Writer out = Files.newBufferedWriter(properties)) {
      serverProperties(data).store(out, null);
    }
    Jdk jdk = Jdk.preferred();
    List<Path> classPath = Launchers.classPath(jars.jars(), jars.cache());
    return new JvmCommand(
        "Kafka " + version(),
        jdk.executable(),
        jvmOptions(
            folder,
            List.of(
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS")),
        ClassArchive.of(jars.cache(), folder, jdk, classPath),
        classPath,
        Launchers.KAFKA,
        List.of(properties.toString(), CLUSTER_ID),
        "Kafka Server started",
        options.startTimeout());
  }

  private Properties serverProperties(Path data) {
    if (controllerPort == 0) {
      controllerPort = Ports.free();
    }
    Properties all = new Properties();
    all.setProperty("process.roles", "broker,controller");
    all.setProperty("node.id", "1");
    all.setProperty(
        "listeners", "BROKER://127.0.0.1:" + port() + ",CONTROLLER://127.0.0.1:" + controllerPort);
    all.setProperty("advertised.listeners", "BROKER://127.0.0.1:" + port());
    all.setProperty("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    all.setProperty("inter.broker.listener.name", "BROKER");
    all.setProperty("controller.listener.names", "CONTROLLER");
    all.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    all.setProperty("log.dirs", data.toString());
    for (String topic :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      all.setProperty(topic + ".replication.factor", "1");
      all.setProperty(topic + ".num.partitions", "1");
    }
    all.setProperty("transaction.state.log.min.isr", "1");
    all.setProperty("share.coordinator.state.topic.min.isr", "1");
    // A dead broker is noticed, and a restarted one is back, within a second or two.
    all.setProperty("broker.heartbeat.interval.ms", "200");
    all.setProperty("broker.session.timeout.ms", "1000");
    all.setProperty("group.initial.rebalance.delay.ms", "0");
    // So is a dead member of a group, where a test asks for a shorter session.
    for (String group : List.of("group.consumer", "group.share")) {
      all.setProperty(group + ".min.heartbeat.interval.ms", "200");
      all.setProperty(group + ".heartbeat.interval.ms", "200");
      all.setProperty(group + ".min.session.timeout.ms", "1000");
      all.setProperty(group + ".session.timeout.ms", "6000");
    }
    all.setProperty("group.min.session.timeout.ms", "1000");
    all.setProperty("group.share.min.record.lock.duration.ms", "1000");
    // The default of 128 MB is half of the heap.
    all.setProperty("log.cleaner.dedupe.buffer.size", "2097152");
    options.settings().forEach(all::setProperty);
    return all;
  }
}
