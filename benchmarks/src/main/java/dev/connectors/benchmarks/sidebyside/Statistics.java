package dev.connectors.benchmarks.sidebyside;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Of few numbers. */
final class Statistics {
  private Statistics() {}

  /** The middle one, or the mean of the middle two; NaN of none. */
  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
    return median(rounds.stream().mapToDouble(figure).toArray());
  }

  /**
   * The median of the ratios of the rounds that have the same number: neighbours in time, so that
   * what else the machine does hits both. NaN when there are no two of the same number.
   */
  static double medianOfRatios(
      List<Measurement> rounds, List<Measurement> base, ToDoubleFunction<Measurement> figure) {
    double[] ratios = new double[Math.min(rounds.size(), base.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = figure.applyAsDouble(rounds.get(i)) / figure.applyAsDouble(base.get(i));
    }
    return median(ratios);
  }
}
