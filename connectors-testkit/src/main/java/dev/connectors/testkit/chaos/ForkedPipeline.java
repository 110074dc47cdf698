package dev.connectors.testkit.chaos;

import dev.connectors.testkit.internal.ForkedJvm;
import dev.connectors.testkit.internal.JvmCommand;
import dev.connectors.testkit.internal.LogTail;
import dev.connectors.testkit.internal.WorkFolder;
import dev.connectors.testkit.internal.chaos.LineScan;
import dev.connectors.testkit.internal.chaos.PipelineLauncher;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline's main class in a JVM of its own, to be killed, paused and started again.
 *
 * <pre>{@code
 * try (ForkedPipeline pipeline = ForkedPipeline.of(OrdersMain.class).withArguments(servers)) {
 *   pipeline.start();
 *   pipeline.awaitLine("COPIED");
 *   pipeline.kill();
 *   pipeline.start();
 * }
 * }</pre>
 *
 * <p>It runs on this JVM's Java and class path, test classes included, in this JVM's working
 * directory, with a temporary directory of its own. It tells of its progress by lines on its
 * standard output. It never outlives this JVM, even if that is killed: it halts when its standard
 * input ends, and so must leave that alone.
 *
 * <p>The {@code with…} methods return another pipeline, not started. Thread-safe, but for {@code
 * awaitLine}, which waits in its caller's thread and holds nothing meanwhile.
 */
public final class ForkedPipeline implements AutoCloseable {
  private static final Duration LINE_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(10);

  private final Class<?> main;
  private final List<String> jvmOptions;
  private final List<String> arguments;
  private final Map<String, LineScan> scans = new HashMap<>();
  private @Nullable WorkFolder work;
  private @Nullable ForkedJvm jvm;
  private long logStart;
  private long started;
  private int runs;
  private boolean closed;

  private ForkedPipeline(Class<?> main, List<String> jvmOptions, List<String> arguments) {
    this.main = main;
    this.jvmOptions = jvmOptions;
    this.arguments = arguments;
  }

  /** A pipeline yet to be started: without arguments, with the JVM's own defaults. */
  public static ForkedPipeline of(Class<?> main) {
    return new ForkedPipeline(main, List.of(), List.of());
  }

  /** Another pipeline, with these arguments of the main class after those that it has. */
  public ForkedPipeline withArguments(String... more) {
    return new ForkedPipeline(main, jvmOptions, joined(arguments, more));
  }

  /** Another pipeline, with these options of its JVM, such as {@code -Xmx128m}, after those. */
  public ForkedPipeline withJvmOptions(String... more) {
    return new ForkedPipeline(main, joined(jvmOptions, more), arguments);
  }

  /**
   * Starts the JVM, and doesn't wait for its main class; does nothing while it runs.
   *
   * @throws IllegalStateException if it has been closed
   */
  public synchronized ForkedPipeline start() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
    if (isRunning()) {
      return this;
    }
    WorkFolder here = work == null ? WorkFolder.create(main.getSimpleName()) : work;
    work = here;
    try {
      logStart = Files.exists(here.log()) ? Files.size(here.log()) : 0;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    scans.clear();
    runs++;
    started = System.nanoTime();
    jvm = ForkedJvm.fork(command(here.folder()), Path.of("").toAbsolutePath(), here.log());
    return this;
  }

  private JvmCommand command(Path folder) {
    List<String> options = new ArrayList<>();
    // Quick to start rather than fast.
    options.add("-XX:TieredStopAtLevel=1");
    options.add("-Djava.io.tmpdir=" + folder);
    options.addAll(jvmOptions);
    List<String> all = new ArrayList<>();
    all.add(main.getName());
    all.addAll(arguments);
    return new JvmCommand(
        main.getSimpleName(),
        Path.of(System.getProperty("java.home"), "bin", "java"),
        options,
        null,
        classPath(),
        PipelineLauncher.class.getName(),
        all,
        "",
        LINE_TIMEOUT);
  }

  /** Maven's tests may run from a jar that only refers to the class path. */
  private static List<Path> classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(path.split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath())
        .toList();
  }

  /** Waits up to two minutes for a line: see {@link #awaitLine(String, Duration)}. */
  public String awaitLine(String prefix) {
    return awaitLine(prefix, LINE_TIMEOUT);
  }

  /**
   * Waits until this run has printed a line that begins with {@code prefix}, and returns the last
   * such line.
   *
   * @throws AssertionError if there is none in time, or the pipeline ends before; it quotes the end
   *     of the output
   */
  public String awaitLine(String prefix, Duration timeout) {
    long start = System.nanoTime();
    while (true) {
      boolean running = isRunning();
      String line = lastLine(prefix);
      if (line != null) {
        return line;
      }
      if (!running) {
        throw failed("ended without a line that begins with \"" + prefix + '"');
      }
      if (System.nanoTime() - start > timeout.toNanos()) {
        throw failed(
            "ran for %s without a line that begins with \"%s\"".formatted(timeout, prefix));
      }
      LockSupport.parkNanos(POLL.toNanos());
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + prefix);
      }
    }
  }

  /** The last line of this run that begins with {@code prefix}, or null. */
  public synchronized @Nullable String lastLine(String prefix) {
    Path log = logFile();
    return scans.computeIfAbsent(prefix, absent -> new LineScan(log, logStart, prefix)).last();
  }

  /** What a test can't go on with, and the end of the output. */
  private synchronized AssertionError failed(String how) {
    return new AssertionError(
        "%s %s; the end of %s:%n%s"
            .formatted(
                main.getSimpleName(), how, logFile(), LogTail.lastLines(logFile(), logStart, 30)));
  }

  void assertRunning() {
    if (!isRunning()) {
      throw failed("has ended by itself");
    }
  }

  /** SIGKILL, paused or not; waits until the process is gone. Does nothing if it is. */
  public synchronized void kill() {
    if (jvm != null) {
      jvm.destroy();
    }
  }

  /**
   * Freezes the process with SIGSTOP.
   *
   * @throws IllegalStateException if it doesn't run
   * @throws UnsupportedOperationException where there are no such signals (Windows)
   */
  public synchronized void pause() {
    if (jvm == null || !jvm.isAlive()) {
      throw new IllegalStateException(this + " is not running");
    }
    jvm.pause();
  }

  /** Ends a {@link #pause()}; does nothing without one. */
  public synchronized void resume() {
    if (jvm != null) {
      jvm.resume();
    }
  }

  /** Whether the process is alive, paused or not. */
  public synchronized boolean isRunning() {
    return jvm != null && jvm.isAlive();
  }

  /** Waits for the process to end by itself; whether it did in time. */
  public boolean awaitEnd(Duration timeout) {
    long start = System.nanoTime();
    while (isRunning()) {
      if (System.nanoTime() - start > timeout.toNanos() || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return true;
  }

  /** How often it was started. */
  public synchronized int runs() {
    return runs;
  }

  /** For how long the last run has been up, or since when it was started. */
  synchronized Duration sinceStart() {
    return Duration.ofNanos(System.nanoTime() - started);
  }

  /**
   * The standard output and error of all runs. Lies below {@code target} of the working directory
   * and stays there; where there is no {@code target}, below the temporary directory until {@link
   * #close()}.
   *
   * @throws IllegalStateException if it was never started
   */
  public synchronized Path logFile() {
    if (work == null) {
      throw new IllegalStateException(this + " was never started");
    }
    return work.log();
  }

  /** {@link #kill()}, for good. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      kill();
      if (work != null) {
        work.delete();
        work.deleteLogUnlessBuilding();
      }
    }
  }

  @Override
  public String toString() {
    return "ForkedPipeline " + main.getSimpleName();
  }

  private static List<String> joined(List<String> some, String[] more) {
    return Stream.concat(some.stream(), Stream.of(more)).toList();
  }
}
