package dev.connectors.testkit.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The directory layout that Elasticsearch expects, built from its jars: configuration, and the HTTP
 * transport as a module with a class loader of its own.
 *
 * @param folder the home
 * @param version of Elasticsearch
 */
public record ElasticsearchHome(Path folder, String version) {
  private static final Set<String> MODULE_JARS =
      Set.of("transport-netty4", "elasticsearch-ssl-config");
  private static final Pattern VERSION_SUFFIX = Pattern.compile("-\\d.*\\.jar$");

  /** The oldest JDK that {@code version} runs on. */
  public static int jdkFor(String version) {
    return Integer.parseInt(version.split("\\.", 2)[0]) >= 9 ? 21 : 17;
  }

  /** The jars of the server itself: no jar may be both there and in the module. */
  public static List<Path> serverJars(List<Path> jars) {
    return jars.stream().filter(jar -> !isOfModule(jar)).toList();
  }

  /** Writes all that the node reads at its start. */
  public void write(Map<String, String> settings, List<Path> jars) throws IOException {
    Path config = Files.createDirectories(folder.resolve("config"));
    Files.write(
        config.resolve("elasticsearch.yml"),
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + ": " + quoted(setting.getValue()))
            .toList());
    Files.writeString(
        config.resolve("log4j2.properties"),
        """
        status = error
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d{HH:mm:ss.SSS} %-5p %c{1.} %m%n
        rootLogger.level = info
        rootLogger.appenderRef.console.ref = console
        """);
    writeModule(jars);
  }

  /** What the node needs beside the options that every server gets. */
  public List<String> jvmOptions(Path temporary) {
    return List.of(
        "-Djna.tmpdir=" + temporary,
        "-Des.path.home=" + folder,
        "-Dlog4j2.disable.jmx=true",
        "-Dlog4j.shutdownHookEnabled=false");
  }

  private void writeModule(List<Path> jars) throws IOException {
    Path module = folder.resolve("modules/transport-netty4");
    if (Files.isDirectory(module)) {
      return; // a restart
    }
    Files.createDirectories(module);
    for (Path jar : jars) {
      if (isOfModule(jar)) {
        Files.copy(
            jar, module.resolve(jar.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.writeString(
        module.resolve("plugin-descriptor.properties"),
        """
        name=transport-netty4
        description=Netty 4 based transport implementation
        version=%1$s
        elasticsearch.version=%1$s
        java.version=17
        classname=org.elasticsearch.transport.netty4.Netty4Plugin
        """
            .formatted(version));
  }

  private static boolean isOfModule(Path jar) {
    String artifact = VERSION_SUFFIX.matcher(jar.getFileName().toString()).replaceFirst("");
    return MODULE_JARS.contains(artifact) || artifact.startsWith("netty-");
  }

  /** YAML reads a single-quoted text as it stands, but for the quote itself. */
  private static String quoted(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
