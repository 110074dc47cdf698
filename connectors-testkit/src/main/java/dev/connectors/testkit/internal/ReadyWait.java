package dev.connectors.testkit.internal;

import dev.connectors.testkit.ServerStartException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The wait for a server that has been started.
 *
 * @param name what to call the server in messages
 * @param timeout how long to wait
 * @param log what this run writes
 */
record ReadyWait(String name, Duration timeout, LogTail log) {
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int QUOTED_LINES = 20;

  /** Whether a server accepts requests. */
  interface Ready {
    boolean holds();
  }

  /** Waits a moment for the server's end; returns how it ended, or null if it didn't. */
  interface End {
    @Nullable String within(Duration moment) throws InterruptedException;
  }

  /**
   * Returns once the server is ready.
   *
   * @param destroy ends it, to be run before a failure is thrown
   * @throws ServerStartException if the server ends before that, or the time does
   */
  void await(Ready ready, End end, Runnable destroy) {
    long start = System.nanoTime();
    try {
      while (!ready.holds()) {
        String ended = end.within(POLL);
        if (ended != null) {
          throw failed(ended, destroy);
        }
        if (System.nanoTime() - start > timeout.toNanos()) {
          throw failed("was not ready within " + timeout.toSeconds() + " s", destroy);
        }
      }
    } catch (InterruptedException interrupted) {
      destroy.run();
      Thread.currentThread().interrupt();
      throw new ServerStartException(name + " was interrupted while starting", log.file());
    }
  }

  private ServerStartException failed(String how, Runnable destroy) {
    destroy.run();
    return failed(how);
  }

  /** The failure of a start, with the end of the log. */
  ServerStartException failed(String how) {
    return new ServerStartException(
        name
            + " "
            + how
            + "; the end of its log "
            + log.file()
            + ":\n"
            + log.lastLines(QUOTED_LINES),
        log.file());
  }
}
