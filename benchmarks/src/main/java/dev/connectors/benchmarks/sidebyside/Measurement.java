package dev.connectors.benchmarks.sidebyside;

import org.jspecify.annotations.Nullable;

/**
 * What one round took.
 *
 * @param cpuSeconds of all threads of this process, the garbage collector's included
 * @param allocatedBytes of all Java threads
 * @param heapBytes the most that was in use after a collection, above what was before the round;
 *     null when there was no collection
 * @param threads the most Java threads that there were, above what was before the round; null where
 *     nobody counted
 */
public record Measurement(
    long records,
    double seconds,
    double cpuSeconds,
    long allocatedBytes,
    @Nullable Long heapBytes,
    @Nullable Integer threads) {

  double rate() {
    return records / seconds;
  }

  double cpuMicrosPerRecord() {
    return cpuSeconds * 1e6 / records;
  }

  double bytesPerRecord() {
    return (double) allocatedBytes / records;
  }
}
