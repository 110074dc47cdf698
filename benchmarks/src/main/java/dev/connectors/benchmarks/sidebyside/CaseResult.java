package dev.connectors.benchmarks.sidebyside;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run of a case gave, as it stands in the results file.
 *
 * @param date of the run's end
 * @param circumstances machine, versions, flags
 * @param options of the command line
 */
record CaseResult(
    String name,
    String about,
    Case.Figure figure,
    @Nullable String axis,
    String date,
    Map<String, String> circumstances,
    Map<String, String> options,
    List<OfWorkload> workloads) {

  record OfWorkload(String label, double x, long records, List<OfContender> contenders) {}

  /**
   * @param failure why there are not all rounds; null when there are
   */
  record OfContender(
      String name, List<Measurement> rounds, @Nullable Summary summary, @Nullable String failure) {}
}
