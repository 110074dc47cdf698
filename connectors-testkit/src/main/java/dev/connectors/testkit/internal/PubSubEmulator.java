package dev.connectors.testkit.internal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Google's Pub/Sub emulator as the Cloud SDK installs it, with {@code gcloud components install
 * pubsub-emulator} or as the package {@code google-cloud-cli-pubsub-emulator}. No repository has
 * it, so that it can't be downloaded as other servers are.
 *
 * @param jar with all that it needs
 * @param version such as 0.8.20
 */
public record PubSubEmulator(Path jar, String version) {
  /** How to come by it, for who has none. */
  public static final String ADVICE =
      "install it with \"gcloud components install pubsub-emulator\" or the package"
          + " google-cloud-cli-pubsub-emulator, or name its jar with"
          + " -Dconnectors.pubsub.emulator=FILE";

  private static final String PROPERTY = "connectors.pubsub.emulator";
  private static final String GRPC_API = "io.grpc:grpc-api:1.68.1"; // as old as its core
  private static final Path FOLDER = Path.of("platform", "pubsub-emulator", "lib");
  private static final Pattern NAME =
      Pattern.compile("cloud-pubsub-emulator-(\\d+(?:\\.\\d+)*).*\\.jar");

  /**
   * The jar that {@code -Dconnectors.pubsub.emulator} names, else that of the Cloud SDK.
   *
   * @throws IllegalStateException if the named one is not there
   */
  public static Optional<PubSubEmulator> installed() {
    String named = System.getProperty(PROPERTY, "").strip();
    if (named.isEmpty()) {
      return in(roots());
    }
    Path jar = Path.of(named).toAbsolutePath();
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(PROPERTY + " = " + named + ": must be the emulator's jar");
    }
    return Optional.of(new PubSubEmulator(jar, version(jar).orElse("unknown")));
  }

  /**
   * What it runs with: its jar, behind what mends that of version 0.8.20. There gRPC's core is
   * older than its API, so that a cancelled call ends in a {@code NoSuchMethodError}: the emulator
   * doesn't learn of it, and goes on delivering to a subscriber that is gone.
   *
   * @throws dev.connectors.testkit.ServerStartException if that can't be resolved
   */
  public List<Path> classPath() {
    if (!version.equals("0.8.20")) {
      return List.of(jar);
    }
    List<Path> classPath =
        new ArrayList<>(
            ServerJars.resolve("gRPC's API for the Pub/Sub emulator", List.of(GRPC_API)).jars());
    classPath.removeIf(part -> !part.toString().contains("grpc-api")); // the rest is in the jar
    classPath.add(jar);
    return classPath;
  }

  /** The newest emulator of the first of {@code roots} that has one. */
  static Optional<PubSubEmulator> in(List<Path> roots) {
    return roots.stream().flatMap(root -> newest(root.resolve(FOLDER)).stream()).findFirst();
  }

  /** Where the SDK of this machine may be: as its own tools say, then where packages put it. */
  private static List<Path> roots() {
    List<Path> roots = new ArrayList<>();
    String told = System.getenv().getOrDefault("CLOUDSDK_ROOT_DIR", "");
    if (!told.isBlank()) {
      roots.add(Path.of(told));
    }
    roots.addAll(onPath(System.getenv().getOrDefault("PATH", "")));
    roots.add(Path.of("/usr/lib/google-cloud-sdk"));
    roots.add(Path.of("/usr/share/google-cloud-sdk"));
    roots.add(Path.of("/opt/google-cloud-sdk"));
    roots.add(Path.of("/opt/homebrew/share/google-cloud-sdk"));
    roots.add(Path.of(System.getProperty("user.home")).resolve("google-cloud-sdk"));
    return roots;
  }

  /** The roots of each {@code gcloud} on {@code path}, which may be a link into one. */
  static List<Path> onPath(String path) {
    List<Path> roots = new ArrayList<>();
    for (String folder : path.split(File.pathSeparator, -1)) {
      try {
        Path gcloud = Path.of(folder).resolve("gcloud").toRealPath();
        roots.add(gcloud.resolve("../..").normalize());
      } catch (IOException | InvalidPathException absent) {
        // As in most folders.
      }
    }
    return roots;
  }

  private static Optional<PubSubEmulator> newest(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .flatMap(jar -> version(jar).map(found -> new PubSubEmulator(jar, found)).stream())
          .max((one, other) -> Arrays.compare(one.numbers(), other.numbers()));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  private int[] numbers() {
    return Stream.of(version.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
  }

  private static Optional<String> version(Path jar) {
    Matcher name = NAME.matcher(Objects.toString(jar.getFileName(), ""));
    return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
  }
}
