package dev.connectors.benchmarks.sidebyside;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is measured runs in a JVM of its own, with flags that are known, rather than in Maven's. It
 * has the terminal of its parent, and ends with it.
 */
final class Fork {
  private static final String FORKED = "connectors.benchmarks.forked";
  private static final List<String> FLAGS = List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC");

  private Fork() {}

  static boolean isForked() {
    return Boolean.getBoolean(FORKED);
  }

  /** Returns the exit code. */
  static int run(Class<?> main, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.add("-D" + FORKED + "=true");
    command.add("-Djava.awt.headless=true");
    command.add("-Dorg.jline.terminal.provider=exec"); // native code draws warnings from newer JDKs
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("connectors."))
        .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
    command.addAll(List.of("-cp", classPath(main), main.getName()));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "end-fork"));
    return process.waitFor();
  }

  /** Of a forked JVM: nothing is left running when Maven is killed. */
  static void endWithParent() {
    var unused =
        ProcessHandle.current()
            .parent()
            .map(parent -> parent.onExit().thenRun(() -> System.exit(1)));
  }

  /** Maven's plugin has the class path in a class loader. */
  private static String classPath(Class<?> main) {
    if (main.getClassLoader() instanceof URLClassLoader loader) {
      return Stream.of(loader.getURLs())
          .map(Fork::path)
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }

  private static String path(URL url) {
    try {
      return Path.of(new URI(url.toString())).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
