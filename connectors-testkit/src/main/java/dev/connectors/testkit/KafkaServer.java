package dev.connectors.testkit;

import dev.connectors.testkit.internal.ClassArchive;
import dev.connectors.testkit.internal.ContainerSpec;
import dev.connectors.testkit.internal.Jdk;
import dev.connectors.testkit.internal.JvmCommand;
import dev.connectors.testkit.internal.KafkaConfig;
import dev.connectors.testkit.internal.Launchers;
import dev.connectors.testkit.internal.Ports;
import dev.connectors.testkit.internal.ServerJars;
import dev.connectors.testkit.internal.Versions;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
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
 * says otherwise. As a container it is the image {@code apache/kafka} of that version, unless
 * {@code -Dconnectors.kafka.image} names another repository.
 *
 * @see <a href="https://kafka.apache.org/documentation/#brokerconfigs">Broker configuration</a>
 */
public final class KafkaServer extends SuppliedServer<KafkaServer> {
  /** Any will do; a fixed one lets a data directory be used again. */
  private static final String CLUSTER_ID = "Y29ubmVjdG9ycy10ZXN0aw";

  private static final String READY = "Kafka Server started";

  private int internalPort;
  private int controllerPort;

  private KafkaServer(ServerOptions options) {
    super("Kafka", options);
  }

  /** A server yet to be started: on a free port, with data of its own, 256 MB of heap. */
  public static KafkaServer create() {
    return new KafkaServer(ServerOptions.withHeap(256));
  }

  /**
   * Another server, not started, whose clients are led through a {@linkplain #proxy() proxy}: it
   * tells them the proxy's address as its own.
   */
  @Override
  public KafkaServer withProxy() {
    return new KafkaServer(options.withProxy());
  }

  /** Another server, not started, with one more line in {@code server.properties}. */
  public KafkaServer withSetting(String key, String value) {
    return new KafkaServer(options.withSetting(key, value));
  }

  /** What clients take as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return host() + ":" + port();
  }

  @Override
  public String version() {
    @Nullable String chosen = options.version();
    return chosen == null ? Versions.of("kafka") : chosen;
  }

  @Override
  KafkaServer with(ServerOptions changed) {
    return new KafkaServer(changed);
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
      Properties all = new Properties();
      all.putAll(KafkaConfig.of(localListeners(), data.toString(), options.settings()));
      all.store(out, null);
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
        READY,
        options.startTimeout());
  }

  @Override
  String image() {
    return Versions.image("kafka") + ":" + version();
  }

  @Override
  ContainerSpec container() {
    KafkaConfig.Listeners listeners =
        new KafkaConfig.Listeners("0.0.0.0", 9092, bootstrapServers(), 9093, 9094);
    Map<String, String> environment =
        new TreeMap<>(
            KafkaConfig.asEnvironment(
                KafkaConfig.of(listeners, "/tmp/kafka-logs", options.settings())));
    environment.put("CLUSTER_ID", CLUSTER_ID);
    environment.put("KAFKA_HEAP_OPTS", "-Xmx" + options.heapMegabytes() + "m");
    environment.put("KAFKA_JVM_PERFORMANCE_OPTS", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");
    environment.put("KAFKA_OPTS", String.join(" ", options.jvmOptions()));
    return new ContainerSpec(
        "Kafka " + version(),
        image(),
        listeners.clients(),
        ownHost(),
        ownPort(),
        environment,
        List.of(),
        log -> log.contains(READY),
        options.startTimeout());
  }

  private KafkaConfig.Listeners localListeners() {
    if (controllerPort == 0) {
      internalPort = Ports.free();
      controllerPort = Ports.free();
    }
    return new KafkaConfig.Listeners(
        LOOPBACK, ownPort(), bootstrapServers(), internalPort, controllerPort);
  }
}
