package dev.connectors.testkit;

import dev.connectors.testkit.internal.ClassArchive;
import dev.connectors.testkit.internal.ContainerSpec;
import dev.connectors.testkit.internal.Jdk;
import dev.connectors.testkit.internal.JvmCommand;
import dev.connectors.testkit.internal.Launchers;
import dev.connectors.testkit.internal.ServerJars;
import dev.connectors.testkit.internal.Versions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Apache ActiveMQ Artemis: one persistent broker, without security.
 *
 * <pre>{@code
 * try (ArtemisServer broker = ArtemisServer.create().start()) {
 *   ConnectionFactory factory = new ActiveMQConnectionFactory(broker.brokerUrl());
 * }
 * }</pre>
 *
 * <p>Queues are created on first use; messages that were delivered ten times go to {@code DLQ}. All
 * the rest is Artemis' default, and {@link #withSetting} changes any of it.
 *
 * <p>The version is 2.56 unless {@link #withVersion} or {@code -Dconnectors.artemis.version} says
 * otherwise. As a container it is the image {@code apache/activemq-artemis} of that version, unless
 * {@code -Dconnectors.artemis.image} names another repository.
 *
 * @see <a href="https://artemis.apache.org/components/artemis/documentation/latest/">Artemis</a>
 */
public final class ArtemisServer extends SuppliedServer<ArtemisServer> {
  private static final String READY = "Server is now active";

  private ArtemisServer(ServerOptions options) {
    super("Artemis", options);
  }

  /** A server yet to be started: on a free port, with data of its own, 384 MB of heap. */
  public static ArtemisServer create() {
    return new ArtemisServer(ServerOptions.withHeap(384));
  }

  /**
   * Another server, not started, with one more broker property, for example {@code
   * addressSettings.#.maxDeliveryAttempts}.
   *
   * @see <a
   *     href="https://artemis.apache.org/components/artemis/documentation/latest/configuration-index.html">Broker
   *     properties</a>
   */
  public ArtemisServer withSetting(String key, String value) {
    return new ArtemisServer(options.withSetting(key, value));
  }

  /** What Artemis' connection factory takes, such as {@code tcp://127.0.0.1:21234}. */
  public String brokerUrl() {
    return "tcp://" + host() + ":" + port();
  }

  @Override
  public String version() {
    @Nullable String chosen = options.version();
    return chosen == null ? Versions.of("artemis") : chosen;
  }

  @Override
  ArtemisServer with(ServerOptions changed) {
    return new ArtemisServer(changed);
  }

  @Override
  JvmCommand prepare(Path folder, Path data) throws IOException {
    String version = version();
    ServerJars jars =
        ServerJars.resolve(
            "Artemis " + version,
            List.of(
                "org.apache.artemis:artemis-server:" + version,
                "org.slf4j:slf4j-simple:" + Versions.builtIn("activemq.slf4j"),
                "org.slf4j:slf4j-api:" + Versions.builtIn("activemq.slf4j")));
    Jdk jdk = Jdk.preferred();
    List<Path> classPath = Launchers.classPath(jars.jars(), jars.cache());
    List<String> jvmOptions = new ArrayList<>(brokerProperties());
    // Off in the distribution, too: several lines a message.
    jvmOptions.add("-Dorg.slf4j.simpleLogger.log.org.apache.activemq.audit=off");
    jvmOptions.add("-Dorg.slf4j.simpleLogger.showDateTime=true");
    jvmOptions.add("-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS");
    return new JvmCommand(
        "Artemis " + version,
        jdk.executable(),
        jvmOptions(folder, jvmOptions),
        ClassArchive.of(jars.cache(), folder, jdk, classPath),
        classPath,
        Launchers.ARTEMIS,
        List.of(LOOPBACK, Integer.toString(ownPort()), data.toString()),
        READY,
        options.startTimeout());
  }

  @Override
  String image() {
    return Versions.image("artemis") + ":" + version();
  }

  @Override
  ContainerSpec container() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("ANONYMOUS_LOGIN", "true");
    List<String> jvmOptions = new ArrayList<>();
    jvmOptions.add("-Xms64m -Xmx" + options.heapMegabytes() + "m");
    jvmOptions.addAll(brokerProperties());
    jvmOptions.addAll(options.jvmOptions());
    environment.put("JAVA_ARGS_APPEND", String.join(" ", jvmOptions)); // behind the image's own
    return new ContainerSpec(
        "Artemis " + version(),
        image(),
        61616,
        ownHost(),
        ownPort(),
        environment,
        List.of(),
        log -> log.contains(READY),
        options.startTimeout());
  }

  private List<String> brokerProperties() {
    List<String> all = new ArrayList<>();
    new TreeMap<>(options.settings())
        .forEach((key, value) -> all.add("-Dbrokerconfig." + key + "=" + value));
    return all;
  }
}
