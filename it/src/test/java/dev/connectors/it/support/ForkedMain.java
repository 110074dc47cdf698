package dev.connectors.it.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A pipeline in a JVM of its own, to be killed. It ends when the JVM of the test does. */
public final class ForkedMain implements AutoCloseable {
  private final Process process;
  private final Path output;

  private ForkedMain(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  public static ForkedMain start(Class<?> main, List<String> jvmOptions, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classPath(), main.getName()));
    command.addAll(arguments);
    Path output =
        Files.createTempFile(
            Files.createDirectories(Path.of("target", "forked")), main.getSimpleName(), ".log");
    return new ForkedMain(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start(),
        output);
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** For the forked main: ends this JVM when the one that forked it has ended. */
  public static void endWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (IOException ended) {
                // as good as the end of the stream
              }
              Runtime.getRuntime().halt(2);
            });
    watch.setDaemon(true);
    watch.start();
  }

  /**
   * Waits for a line that begins with {@code start}; fails with the output when the process ends
   * before.
   */
  public String awaitLine(String start) {
    Awaitility.await(start + " in " + output)
        .atMost(2, TimeUnit.MINUTES)
        .pollInterval(20, TimeUnit.MILLISECONDS)
        .until(() -> lastLine(start) != null || !process.isAlive());
    String line = lastLine(start);
    if (line == null) {
      throw new IllegalStateException("ended with " + process.exitValue() + ":\n" + read());
    }
    return line;
  }

  /** The last line that begins with {@code start}, or null. */
  public @Nullable String lastLine(String start) {
    String found = null;
    try (BufferedReader lines = Files.newBufferedReader(output, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        found = line.startsWith(start) ? line : found;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL, and waits until the process is gone. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  public String read() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
