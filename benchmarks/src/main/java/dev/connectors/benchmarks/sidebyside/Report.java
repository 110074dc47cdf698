package dev.connectors.benchmarks.sidebyside;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The results as AsciiDoc, to be included in the guide's page. */
final class Report {
  private static final String NONE = "–";

  private Report() {}

  /**
   * A section for each.
   *
   * @param charts the folder of the charts, as seen from the page
   */
  static String asciidoc(List<CaseResult> results, String charts) {
    StringBuilder page = new StringBuilder();
    page.append(
        "// Written by mvn -Pbenchmarks; changes made by hand are lost with the next run.\n");
    for (CaseResult result : results) {
      page.append("\n=== ").append(result.name()).append("\n\n");
      page.append(result.about()).append("\n");
      for (String chart : Charts.names(result)) {
        page.append("\nimage::%s/%s[%s]\n".formatted(charts, chart, result.name()));
      }
      page.append('\n').append(table(result)).append('\n');
      page.append(circumstances(result));
    }
    return page.toString();
  }

  private static String table(CaseResult result) {
    boolean heap = result.figure() == Case.Figure.HEAP;
    String header =
        heap
            ? "|workload |contender |heap held, MiB\n"
            : "|workload |contender |records/s |× raw |CPU, µs/record |× raw |bytes/record |heap, MiB |threads\n";
    String columns = heap ? "<,<,>" : "<,<,>,>,>,>,>,>,>";
    String rows =
        result.workloads().stream()
            .flatMap(
                workload ->
                    workload.contenders().stream()
                        .map(contender -> row(workload.label(), contender, heap)))
            .collect(Collectors.joining());
    return "[%autowidth,cols=\"" + columns + "\"]\n|===\n" + header + "\n" + rows + "|===\n";
  }

  private static String row(String workload, CaseResult.OfContender contender, boolean heap) {
    String start = "|" + workload + " |" + contender.name();
    Summary summary = contender.summary();
    String failure =
        contender.failure() == null
            ? ""
            : " +\n_" + plain(contender.failure()).replace("|", "\\|") + "_";
    if (summary == null) {
      return start + failure + " |" + NONE + (heap ? "" : (" |" + NONE).repeat(6)) + "\n";
    }
    if (heap) {
      return start + failure + " |" + mebibytes(summary.peakHeapBytes()) + "\n";
    }
    return start
        + failure
        + text(" |%,.0f (%,.0f–%,.0f)", summary.rate(), summary.minRate(), summary.maxRate())
        + " |"
        + ratio(summary.rateRatio())
        + text(" |%.2f", summary.cpuMicrosPerRecord())
        + " |"
        + ratio(summary.cpuRatio())
        + text(" |%,.0f", summary.bytesPerRecord())
        + " |"
        + mebibytes(summary.peakHeapBytes())
        + " |"
        + (summary.threads() == null ? NONE : summary.threads())
        + "\n";
  }

  /** One line for the console. */
  static String line(Case.Figure figure, CaseResult.OfContender contender) {
    Summary summary = contender.summary();
    String figures = "";
    if (summary != null && figure == Case.Figure.HEAP) {
      figures = mebibytes(summary.peakHeapBytes()) + " MiB held";
    } else if (summary != null) {
      figures =
          text("%,10.0f records/s", summary.rate())
              + "  × raw "
              + ratio(summary.rateRatio())
              + text("  CPU %6.2f µs", summary.cpuMicrosPerRecord())
              + "  × raw "
              + ratio(summary.cpuRatio())
              + text("  %,7.0f bytes", summary.bytesPerRecord())
              + (summary.threads() == null ? "" : text("  %3d threads", summary.threads()));
    }
    String failure = contender.failure() == null ? "" : "  " + contender.failure();
    return text("    %-16s ", contender.name()) + figures + failure;
  }

  private static String circumstances(CaseResult result) {
    return "_"
        + plain(
            result.date()
                + "; "
                + text(result.options())
                + ". "
                + text(result.circumstances())
                + ".")
        + "_\n";
  }

  /** Text that may hold what AsciiDoc takes for markup. */
  private static String plain(String text) {
    return "pass:c[" + text.replace("]", "\\]") + "]";
  }

  private static String text(Map<String, String> entries) {
    return entries.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining("; "));
  }

  private static String mebibytes(@Nullable Long bytes) {
    return bytes == null ? NONE : text("%,.1f", bytes / (double) (1 << 20));
  }

  private static String ratio(@Nullable Double value) {
    return value == null ? NONE : text("%.2f", value);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
