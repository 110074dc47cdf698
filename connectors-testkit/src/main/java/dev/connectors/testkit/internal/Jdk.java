package dev.connectors.testkit.internal;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A Java installation that a server can run on.
 *
 * @param home its home directory
 * @param feature its feature release, such as 17
 */
public record Jdk(Path home, int feature) {
  private static final String PROPERTY = "connectors.jdk";

  /** What runs this code, unless {@code -Dconnectors.jdk} names another home. */
  public static Jdk preferred() {
    String named = System.getProperty(PROPERTY, "").strip();
    if (named.isEmpty()) {
      return running();
    }
    Path home = Path.of(named);
    return at(home)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    PROPERTY + "=" + named + " is no JDK: bin/java and release expected in it"));
  }

  /**
   * A JDK of at least {@code feature}: the {@linkplain #preferred() preferred} one if it will do,
   * else one that is installed beside it. With {@code -Dconnectors.jdk} only that one is
   * considered.
   */
  public static Optional<Jdk> atLeast(int feature) {
    Jdk preferred = preferred();
    if (preferred.feature >= feature) {
      return Optional.of(preferred);
    }
    if (System.getProperty(PROPERTY) != null) {
      return Optional.empty();
    }
    return atLeast(feature, List.of(System.getenv().getOrDefault("JAVA_HOME", "")), folders());
  }

  /** The first of {@code homes} that will do, else the oldest that will in the first folder. */
  static Optional<Jdk> atLeast(int feature, List<String> homes, List<Path> folders) {
    Stream<Jdk> named =
        homes.stream().filter(home -> !home.isBlank()).flatMap(home -> at(Path.of(home)).stream());
    Stream<Jdk> installed = folders.stream().flatMap(folder -> in(folder).stream());
    return Stream.concat(named, installed).filter(jdk -> jdk.feature >= feature).findFirst();
  }

  /** The installation at {@code home}; empty where there is none. */
  static Optional<Jdk> at(Path home) {
    Path release = home.resolve("release");
    if (!Files.isReadable(release) || !Files.isExecutable(executable(home))) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(release)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
    return feature(properties.getProperty("JAVA_VERSION", ""))
        .map(feature -> new Jdk(home, feature));
  }

  /** The {@code java} of this installation. */
  public Path executable() {
    return executable(home);
  }

  private static Jdk running() {
    return new Jdk(Path.of(System.getProperty("java.home")), Runtime.version().feature());
  }

  private static List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    Path siblings = running().home.toAbsolutePath().getParent();
    if (siblings != null) {
      folders.add(siblings);
    }
    folders.add(Path.of("/usr/lib/jvm"));
    folders.add(Path.of("/Library/Java/JavaVirtualMachines"));
    Path user = Path.of(System.getProperty("user.home"));
    folders.add(user.resolve(".sdkman/candidates/java"));
    folders.add(user.resolve(".jdks"));
    return folders;
  }

  /** The oldest first: the closest to what the caller asked for. */
  private static List<Jdk> in(Path folder) {
    try (Stream<Path> homes = Files.list(folder)) {
      return homes
          .flatMap(home -> Stream.of(home, home.resolve("Contents/Home")))
          .flatMap(home -> at(home).stream())
          .sorted(Comparator.<Jdk>comparingInt(jdk -> jdk.feature).thenComparing(jdk -> jdk.home))
          .toList();
    } catch (IOException absent) {
      return List.of();
    }
  }

  private static Path executable(Path home) {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    return home.resolve("bin").resolve(windows ? "java.exe" : "java");
  }

  /** The value is quoted in the file: {@code JAVA_VERSION="25.0.1"}. */
  private static Optional<Integer> feature(String version) {
    try {
      return Optional.of(Runtime.Version.parse(version.replace("\"", "").strip()).feature());
    } catch (IllegalArgumentException unknown) { // such as 1.8.0_402
      return Optional.empty();
    }
  }
}
