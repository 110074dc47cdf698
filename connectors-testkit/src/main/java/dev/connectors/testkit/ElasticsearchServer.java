package dev.connectors.testkit;

import dev.connectors.testkit.internal.ClassArchive;
import dev.connectors.testkit.internal.ContainerSpec;
import dev.connectors.testkit.internal.ElasticsearchHealth;
import dev.connectors.testkit.internal.ElasticsearchHome;
import dev.connectors.testkit.internal.Jdk;
import dev.connectors.testkit.internal.JvmCommand;
import dev.connectors.testkit.internal.Launchers;
import dev.connectors.testkit.internal.ServerJars;
import dev.connectors.testkit.internal.Versions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Elasticsearch: one node, without security.
 *
 * <pre>{@code
 * try (ElasticsearchServer server = ElasticsearchServer.create().start()) {
 *   RestClient rest = RestClient.builder(HttpHost.create(server.uri().toString())).build();
 *   ElasticsearchTransport transport = new RestClientTransport(rest, new JacksonJsonpMapper());
 * }
 * }</pre>
 *
 * <p>As a local process its version is 9.5 where a JDK 21 or newer is found (see {@code
 * -Dconnectors.jdk}), else 8.19 on the JDK that runs this. As a container it is the image {@code
 * elasticsearch} of version 9.5, unless {@code -Dconnectors.elasticsearch.image} names another
 * repository. {@link #withVersion} or {@code -Dconnectors.elasticsearch.version} choose the version
 * of both. The 8.19 client works with 8.19 and 9.5.
 *
 * <p>What Maven Central has of the server, and so the local process, is its core: documents, bulk,
 * search, aggregations, scroll, points in time, templates and aliases. Scripts, ingest pipelines,
 * update and delete by query, reindex, data streams, ES|QL and security are modules that it doesn't
 * have.
 *
 * @see <a
 *     href="https://www.elastic.co/docs/reference/elasticsearch/configuration-reference">Settings</a>
 */
public final class ElasticsearchServer extends SuppliedServer<ElasticsearchServer> {
  private static final String READY = "dev.connectors.testkit: Elasticsearch is ready";

  private ElasticsearchServer(ServerOptions options) {
    super("Elasticsearch", options);
  }

  /** A server yet to be started: on a free port, with data of its own, 512 MB of heap. */
  public static ElasticsearchServer create() {
    return new ElasticsearchServer(ServerOptions.withHeap(512));
  }

  /** Another server, not started, of {@code version}; 9 and newer need a JDK 21. */
  @Override
  public ElasticsearchServer withVersion(String version) {
    return new ElasticsearchServer(options.withVersion(version));
  }

  /** Another server, not started, with one more setting in {@code elasticsearch.yml}. */
  public ElasticsearchServer withSetting(String key, String value) {
    return new ElasticsearchServer(options.withSetting(key, value));
  }

  /** Where clients connect to, such as {@code http://127.0.0.1:21234}. */
  public URI uri() {
    return uri(host(), port());
  }

  private static URI uri(String host, int port) {
    return URI.create("http://" + host + ":" + port);
  }

  @Override
  public String version() {
    String chosen = chosenVersion();
    if (chosen != null) {
      return chosen;
    }
    String newest = Versions.builtIn("elasticsearch");
    return supply() == ServerSupply.CONTAINERS
            || Jdk.atLeast(ElasticsearchHome.jdkFor(newest)).isPresent()
        ? newest
        : Versions.builtIn("elasticsearch.jdk17");
  }

  private @Nullable String chosenVersion() {
    return options.version() == null ? Versions.requested("elasticsearch") : options.version();
  }

  @Override
  ElasticsearchServer with(ServerOptions changed) {
    return new ElasticsearchServer(changed);
  }

  @Override
  JvmCommand prepare(Path folder, Path data) throws IOException {
    String version = version();
    Jdk jdk = jdkFor(version);
    ServerJars jars =
        ServerJars.resolve(
            "Elasticsearch " + version,
            List.of(
                "org.elasticsearch:elasticsearch:" + version,
                "org.elasticsearch.plugin:transport-netty4:" + version));
    ElasticsearchHome home = new ElasticsearchHome(folder.resolve("home"), version);
    home.write(settings(data), jars.jars());
    List<Path> classPath =
        Launchers.classPath(ElasticsearchHome.serverJars(jars.jars()), jars.cache());
    return new JvmCommand(
        "Elasticsearch " + version,
        jdk.executable(),
        jvmOptions(folder, home.jvmOptions(folder.resolve("tmp"))),
        ClassArchive.of(jars.cache(), folder, jdk, classPath),
        classPath,
        Launchers.ELASTICSEARCH,
        List.of(home.folder().toString(), READY),
        READY,
        options.startTimeout());
  }

  private static Jdk jdkFor(String version) {
    int needed = ElasticsearchHome.jdkFor(version);
    return Jdk.atLeast(needed)
        .orElseThrow(
            () ->
                new ServerStartException(
                    "Elasticsearch "
                        + version
                        + " needs a JDK "
                        + needed
                        + " or newer, and none was found: name one with -Dconnectors.jdk=<its home>",
                    (Throwable) null));
  }

  @Override
  String image() {
    String chosen = chosenVersion();
    return Versions.image("elasticsearch")
        + ":"
        + (chosen == null ? Versions.builtIn("elasticsearch") : chosen);
  }

  @Override
  ContainerSpec container() {
    Map<String, String> environment = new TreeMap<>(settings());
    environment.putIfAbsent("network.host", "0.0.0.0");
    environment.putIfAbsent("xpack.security.enabled", "false");
    String heap = options.heapMegabytes() + "m";
    List<String> jvmOptions = new ArrayList<>();
    jvmOptions.add("-Xms" + heap + " -Xmx" + heap); // the image wants them to be the same
    jvmOptions.add("-XX:TieredStopAtLevel=1");
    jvmOptions.addAll(options.jvmOptions());
    environment.put("ES_JAVA_OPTS", String.join(" ", jvmOptions));
    URI uri = uri(ownHost(), ownPort());
    return new ContainerSpec(
        "Elasticsearch " + version(),
        image(),
        9200,
        ownHost(),
        ownPort(),
        environment,
        List.of(),
        log -> ElasticsearchHealth.isGood(uri),
        options.startTimeout());
  }

  /** Of a process; {@code data} is its own. */
  private Map<String, String> settings(Path data) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("network.host", LOOPBACK);
    all.put("http.port", Integer.toString(ownPort()));
    all.put("transport.port", "0"); // nothing connects to it
    all.put("path.data", data.toString());
    all.putAll(settings());
    return all;
  }

  /** Of a process and a container. */
  private Map<String, String> settings() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("cluster.name", "testkit");
    all.put("discovery.type", "single-node");
    // The disk of a build machine is often nearly full, which would make indices read-only.
    all.put("cluster.routing.allocation.disk.threshold_enabled", "false");
    all.put("action.destructive_requires_name", "false"); // lets a test delete all indices
    all.putAll(options.settings());
    return all;
  }
}
