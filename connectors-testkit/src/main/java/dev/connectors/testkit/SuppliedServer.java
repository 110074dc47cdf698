package dev.connectors.testkit;

import dev.connectors.testkit.internal.ContainerSpec;
import dev.connectors.testkit.internal.ContainerSupply;
import dev.connectors.testkit.internal.Docker;
import dev.connectors.testkit.internal.JvmCommand;
import dev.connectors.testkit.internal.LocalSupply;
import dev.connectors.testkit.internal.Ports;
import dev.connectors.testkit.internal.Supply;
import dev.connectors.testkit.internal.SupplyChoice;
import dev.connectors.testkit.internal.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The life of a server, however it is supplied; subclasses say what to fork, and which container is
 * the same.
 *
 * @param <S> the subclass
 */
abstract class SuppliedServer<S extends SuppliedServer<S>> implements TestServer {
  static final String LOOPBACK = "127.0.0.1";

  final ServerOptions options;
  private final String name;
  private final Thread atExit;

  private int port;
  private @Nullable ServerSupply chosen;
  private @Nullable TcpProxy proxy;
  private @Nullable WorkFolder work;
  private volatile @Nullable Supply supply;
  private boolean closed;

  SuppliedServer(String name, ServerOptions options) {
    this.name = name;
    this.options = options;
    this.port = options.port() == null ? 0 : options.port();
    this.atExit = new Thread(this::discard, "discard-" + name);
  }

  /** Another server, not started. */
  abstract S with(ServerOptions changed);

  /**
   * Prepares {@code folder} and says what to run as a local process.
   *
   * @param folder for configuration and temporary files; exists
   * @param data what must survive a restart; exists
   */
  abstract JvmCommand prepare(Path folder, Path data) throws IOException;

  /**
   * Says what to run as a container, which is published at {@link #ownHost()} and {@link
   * #ownPort()}.
   */
  abstract ContainerSpec container();

  /** The image that a container is started from. */
  abstract String image();

  /**
   * Another server, not started, that keeps its data in {@code directory} and doesn't delete it. It
   * is a local process: a container's data stays in it.
   */
  public S withDataDirectory(Path directory) {
    return with(options.withDataDirectory(directory));
  }

  /** Another server, not started, on {@code port}; that of a proxy is any. */
  public S withPort(int port) {
    return with(options.withPort(port));
  }

  /** Another server, not started, whose clients go through a {@linkplain #proxy() proxy}. */
  public S withProxy() {
    return with(options.withProxy());
  }

  /** Another server, not started, of {@code version}. */
  public S withVersion(String version) {
    return with(options.withVersion(version));
  }

  /** Another server, not started, supplied in the way of {@code supply}. */
  public S withSupply(ServerSupply supply) {
    return with(options.withSupply(supply));
  }

  /** Another server, not started, with {@code megabytes} of heap. */
  public S withHeapMegabytes(int megabytes) {
    return with(options.withHeapMegabytes(megabytes));
  }

  /**
   * Another server, not started, whose start may take as long as {@code timeout}: 120 s if unset.
   */
  public S withStartTimeout(Duration timeout) {
    return with(options.withStartTimeout(timeout));
  }

  /** Another server, not started, whose JVM gets one more option, which wins over ours. */
  public S withJvmOption(String option) {
    return with(options.withJvmOption(option));
  }

  @Override
  public synchronized S start() {
    if (closed) {
      throw new IllegalStateException(name + " is closed");
    }
    Supply here = supply;
    if (here == null) {
      here = newSupply();
      supply = here;
      Runtime.getRuntime().addShutdownHook(atExit);
    }
    if (!here.isRunning()) {
      here.start();
    }
    return self();
  }

  @Override
  public synchronized S restart() {
    stop();
    return start();
  }

  @Override
  public synchronized void stop() {
    Supply here = supply;
    if (here != null) {
      here.stop();
    }
  }

  @Override
  public synchronized void kill() {
    Supply here = supply;
    if (here != null) {
      here.kill();
    }
  }

  @Override
  public synchronized void pause() {
    running().pause();
  }

  @Override
  public synchronized void resume() {
    Supply here = supply;
    if (here != null) {
      here.resume();
    }
  }

  @Override
  public boolean isRunning() {
    Supply here = supply;
    return here != null && here.isRunning();
  }

  @Override
  public boolean isPaused() {
    Supply here = supply;
    return here != null && here.isPaused();
  }

  @Override
  public long pid() {
    return running().pid();
  }

  @Override
  public int port() {
    return options.proxied() ? proxy().port() : ownPort();
  }

  @Override
  public String host() {
    return options.proxied() ? LOOPBACK : ownHost();
  }

  @Override
  public synchronized TcpProxy proxy() {
    if (!options.proxied()) {
      throw new IllegalStateException(name + " has no proxy: it was not created withProxy()");
    }
    if (proxy == null) {
      proxy = TcpProxy.to(ownHost(), ownPort());
    }
    return proxy;
  }

  /** The port of the server itself, behind a proxy or not. */
  final synchronized int ownPort() {
    if (port == 0) {
      port = Ports.free();
    }
    return port;
  }

  /** Where the server itself is reached, behind a proxy or not. */
  final String ownHost() {
    return supply() == ServerSupply.CONTAINERS ? Docker.ofThisJvm().publishedAt() : LOOPBACK;
  }

  @Override
  public synchronized ServerSupply supply() {
    ServerSupply way = chosen;
    if (way == null) {
      ServerSupply wanted = options.supply() == null ? ServerSupply.requested() : options.supply();
      way =
          SupplyChoice.of(
              wanted,
              name,
              image(),
              options.dataDirectory() == null ? null : "its data directory is on this machine",
              Docker.ofThisJvm());
      chosen = way;
    }
    return way;
  }

  @Override
  public synchronized Path logFile() {
    if (work == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return work.log();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    stop();
    if (proxy != null) {
      proxy.close();
    }
    Supply here = supply;
    if (here != null) {
      forgetExit();
      here.remove();
    }
    if (work != null) {
      work.delete();
      work.deleteLogUnlessBuilding();
    }
  }

  @Override
  public String toString() {
    return name + " " + version() + " at " + host() + ":" + port();
  }

  @SuppressWarnings("unchecked") // what S is
  private S self() {
    return (S) this;
  }

  private Supply newSupply() {
    ServerSupply way = supply();
    WorkFolder here = WorkFolder.create(name.toLowerCase(Locale.ROOT));
    work = here;
    return way == ServerSupply.CONTAINERS
        ? new ContainerSupply(container(), here.log())
        : new LocalSupply(name, this::prepare, here.folder(), here.log(), options.dataDirectory());
  }

  private Supply running() {
    Supply here = supply;
    if (here == null || !here.isRunning()) {
      throw new IllegalStateException(name + " is not running");
    }
    return here;
  }

  /** At the end of this JVM, for who doesn't close. Takes no lock: a start may be under way. */
  @SuppressWarnings("GuardedBy") // see above
  private void discard() {
    Supply here = supply;
    WorkFolder files = work;
    if (here != null) {
      here.discard();
    }
    if (files != null && options.dataDirectory() == null) {
      files.delete();
    }
  }

  private void forgetExit() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // Then it runs, and finds nothing left to do.
    }
  }

  /** The options that every local server's JVM gets, the user's own last. */
  final List<String> jvmOptions(Path folder, List<String> own) throws IOException {
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    List<String> all = new ArrayList<>();
    all.add("-Xmx" + options.heapMegabytes() + "m");
    // Small and quick to start rather than fast.
    all.add("-XX:+UseSerialGC");
    all.add("-XX:TieredStopAtLevel=1");
    all.add("-Djava.io.tmpdir=" + temporary);
    all.addAll(own);
    all.addAll(options.jvmOptions());
    return all;
  }
}
