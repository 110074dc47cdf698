package dev.connectors.benchmarks.sidebyside;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How cases are run.
 *
 * @param records of every workload; null for the workload's own number
 * @param limit of one round
 * @param out the folder of results, tables and charts
 * @param profiles the folder of flight recordings; null for none
 */
record Options(
    int rounds,
    int warmup,
    @Nullable Long records,
    Duration limit,
    Path out,
    @Nullable Path profiles) {

  /** For the results. */
  Map<String, String> described() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("rounds", String.valueOf(rounds));
    all.put("warm-up rounds", String.valueOf(warmup));
    all.put("records", records == null ? "as the workload says" : String.valueOf(records));
    if (profiles != null) {
      all.put("profiled", "yes");
    }
    return all;
  }
}
