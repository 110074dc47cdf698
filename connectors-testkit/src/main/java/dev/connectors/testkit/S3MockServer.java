package dev.connectors.testkit;

import dev.connectors.core.Secret;
import dev.connectors.testkit.internal.ClassArchive;
import dev.connectors.testkit.internal.ContainerSpec;
import dev.connectors.testkit.internal.HttpAnswer;
import dev.connectors.testkit.internal.Jdk;
import dev.connectors.testkit.internal.JvmCommand;
import dev.connectors.testkit.internal.Launchers;
import dev.connectors.testkit.internal.ServerJars;
import dev.connectors.testkit.internal.Versions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Another S3, independent of {@link S3Server}: Adobe's S3Mock, which knows of versions and tags,
 * but does not check signatures.
 *
 * <pre>{@code
 * try (S3MockServer s3 = S3MockServer.create().start()) {
 *   S3AsyncClient client =
 *       S3AsyncClient.builder()
 *           .endpointOverride(s3.endpoint())
 *           .forcePathStyle(true)
 *           .region(Region.US_EAST_1)
 *           .credentialsProvider(
 *               StaticCredentialsProvider.create(
 *                   AwsBasicCredentials.create(s3.accessKeyId(), s3.secretAccessKey().reveal())))
 *           .build();
 * }
 * }</pre>
 *
 * <p>It has no buckets at first, and speaks no TLS. Conditions are not checked against requests
 * that come at the same time. {@link #withSetting} changes any of its settings.
 *
 * <p>The version is 5.2 unless {@link #withVersion} or {@code -Dconnectors.s3mock.version} says
 * otherwise. As a container it is the image {@code adobe/s3mock} of that version, unless {@code
 * -Dconnectors.s3mock.image} names another repository.
 *
 * @see <a href="https://github.com/adobe/S3Mock">S3Mock</a>
 */
public final class S3MockServer extends SuppliedServer<S3MockServer> {
  private static final String READY = "S3Mock accepts requests";
  private static final String STORE = "com.adobe.testing.s3mock.store.";

  private S3MockServer(ServerOptions options) {
    super("S3Mock", options);
  }

  /** A server yet to be started: on a free port, with data of its own, 256 MB of heap. */
  public static S3MockServer create() {
    return new S3MockServer(ServerOptions.withHeap(256));
  }

  /**
   * Another server, not started, with one more property of S3Mock or Spring, for example {@code
   * com.adobe.testing.s3mock.store.initial-buckets}.
   */
  public S3MockServer withSetting(String key, String value) {
    return new S3MockServer(options.withSetting(key, value));
  }

  /** What the client takes as an endpoint, such as {@code http://127.0.0.1:21234}. */
  public URI endpoint() {
    return URI.create("http://" + host() + ":" + port());
  }

  /** Any would do. */
  public String accessKeyId() {
    return S3Server.ACCESS_KEY_ID;
  }

  /** Any would do. */
  public Secret secretAccessKey() {
    return S3Server.SECRET_ACCESS_KEY;
  }

  @Override
  public String version() {
    @Nullable String chosen = options.version();
    return chosen == null ? Versions.of("s3mock") : chosen;
  }

  @Override
  S3MockServer with(ServerOptions changed) {
    return new S3MockServer(changed);
  }

  @Override
  JvmCommand prepare(Path folder, Path data) throws IOException {
    String version = version();
    ServerJars jars =
        ServerJars.resolve(
            "S3Mock " + version,
            List.of(
                "com.adobe.testing:s3mock:" + version,
                // Or else the one that Maven chooses is older than what logs.
                "org.slf4j:slf4j-api:" + Versions.builtIn("s3mock.slf4j")));
    Jdk jdk = Jdk.preferred();
    List<Path> classPath = Launchers.classPath(jars.jars(), jars.cache());
    List<String> arguments = new ArrayList<>(List.of(LOOPBACK, Integer.toString(ownPort())));
    settings(data.toString()).forEach((key, value) -> arguments.add("--" + key + "=" + value));
    return new JvmCommand(
        "S3Mock " + version,
        jdk.executable(),
        jvmOptions(folder, List.of()),
        ClassArchive.of(jars.cache(), folder, jdk, classPath),
        classPath,
        Launchers.S3MOCK,
        arguments,
        READY,
        options.startTimeout());
  }

  @Override
  String image() {
    return Versions.image("s3mock") + ":" + version();
  }

  @Override
  ContainerSpec container() {
    Map<String, String> environment = new TreeMap<>();
    List<String> jvmOptions = new ArrayList<>();
    jvmOptions.add("-Xmx" + options.heapMegabytes() + "m");
    jvmOptions.addAll(options.jvmOptions());
    environment.put("JAVA_TOOL_OPTIONS", String.join(" ", jvmOptions));
    environment.put("SPRING_APPLICATION_JSON", json(settings("/s3mockroot")));
    return new ContainerSpec(
        "S3Mock " + version(),
        image(),
        9090,
        ownHost(),
        ownPort(),
        environment,
        List.of(),
        log -> HttpAnswer.comesFrom(URI.create("http://" + ownHost() + ":" + ownPort())),
        options.startTimeout());
  }

  private Map<String, String> settings(String data) {
    Map<String, String> settings = new TreeMap<>();
    settings.put(STORE + "root", data);
    settings.put(STORE + "retain-files-on-exit", "true");
    settings.putAll(options.settings());
    return settings;
  }

  /** Which Spring reads from a variable of its own. */
  private static String json(Map<String, String> settings) {
    List<String> members = new ArrayList<>();
    settings.forEach((key, value) -> members.add(quoted(key) + ":" + quoted(value)));
    return "{" + String.join(",", members) + "}";
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
