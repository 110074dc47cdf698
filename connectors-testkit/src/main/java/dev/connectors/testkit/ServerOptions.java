package dev.connectors.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may be chosen before a server starts; immutable. */
record ServerOptions(
    @Nullable Path dataDirectory,
    @Nullable Integer port,
    boolean proxied,
    @Nullable String version,
    @Nullable ServerSupply supply,
    int heapMegabytes,
    Duration startTimeout,
    List<String> jvmOptions,
    Map<String, String> settings) {

  private static final int LEAST_HEAP = 64;

  static ServerOptions withHeap(int megabytes) {
    return new ServerOptions(
        null, null, false, null, null, megabytes, Duration.ofMinutes(2), List.of(), Map.of());
  }

  ServerOptions withDataDirectory(Path value) {
    return new ServerOptions(
        value.toAbsolutePath(),
        port,
        proxied,
        version,
        supply,
        heapMegabytes,
        startTimeout,
        jvmOptions,
        settings);
  }

  ServerOptions withPort(int value) {
    if (value < 1 || value > 65_535) {
      throw new IllegalArgumentException("port = " + value + ": must be from 1 to 65535");
    }
    return new ServerOptions(
        dataDirectory,
        value,
        proxied,
        version,
        supply,
        heapMegabytes,
        startTimeout,
        jvmOptions,
        settings);
  }

  ServerOptions withProxy() {
    return new ServerOptions(
        dataDirectory,
        port,
        true,
        version,
        supply,
        heapMegabytes,
        startTimeout,
        jvmOptions,
        settings);
  }

  ServerOptions withVersion(String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("version: must not be blank");
    }
    return new ServerOptions(
        dataDirectory,
        port,
        proxied,
        value,
        supply,
        heapMegabytes,
        startTimeout,
        jvmOptions,
        settings);
  }

  ServerOptions withSupply(ServerSupply value) {
    return new ServerOptions(
        dataDirectory,
        port,
        proxied,
        version,
        value,
        heapMegabytes,
        startTimeout,
        jvmOptions,
        settings);
  }

  ServerOptions withHeapMegabytes(int value) {
    if (value < LEAST_HEAP) {
      throw new IllegalArgumentException(
          "heapMegabytes = " + value + ": must be at least " + LEAST_HEAP);
    }
    return new ServerOptions(
        dataDirectory, port, proxied, version, supply, value, startTimeout, jvmOptions, settings);
  }

  ServerOptions withStartTimeout(Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException("startTimeout = " + value + ": must be positive");
    }
    return new ServerOptions(
        dataDirectory, port, proxied, version, supply, heapMegabytes, value, jvmOptions, settings);
  }

  ServerOptions withJvmOption(String value) {
    List<String> more = new ArrayList<>(jvmOptions);
    more.add(value);
    return new ServerOptions(
        dataDirectory,
        port,
        proxied,
        version,
        supply,
        heapMegabytes,
        startTimeout,
        List.copyOf(more),
        settings);
  }

  ServerOptions withSetting(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(key, value);
    return new ServerOptions(
        dataDirectory,
        port,
        proxied,
        version,
        supply,
        heapMegabytes,
        startTimeout,
        jvmOptions,
        Map.copyOf(more));
  }
}
