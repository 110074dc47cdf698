package dev.connectors.benchmarks.sidebyside;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** A bar over all rounds on a terminal; lines alone elsewhere. */
final class Progress implements AutoCloseable {
  /** Steps of the bar per round. */
  private static final int STEPS = 100;

  private static final int MIN_COLUMNS = 79;
  private static final int MAX_COLUMNS = 140;

  private final PrintStream out;
  private final int columns;
  private final @Nullable ProgressBar bar;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Progress::thread);
  private volatile @Nullable Meter current;
  private long roundsDone;

  /**
   * @param rounds how many there will be
   */
  Progress(PrintStream out, long rounds) {
    this(out, rounds, isTerminal());
  }

  Progress(PrintStream out, long rounds, boolean terminal) {
    this.out = out;
    this.columns = terminal ? columns() : 0;
    this.bar =
        terminal
            ? ProgressBar.builder()
                .setTaskName("benchmarks")
                .setInitialMax(rounds * STEPS)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(500)
                .setConsumer(new DelegatingProgressBarConsumer(this::overwrite, columns))
                .build()
            : null;
    if (bar != null) {
      var unused = clock.scheduleAtFixedRate(this::show, 500, 500, TimeUnit.MILLISECONDS);
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "progress");
    thread.setDaemon(true);
    return thread;
  }

  synchronized void round(String what, Meter meter) {
    current = meter;
    if (bar != null) {
      bar.setExtraMessage(" " + what);
    }
  }

  /** {@code rounds} are over, or will not be. */
  synchronized void done(long rounds) {
    current = null;
    roundsDone += rounds;
    show();
  }

  private synchronized void show() {
    if (bar != null) {
      Meter meter = current;
      double part = meter == null ? 0 : Math.min(1, meter.part());
      bar.stepTo((long) ((roundsDone + part) * STEPS));
    }
  }

  synchronized void line(String text) {
    if (bar != null) {
      overwrite(" ".repeat(columns));
      overwrite("");
    }
    out.println(text);
    out.flush();
  }

  private void overwrite(String line) {
    out.print('\r' + line);
    out.flush();
  }

  private static int columns() {
    // Without nativeSignals(false) JLine would give SIGINT back to the operating system.
    try (Terminal probe = TerminalBuilder.builder().dumb(true).nativeSignals(false).build()) {
      return Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, probe.getWidth() - 1));
    } catch (IOException e) {
      return MIN_COLUMNS;
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    if (bar != null) {
      bar.close();
      out.println();
    }
  }

  /** Since JDK 22 there is a console without a terminal too; it has a method that tells. */
  @SuppressWarnings("SystemConsoleNull") // see above
  private static boolean isTerminal() {
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      Method method = java.io.Console.class.getMethod("isTerminal");
      return (Boolean) method.invoke(console);
    } catch (NoSuchMethodException before22) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
