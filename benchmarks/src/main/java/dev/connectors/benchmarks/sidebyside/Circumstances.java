package dev.connectors.benchmarks.sidebyside;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;

/** The machine, the versions and the flags. */
final class Circumstances {
  private Circumstances() {}

  /**
   * Of this run.
   *
   * @param load the machine's load average before the run
   */
  static Map<String, String> now(double load, Map<String, String> servers) throws IOException {
    var machine =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Map<String, String> all = new LinkedHashMap<>();
    all.put(
        "machine",
        "%d × %s, %d GiB, %s %s"
            .formatted(
                machine.getAvailableProcessors(),
                processor(machine.getArch()),
                Math.round(machine.getTotalMemorySize() / (double) (1 << 30)),
                machine.getName(),
                machine.getArch()));
    all.put("load average before", String.format(Locale.ROOT, "%.1f", load));
    all.put(
        "Java",
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
    all.put(
        "flags",
        String.join(
            " ",
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-X"))
                .toList()));
    versions().forEach((name, version) -> all.put(String.valueOf(name), String.valueOf(version)));
    all.putAll(servers);
    return all;
  }

  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String processor(String other) throws IOException {
    Path linux = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(linux)) {
      return other;
    }
    try (Stream<String> lines = Files.lines(linux)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(other);
    }
  }

  private static Map<Object, Object> versions() throws IOException {
    Properties versions = new Properties();
    try (InputStream in = Circumstances.class.getResourceAsStream("/benchmarks.properties")) {
      versions.load(Objects.requireNonNull(in));
    }
    return new java.util.TreeMap<>(versions);
  }
}
