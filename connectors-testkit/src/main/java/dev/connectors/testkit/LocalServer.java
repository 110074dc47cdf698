package dev.connectors.testkit;

import dev.connectors.testkit.internal.ForkedJvm;
import dev.connectors.testkit.internal.JvmCommand;
import dev.connectors.testkit.internal.LogTail;
import dev.connectors.testkit.internal.Ports;
import dev.connectors.testkit.internal.WorkFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The life of a server that is a forked JVM; subclasses say what to fork. */
abstract class LocalServer implements TestServer {
  final ServerOptions options;
  private final String name;
  private final Thread atExit;

  private int port;
  private @Nullable WorkFolder work;
  private volatile @Nullable ForkedJvm jvm;
  private boolean closed;

  LocalServer(String name, ServerOptions options) {
    this.name = name;
    this.options = options;
    this.port = options.port() == null ? 0 : options.port();
    this.atExit = new Thread(this::discard, "discard-" + name);
  }

  /**
   * Prepares {@code folder} and says what to run.
   *
   * @param folder for configuration and temporary files; exists
   * @param data what must survive a restart; exists
   */
  abstract JvmCommand prepare(Path folder, Path data) throws IOException;

  @Override
  public synchronized LocalServer start() {
    if (closed) {
      throw new IllegalStateException(name + " is closed");
    }
    if (!isRunning()) {
      fork();
    }
    return this;
  }

  @Override
  public synchronized LocalServer restart() {
    stop();
    return start();
  }

  @Override
  public synchronized void stop() {
    ForkedJvm running = jvm;
    if (running != null) {
      running.stop();
    }
  }

  @Override
  public synchronized void kill() {
    ForkedJvm running = jvm;
    if (running != null) {
      running.destroy();
    }
  }

  @Override
  public synchronized void pause() {
    running().pause();
  }

  @Override
  public synchronized void resume() {
    ForkedJvm running = jvm;
    if (running != null) {
      running.resume();
    }
  }

  @Override
  public boolean isRunning() {
    ForkedJvm running = jvm;
    return running != null && running.isAlive();
  }

  @Override
  public boolean isPaused() {
    ForkedJvm running = jvm;
    return running != null && running.isPaused();
  }

  @Override
  public long pid() {
    return running().pid();
  }

  @Override
  public synchronized int port() {
    if (port == 0) {
      port = Ports.free();
    }
    return port;
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
    if (work != null) {
      forgetExit();
      work.delete();
      work.deleteLogUnlessBuilding();
    }
  }

  @Override
  public String toString() {
    return name + " " + version() + " at 127.0.0.1:" + port();
  }

  private void fork() {
    WorkFolder here = workFolder();
    Path data =
        options.dataDirectory() == null ? here.folder().resolve("data") : options.dataDirectory();
    try {
      Files.createDirectories(data);
      JvmCommand command = prepare(here.folder(), data);
      LogTail log = LogTail.fromEndOf(here.log());
      ForkedJvm forked = ForkedJvm.fork(command, here.folder(), here.log());
      jvm = forked;
      forked.awaitReady(log);
    } catch (IOException failure) {
      throw new UncheckedIOException(name + " could not be prepared", failure);
    }
  }

  private WorkFolder workFolder() {
    WorkFolder here = work;
    if (here == null) {
      here = WorkFolder.create(name.toLowerCase(Locale.ROOT));
      work = here;
      Runtime.getRuntime().addShutdownHook(atExit);
    }
    return here;
  }

  private ForkedJvm running() {
    ForkedJvm running = jvm;
    if (running == null || !running.isAlive()) {
      throw new IllegalStateException(name + " is not running");
    }
    return running;
  }

  /**
   * At the end of this JVM, for who doesn't close. Takes no lock: a start may be under way. A
   * server whose data is to be kept ends by itself, in good order, as its standard input ends.
   */
  @SuppressWarnings("GuardedBy") // see above
  private void discard() {
    ForkedJvm running = jvm;
    WorkFolder here = work;
    if (options.dataDirectory() == null && here != null) {
      if (running != null) {
        running.destroy();
      }
      here.delete();
    }
  }

  private void forgetExit() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // Then it runs, and finds nothing left to do.
    }
  }

  /** The options that every server's JVM gets, the user's own last. */
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
