package dev.connectors.testkit.internal;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How to start a server's JVM, and how to tell that it is ready.
 *
 * @param name what to call the server in messages
 * @param java the executable
 * @param options of the JVM
 * @param archive of the classes on the class path; null to do without
 * @param classPath jars and folders
 * @param mainClass its main class
 * @param arguments of the main class
 * @param readyMark the text that the server logs once it accepts requests
 * @param startTimeout how long to wait for that
 */
public record JvmCommand(
    String name,
    Path java,
    List<String> options,
    @Nullable ClassArchive archive,
    List<Path> classPath,
    String mainClass,
    List<String> arguments,
    String readyMark,
    Duration startTimeout) {

  List<String> line() {
    List<String> line = new ArrayList<>();
    line.add(java.toString());
    if (archive != null) {
      line.addAll(archive.jvmOptions());
    }
    line.addAll(options);
    line.add("-cp");
    line.add(
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    line.add(mainClass);
    line.addAll(arguments);
    return line;
  }
}
