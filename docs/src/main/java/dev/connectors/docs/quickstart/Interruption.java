package dev.connectors.docs.quickstart;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;

/**
 * What Ctrl-C does: before and after the pipeline runs it ends the process at once, while it runs
 * the first one asks it to drain.
 */
final class Interruption {
  private final Console console;
  private final AtomicBoolean draining = new AtomicBoolean();
  private volatile boolean runs;
  private volatile int exitCode;

  private Interruption(Console console) {
    this.console = console;
  }

  /** Takes SIGINT and SIGTERM over from the JVM. */
  static Interruption install(Console console) {
    Interruption interruption = new Interruption(console);
    Signals.register("INT", () -> interruption.raised(130));
    Signals.register("TERM", () -> interruption.raised(143));
    return interruption;
  }

  /** From now on whoever calls this looks at {@link #isRaised}. */
  void pipelineRuns() {
    runs = true;
  }

  /** From now on a signal ends the process. */
  void pipelineEnded() {
    runs = false;
  }

  boolean isRaised() {
    return exitCode != 0;
  }

  /** By convention 128 and the number of the signal. */
  int exitCode() {
    return exitCode;
  }

  private void raised(int code) {
    if (runs && draining.compareAndSet(false, true)) {
      exitCode = code;
    } else {
      console.line("Interrupted.");
      System.exit(code); // what was started ends in shutdown hooks
    }
  }
}
