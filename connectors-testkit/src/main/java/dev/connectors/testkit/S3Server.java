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
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An S3 on this machine: S3Proxy, which keeps objects as files, and checks signatures.
 *
 * <pre>{@code
 * try (S3Server s3 = S3Server.create().start()) {
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
 * <p>It has no buckets at first. It does not know what S3 knows of versions, tags, {@code maxParts}
 * and {@code partNumber}; see its own page for more, and {@link S3MockServer} for another. {@link
 * #withSetting} changes any of its settings.
 *
 * <p>The version is 4.1 unless {@link #withVersion} or {@code -Dconnectors.s3proxy.version} says
 * otherwise. As a container it is the image {@code andrewgaul/s3proxy} of that version, unless
 * {@code -Dconnectors.s3proxy.image} names another repository.
 *
 * @see <a href="https://github.com/gaul/s3proxy">S3Proxy</a>
 */
public final class S3Server extends SuppliedServer<S3Server> {
  private static final String READY = "S3Proxy accepts requests";
  private static final String AUTHORIZATION = "aws-v2-or-v4";
  private static final String PROVIDER = "filesystem-nio2";
  private static final int CONTAINER_PORT = 8080;
  static final String ACCESS_KEY_ID = "test-access-key";
  static final Secret SECRET_ACCESS_KEY = Secret.of("test-secret-key");

  private S3Server(ServerOptions options) {
    super("S3Proxy", options);
  }

  /** A server yet to be started: on a free port, with data of its own, 256 MB of heap. */
  public static S3Server create() {
    return new S3Server(ServerOptions.withHeap(256));
  }

  /**
   * Another server, not started, with one more property of S3Proxy or jclouds, for example {@code
   * s3proxy.v4-max-non-chunked-request-size}.
   */
  public S3Server withSetting(String key, String value) {
    return new S3Server(options.withSetting(key, value));
  }

  /** What the client takes as an endpoint, such as {@code http://127.0.0.1:21234}. */
  public URI endpoint() {
    return URI.create("http://" + host() + ":" + port());
  }

  /** Of the only account. */
  public String accessKeyId() {
    return ACCESS_KEY_ID;
  }

  /** Of the only account. */
  public Secret secretAccessKey() {
    return SECRET_ACCESS_KEY;
  }

  @Override
  public String version() {
    @Nullable String chosen = options.version();
    return chosen == null ? Versions.of("s3proxy") : chosen;
  }

  @Override
  S3Server with(ServerOptions changed) {
    return new S3Server(changed);
  }

  @Override
  JvmCommand prepare(Path folder, Path data) throws IOException {
    String version = version();
    ServerJars jars =
        ServerJars.resolve(
            "S3Proxy " + version, List.of("org.gaul:s3proxy:jar:jar-with-dependencies:" + version));
    Jdk jdk = Jdk.preferred();
    List<Path> classPath = Launchers.classPath(jars.jars(), jars.cache());
    return new JvmCommand(
        "S3Proxy " + version,
        jdk.executable(),
        jvmOptions(folder, List.of()),
        ClassArchive.of(jars.cache(), folder, jdk, classPath),
        classPath,
        Launchers.S3PROXY,
        List.of(properties(folder, data).toString()),
        READY,
        options.startTimeout());
  }

  private Path properties(Path folder, Path data) throws IOException {
    Properties properties = new Properties();
    properties.put("s3proxy.endpoint", "http://" + LOOPBACK + ":" + ownPort());
    properties.put("s3proxy.authorization", AUTHORIZATION);
    properties.put("s3proxy.identity", ACCESS_KEY_ID);
    properties.put("s3proxy.credential", SECRET_ACCESS_KEY.reveal());
    // Such as x-amz-mp-object-size, which S3 compares and other stores pass over.
    properties.put("s3proxy.ignore-unknown-headers", "true");
    properties.put("jclouds.provider", PROVIDER);
    properties.put("jclouds.identity", "none");
    properties.put("jclouds.credential", "none");
    properties.put("jclouds.filesystem.basedir", data.toString());
    properties.putAll(options.settings());
    Path file = folder.resolve("s3proxy.properties");
    try (Writer out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    }
    return file;
  }

  @Override
  String image() {
    return Versions.image("s3proxy") + ":" + version();
  }

  @Override
  ContainerSpec container() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("S3PROXY_ENDPOINT", "http://0.0.0.0:" + CONTAINER_PORT);
    environment.put("S3PROXY_AUTHORIZATION", AUTHORIZATION);
    environment.put("S3PROXY_IDENTITY", ACCESS_KEY_ID);
    environment.put("S3PROXY_CREDENTIAL", SECRET_ACCESS_KEY.reveal());
    environment.put("S3PROXY_IGNORE_UNKNOWN_HEADERS", "true");
    environment.put("JCLOUDS_PROVIDER", PROVIDER);
    environment.put("JCLOUDS_IDENTITY", "none");
    environment.put("JCLOUDS_CREDENTIAL", "none");
    environment.put("JCLOUDS_FILESYSTEM_BASEDIR", "/data");
    List<String> jvmOptions = new ArrayList<>();
    jvmOptions.add("-Xmx" + options.heapMegabytes() + "m");
    // System properties win over what the image makes of its environment.
    new TreeMap<>(options.settings())
        .forEach((key, value) -> jvmOptions.add("-D" + key + "=" + value));
    jvmOptions.addAll(options.jvmOptions());
    environment.put("S3PROXY_JAVA_OPTS", String.join(" ", jvmOptions));
    return new ContainerSpec(
        "S3Proxy " + version(),
        image(),
        CONTAINER_PORT,
        ownHost(),
        ownPort(),
        environment,
        List.of(),
        log -> HttpAnswer.comesFrom(URI.create("http://" + ownHost() + ":" + ownPort())),
        options.startTimeout());
  }
}
