package dev.connectors.testkit.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The main classes that servers are started with. */
public final class Launchers {
  /** Runs Kafka. */
  public static final String KAFKA = LauncherJar.PACKAGE + ".KafkaNode";

  /** Runs Elasticsearch. */
  public static final String ELASTICSEARCH = LauncherJar.PACKAGE + ".ElasticsearchNode";

  /** Runs ActiveMQ Classic. */
  public static final String ACTIVEMQ = LauncherJar.PACKAGE + ".ActiveMqNode";

  /** Runs Artemis. */
  public static final String ARTEMIS = LauncherJar.PACKAGE + ".ArtemisNode";

  /** Runs the Pub/Sub emulator. */
  public static final String PUBSUB = LauncherJar.PACKAGE + ".PubSubNode";

  /** Runs S3Mock. */
  public static final String S3MOCK = LauncherJar.PACKAGE + ".S3MockNode";

  /** Runs S3Proxy. */
  public static final String S3PROXY = LauncherJar.PACKAGE + ".S3ProxyNode";

  private Launchers() {}

  /** The server's jars, behind the launchers'. */
  public static List<Path> classPath(List<Path> jars, Path cache) throws IOException {
    List<Path> all = new ArrayList<>();
    all.add(LauncherJar.in(cache));
    all.addAll(jars);
    return all;
  }
}
