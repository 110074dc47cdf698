package dev.connectors.benchmarks.sidebyside;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/** Bars for a case, with the range of the rounds; lines for a curve. */
final class Charts {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 380;
  private static final Map<String, Color> COLORS =
      Map.of(
          Contenders.RAW, new Color(0x8c8c8c),
          Contenders.OURS, new Color(0x1f6fb4),
          Contenders.RIVAL, new Color(0xe08a2b));

  /** A chart of a case. */
  private enum Kind {
    RATE("rate", "records/s"),
    CPU("cpu", "CPU, µs/record"),
    HEAP("heap", "heap held, MiB");

    final String suffix;
    final String axis;

    Kind(String suffix, String axis) {
      this.suffix = suffix;
      this.axis = axis;
    }

    double figure(Summary summary) {
      return switch (this) {
        case RATE -> summary.rate();
        case CPU -> summary.cpuMicrosPerRecord();
        case HEAP -> mebibytes(summary.peakHeapBytes());
      };
    }
  }

  private Charts() {}

  /** The files' names. */
  static List<String> names(CaseResult result) {
    return kinds(result).stream().map(kind -> name(result, kind)).toList();
  }

  private static List<Kind> kinds(CaseResult result) {
    return result.figure() == Case.Figure.HEAP ? List.of(Kind.HEAP) : List.of(Kind.RATE, Kind.CPU);
  }

  private static String name(CaseResult result, Kind kind) {
    return result.name() + "-" + kind.suffix + ".png";
  }

  static void write(CaseResult result, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Kind kind : kinds(result)) {
      IChart chart = result.axis() == null ? bars(result, kind) : lines(result, kind);
      try (OutputStream file = Files.newOutputStream(folder.resolve(name(result, kind)))) {
        ChartEncoder.saveChart(chart, file, "png");
      }
    }
  }

  private static CategoryChart bars(CaseResult result, Kind kind) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(result.name())
            .yAxisTitle(kind.axis)
            .build();
    style(chart.getStyler());
    chart.getStyler().setAvailableSpaceFill(0.7);
    List<String> labels = result.workloads().stream().map(CaseResult.OfWorkload::label).toList();
    for (String contender : contenders(result)) {
      List<@Nullable Double> values = new ArrayList<>();
      List<Double> errors = new ArrayList<>();
      for (CaseResult.OfWorkload workload : result.workloads()) {
        Summary summary = summary(workload, contender);
        values.add(summary == null ? null : kind.figure(summary));
        errors.add(
            summary == null || kind != Kind.RATE ? 0 : (summary.maxRate() - summary.minRate()) / 2);
      }
      if (values.stream().anyMatch(Objects::nonNull)) {
        chart
            .addSeries(contender, labels, values, kind == Kind.RATE ? errors : null)
            .setFillColor(color(contender));
      }
    }
    return chart;
  }

  private static XYChart lines(CaseResult result, Kind kind) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(result.name())
            .xAxisTitle(String.valueOf(result.axis()))
            .yAxisTitle(kind.axis)
            .build();
    style(chart.getStyler());
    chart.getStyler().setXAxisLogarithmic(true);
    if (spansDecades(result, kind)) {
      chart.getStyler().setYAxisLogarithmic(true);
    } else {
      chart.getStyler().setYAxisMin(0.0);
    }
    for (String contender : contenders(result)) {
      List<Double> xs = new ArrayList<>();
      List<Double> ys = new ArrayList<>();
      for (CaseResult.OfWorkload workload : result.workloads()) {
        Summary summary = summary(workload, contender);
        if (summary != null) {
          xs.add(workload.x());
          ys.add(Math.max(0.01, kind.figure(summary)));
        }
      }
      if (!xs.isEmpty()) {
        XYSeries series = chart.addSeries(contender, xs, ys);
        series.setLineColor(color(contender));
        series.setMarkerColor(color(contender));
      }
    }
    return chart;
  }

  private static boolean spansDecades(CaseResult result, Kind kind) {
    double[] figures =
        result.workloads().stream()
            .flatMap(workload -> workload.contenders().stream())
            .map(CaseResult.OfContender::summary)
            .filter(Objects::nonNull)
            .mapToDouble(kind::figure)
            .sorted()
            .toArray();
    return figures.length > 0 && figures[figures.length - 1] > 20 * Math.max(0.01, figures[0]);
  }

  private static void style(AxesChartStyler styler) {
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setYAxisDecimalPattern("#,##0.##");
    styler.setXAxisDecimalPattern("#,##0.##");
  }

  private static Color color(String contender) {
    return COLORS.getOrDefault(contender, Color.DARK_GRAY);
  }

  private static Set<String> contenders(CaseResult result) {
    Set<String> names = new LinkedHashSet<>();
    result.workloads().forEach(w -> w.contenders().forEach(c -> names.add(c.name())));
    return names;
  }

  private static @Nullable Summary summary(CaseResult.OfWorkload workload, String contender) {
    return workload.contenders().stream()
        .filter(c -> c.name().equals(contender))
        .map(CaseResult.OfContender::summary)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static double mebibytes(@Nullable Long bytes) {
    return bytes == null ? 0 : bytes / (double) (1 << 20);
  }
}
