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
 * Apache ActiveMQ Classic: one persistent broker (KahaDB), without security.
 *
 * <pre>{@code
 * try (ActiveMqServer broker = ActiveMqServer.create().start()) {
 *   ConnectionFactory factory = new ActiveMQConnectionFactory(broker.brokerUrl());
 * }
 * }</pre>
 *
 * <p>Everything is Classic's default: destinations are created on first use, and messages that were
 * redelivered too often go to {@code ActiveMQ.DLQ}. A local process also has the scheduler on,
 * which delayed delivery needs.
 *
 * <p>The version is 6.3 unless {@link #withVersion} or {@code -Dconnectors.activemq.version} says
 * otherwise. As a container it is the image {@code apache/activemq-classic} of that version, unless
 * {@code -Dconnectors.activemq.image} names another repository. A local process needs the Java 17
 * or newer that runs this.
 *
 * @see <a href="https://activemq.apache.org/components/classic/documentation/">ActiveMQ Classic</a>
 */
public final class ActiveMqServer extends SuppliedServer<ActiveMqServer> {
  /** Ends the line that names the broker, not those of its connectors. */
  private static final String READY = ") started";

  private ActiveMqServer(ServerOptions options) {
    super("ActiveMQ", options);
  }

  /** A server yet to be started: on a free port, with data of its own, 256 MB of heap. */
  public static ActiveMqServer create() {
    return new ActiveMqServer(ServerOptions.withHeap(256));
  }

  /**
   * What Classic's connection factory takes, such as {@code tcp://127.0.0.1:21234}; within {@code
   * failover:(…)} the client reconnects by itself.
   */
  public String brokerUrl() {
    return "tcp://" + host() + ":" + port();
  }

  @Override
  public String version() {
    @Nullable String chosen = options.version();
    return chosen == null ? Versions.of("activemq") : chosen;
  }

  @Override
  ActiveMqServer with(ServerOptions changed) {
    return new ActiveMqServer(changed);
  }

  @Override
  JvmCommand prepare(Path folder, Path data) throws IOException {
    String version = version();
    ServerJars jars =
        ServerJars.resolve(
            "ActiveMQ " + version,
            List.of(
                "org.apache.activemq:activemq-broker:" + version,
                "org.apache.activemq:activemq-kahadb-store:" + version,
                "org.slf4j:slf4j-simple:" + Versions.builtIn("activemq.slf4j"),
                "org.slf4j:slf4j-api:" + Versions.builtIn("activemq.slf4j")));
    Jdk jdk = Jdk.preferred();
    List<Path> classPath = Launchers.classPath(jars.jars(), jars.cache());
    return new JvmCommand(
        "ActiveMQ " + version,
        jdk.executable(),
        jvmOptions(
            folder,
            List.of(
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS")),
        ClassArchive.of(jars.cache(), folder, jdk, classPath),
        classPath,
        Launchers.ACTIVEMQ,
        List.of(LOOPBACK, Integer.toString(ownPort()), data.toString()),
        READY,
        options.startTimeout());
  }

  @Override
  String image() {
    return Versions.image("activemq") + ":" + version();
  }

  @Override
  ContainerSpec container() {
    Map<String, String> environment = new TreeMap<>();
    List<String> memory = new ArrayList<>();
    memory.add("-Xmx" + options.heapMegabytes() + "m");
    memory.addAll(options.jvmOptions());
    environment.put("ACTIVEMQ_OPTS_MEMORY", String.join(" ", memory));
    return new ContainerSpec(
        "ActiveMQ " + version(),
        image(),
        61616,
        ownHost(),
        ownPort(),
        environment,
        List.of(),
        log -> log.contains(READY),
        options.startTimeout());
  }
}
