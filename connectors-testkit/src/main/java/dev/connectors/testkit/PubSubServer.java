package dev.connectors.testkit;

import com.google.api.gax.rpc.TransportChannelProvider;
import dev.connectors.testkit.internal.ContainerSpec;
import dev.connectors.testkit.internal.Jdk;
import dev.connectors.testkit.internal.JvmCommand;
import dev.connectors.testkit.internal.Launchers;
import dev.connectors.testkit.internal.PubSubChannels;
import dev.connectors.testkit.internal.PubSubEmulator;
import dev.connectors.testkit.internal.Versions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Google Cloud Pub/Sub on this machine: Google's own emulator.
 *
 * <pre>{@code
 * try (PubSubServer pubSub = PubSubServer.create().start()) {
 *   Publisher publisher =
 *       Publisher.newBuilder(TopicName.of("test", "orders"))
 *           .setChannelProvider(pubSub.channelProvider())
 *           .setCredentialsProvider(NoCredentialsProvider.create())
 *           .build();
 * }
 * }</pre>
 *
 * <p>As a local process it is the emulator that the Cloud SDK of this machine has installed: one
 * that the SDK's {@code gcloud} on the path or the usual places lead to, or the jar that {@code
 * -Dconnectors.pubsub.emulator} names. It can't be downloaded from Maven Central as other servers
 * are; what version 0.8.20 lacks to notice that a call was cancelled is. As a container it is the
 * image {@code google-cloud-cli} of Google's registry in the version that {@link #withVersion} or
 * {@code -Dconnectors.pubsub.version} say, unless {@code -Dconnectors.pubsub.image} names another
 * repository. Where there is neither, {@link #unavailable} says so and a start fails; {@link
 * WithServers} skips the tests.
 *
 * <p>It keeps nothing on disk: topics, subscriptions and messages are gone after {@link #stop} and
 * {@link #kill}; {@link #pause} and the {@linkplain #proxy() proxy} leave them. It has none at
 * first, and every project exists. It passes over what it does not know: filters of subscriptions,
 * the server's side of flow control, limits of attributes and messages.
 *
 * @see <a href="https://docs.cloud.google.com/pubsub/docs/emulator">Pub/Sub: the emulator</a>
 */
public final class PubSubServer extends SuppliedServer<PubSubServer> {
  private static final String READY = "Server started, listening on";
  private static final int CONTAINER_PORT = 8085;

  private PubSubServer(ServerOptions options) {
    super("PubSub", options);
  }

  /** A server yet to be started: on a free port, with up to 1 GB of heap, where it keeps all. */
  public static PubSubServer create() {
    return new PubSubServer(ServerOptions.withHeap(1024));
  }

  /**
   * Why no emulator can be started on this machine, in the way that is asked for; empty where one
   * can. May take a pull, as {@link #supply} does.
   */
  public Optional<String> unavailable() {
    try {
      return supply() == ServerSupply.CONTAINERS || PubSubEmulator.installed().isPresent()
          ? Optional.empty()
          : Optional.of("There is no Pub/Sub emulator on this machine: " + PubSubEmulator.ADVICE);
    } catch (ServerStartException noContainer) {
      return Optional.ofNullable(noContainer.getMessage());
    }
  }

  /** What clients take as {@code PUBSUB_EMULATOR_HOST}, such as {@code 127.0.0.1:21234}. */
  public String emulatorHost() {
    return host() + ":" + port();
  }

  /**
   * How clients connect: in plain text, each client with channels of its own, which it closes. It
   * answers for emulators before version 0.8.32 what they don't: the clients since 1.147 tear down
   * a stream whose server is silent to their keep-alive. Needs {@code
   * com.google.cloud:google-cloud-pubsub} on the class path.
   */
  public TransportChannelProvider channelProvider() {
    return PubSubChannels.to(emulatorHost());
  }

  /**
   * Not supported: the emulator keeps nothing.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public PubSubServer withDataDirectory(Path directory) {
    throw new UnsupportedOperationException("The Pub/Sub emulator keeps no data on disk");
  }

  /** Another server, not started; as a container of that version of the Cloud SDK. */
  @Override
  public PubSubServer withVersion(String version) {
    return new PubSubServer(options.withVersion(version));
  }

  /** The emulator's own as a local process, the Cloud SDK's as a container. */
  @Override
  public String version() {
    return supply() == ServerSupply.CONTAINERS
        ? imageVersion()
        : PubSubEmulator.installed().map(PubSubEmulator::version).orElse("(not installed)");
  }

  @Override
  PubSubServer with(ServerOptions changed) {
    return new PubSubServer(changed);
  }

  @Override
  JvmCommand prepare(Path folder, Path data) throws IOException {
    PubSubEmulator emulator =
        PubSubEmulator.installed()
            .orElseThrow(
                () -> new ServerStartException(unavailable().orElseThrow(), (Throwable) null));
    return new JvmCommand(
        "Pub/Sub emulator " + emulator.version(),
        Jdk.preferred().executable(),
        jvmOptions(folder, List.of()),
        null,
        Launchers.classPath(emulator.classPath(), folder),
        Launchers.PUBSUB,
        List.of("--host=" + LOOPBACK, "--port=" + ownPort()),
        READY,
        options.startTimeout());
  }

  @Override
  String image() {
    return Versions.image("pubsub") + ":" + imageVersion() + "-emulators";
  }

  @Override
  ContainerSpec container() {
    List<String> jvm = new ArrayList<>();
    jvm.add("-Xmx" + options.heapMegabytes() + "m");
    jvm.addAll(options.jvmOptions());
    return new ContainerSpec(
        "Pub/Sub emulator of the Cloud SDK " + imageVersion(),
        image(),
        CONTAINER_PORT,
        ownHost(),
        ownPort(),
        Map.of("JAVA_OPTS", String.join(" ", jvm)),
        List.of(
            "gcloud",
            "beta",
            "emulators",
            "pubsub",
            "start",
            "--host-port=0.0.0.0:" + CONTAINER_PORT),
        log -> log.contains(READY),
        options.startTimeout());
  }

  private String imageVersion() {
    @Nullable String chosen = options.version();
    return chosen == null ? Versions.of("pubsub") : chosen;
  }
}
