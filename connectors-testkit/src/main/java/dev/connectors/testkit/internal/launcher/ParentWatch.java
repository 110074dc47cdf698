package dev.connectors.testkit.internal.launcher;

import java.io.IOException;

/**
 * Ends this JVM when its standard input does: the parent holds the other end of that pipe, and the
 * kernel closes it however the parent ends, SIGKILL included.
 */
final class ParentWatch {
  private static final int GRACE_MILLIS = 10_000;

  private ParentWatch() {}

  /** Watches from a daemon thread. */
  static void start() {
    daemon("parent-watch", ParentWatch::exitAtEndOfInput);
  }

  private static void exitAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever sent: only the end matters.
      }
    } catch (IOException brokenPipe) {
      System.err.println("standard input failed: " + brokenPipe);
    }
    daemon("exit-limit", ParentWatch::haltAfterGrace);
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

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
