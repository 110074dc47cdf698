package dev.connectors.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void median_oddNumber_isTheMiddleOne() {
    assertThat(Statistics.median(9, 1, 5)).isEqualTo(5);
  }

  @Test
  void median_evenNumber_isTheMeanOfTheMiddleTwo() {
    assertThat(Statistics.median(4, 1, 2, 100)).isEqualTo(3);
  }

  @Test
  void median_none_isNotANumber() {
    assertThat(Statistics.median()).isNaN();
  }

  @Test
  void medianOfRatios_machineThatSlowsDown_comparesNeighbours() {
    // Half as fast in each round, which the medians alone (30 to 40) would not show.
    List<Measurement> ours = rates(50, 30, 10);
    List<Measurement> raw = rates(100, 60, 20);
    assertThat(Statistics.medianOfRatios(ours, raw, Measurement::rate))
        .isCloseTo(0.5, within(1e-9));
  }

  @Test
  void medianOfRatios_contenderThatStoppedEarly_usesTheRoundsOfBoth() {
    assertThat(Statistics.medianOfRatios(rates(10), rates(100, 1, 1), Measurement::rate))
        .isCloseTo(0.1, within(1e-9));
  }

  @Test
  void summary_rounds_givesMedianRangeAndRatios() {
    Summary summary = Objects.requireNonNull(Summary.of(rates(10, 30, 20), rates(10, 10, 10)));
    assertThat(summary.rate()).isCloseTo(20, within(1e-9));
    assertThat(summary.minRate()).isCloseTo(10, within(1e-9));
    assertThat(summary.maxRate()).isCloseTo(30, within(1e-9));
    assertThat(summary.rateRatio()).isCloseTo(2, within(1e-9));
    assertThat(summary.peakHeapBytes()).isNull();
  }

  @Test
  void summary_baseWithoutRounds_hasNoRatios() {
    Summary summary = Objects.requireNonNull(Summary.of(rates(10), List.of()));
    assertThat(summary.rateRatio()).isNull();
    assertThat(summary.cpuRatio()).isNull();
  }

  @Test
  void summary_noRounds_isNull() {
    assertThat(Summary.of(List.of(), rates(10))).isNull();
  }

  /** Rounds of 1,000 records at these rates. */
  private static List<Measurement> rates(double... rates) {
    return DoubleStream.of(rates)
        .mapToObj(rate -> new Measurement(1000, 1000 / rate, 1, 1000, null, null))
        .toList();
  }
}
