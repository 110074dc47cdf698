package dev.connectors.docs.quickstart;

import dev.connectors.core.Observer;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how many records were confirmed: a bar on a terminal, else a line every few seconds. Learns
 * of them as the observer of a connector.
 */
final class Progress implements Observer, AutoCloseable {
  private static final long LINE_NANOS = Duration.ofSeconds(2).toNanos();

  private final LongAdder confirmed = new LongAdder();
  private final long start = System.nanoTime();
  private final Console console;
  private final String task;
  private final long total;
  private final @Nullable ProgressBar bar;
  private long lastLine = start;

  /**
   * @param total how many there will be; negative when that is not known
   */
  Progress(Console console, String task, long total) {
    this.console = console;
    this.task = task;
    this.total = total;
    this.bar = console.terminal() ? bar(console, task, total) : null;
  }

  private static ProgressBar bar(Console console, String task, long total) {
    return ProgressBar.builder()
        .setTaskName("  " + task)
        .setInitialMax(total)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        .hideEta()
        .showSpeed(
            new DecimalFormat("#,##0 records", DecimalFormatSymbols.getInstance(Locale.ROOT)))
        .setConsumer(new DelegatingProgressBarConsumer(console::overwrite, console.width()))
        .build();
  }

  @Override
  public void confirmed(String name, long elements, Duration latency) {
    confirmed.add(elements);
  }

  long count() {
    return confirmed.sum();
  }

  /** Brings the display up to date; {@code details} stand behind the figures. */
  void show(String details) {
    long now = System.nanoTime();
    if (bar != null) {
      bar.stepTo(count()).setExtraMessage("  " + details);
    } else if (now - lastLine > LINE_NANOS) {
      lastLine = now;
      line(details);
    }
  }

  /** Ends the display with a last look. */
  @Override
  public void close() {
    if (bar != null) {
      bar.stepTo(count()).setExtraMessage("");
      bar.close();
      console.line("");
    } else {
      line("");
    }
  }

  private void line(String details) {
    double seconds = Math.max(1, System.nanoTime() - start) / 1e9;
    String of = total < 0 ? "" : String.format(Locale.ROOT, " of %,d", total);
    console.line(
        "  %s %,d%s, %,.0f records/s%s",
        task, count(), of, count() / seconds, details.isEmpty() ? "" : ", " + details);
  }
}
