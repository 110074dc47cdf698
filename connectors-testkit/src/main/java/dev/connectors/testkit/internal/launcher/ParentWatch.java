package dev.connectors.testkit.internal.launcher;

import java.io.IOException;

/**
 * Ends this JVM when its standard input does: the parent holds the other end of that pipe, and the
 * kernel closes it however the parent ends, SIGKILL included.
 */
final class ParentWatch {
  private static final int GRACE_MILLIS = 10_000;

  private ParentWatch() {}

  /** Watches from a thread that keeps this JVM alive: Elasticsearch's own threads are daemons. */
  static void start() {
    new Thread(ParentWatch::exitAtEndOfInput, "parent-watch").start();
  }

  private static void exitAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever sent: only the end matters.
      }
    } catch (IOException brokenPipe) {
      System.err.println("standard input failed: " + brokenPipe);
    }
    Thread limit = new Thread(ParentWatch::haltAfterGrace, "exit-limit");
    limit.setDaemon(true);
    limit.start();
    System.exit(0);
  }

  /** Shutdown hooks may hang; a test server must not outlive its test because of one. */
  private static void haltAfterGrace() {
    try {
      Thread.sleep(GRACE_MILLIS);
    } catch (InterruptedException ended) {
      return;
    }
    System.err.println("shutdown took longer than " + GRACE_MILLIS + " ms: halting");
    Runtime.getRuntime().halt(1);
  }
}
