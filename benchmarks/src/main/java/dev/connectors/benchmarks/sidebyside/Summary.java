package dev.connectors.benchmarks.sidebyside;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rounds of a contender in a few figures: medians over the rounds, and ratios to the first
 * contender. What there is no figure for is null.
 */
record Summary(
    double rate,
    double minRate,
    double maxRate,
    @Nullable Double rateRatio,
    double cpuMicrosPerRecord,
    @Nullable Double cpuRatio,
    double bytesPerRecord,
    @Nullable Long peakHeapBytes,
    @Nullable Integer threads) {

  /**
   * Sums up; null without rounds.
   *
   * @param base the rounds of the contender that this one is compared with
   */
  static @Nullable Summary of(List<Measurement> rounds, List<Measurement> base) {
    if (rounds.isEmpty()) {
      return null;
    }
    return new Summary(
        Statistics.median(rounds, Measurement::rate),
        rounds.stream().mapToDouble(Measurement::rate).min().orElseThrow(),
        rounds.stream().mapToDouble(Measurement::rate).max().orElseThrow(),
        known(Statistics.medianOfRatios(rounds, base, Measurement::rate)),
        Statistics.median(rounds, Measurement::cpuMicrosPerRecord),
        known(Statistics.medianOfRatios(rounds, base, Measurement::cpuMicrosPerRecord)),
        Statistics.median(rounds, Measurement::bytesPerRecord),
        rounds.stream()
            .map(Measurement::heapBytes)
            .filter(Objects::nonNull)
            .max(Long::compare)
            .orElse(null),
        rounds.stream()
            .map(Measurement::threads)
            .filter(Objects::nonNull)
            .max(Integer::compare)
            .orElse(null));
  }

  private static @Nullable Double known(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
