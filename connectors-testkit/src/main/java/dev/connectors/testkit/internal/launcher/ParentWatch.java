package dev.connectors.testkit.internal.launcher;

import java.io.IOException;
import java.lang.reflect.Proxy;

/**
 * Ends this JVM when its standard input does: the parent holds the other end of that pipe, and the
 * kernel closes it however the parent ends, SIGKILL included.
 */
final class ParentWatch {
  private static final int GRACE_MILLIS = 10_000;

  private ParentWatch() {}

  /** Watches from a thread that keeps this JVM alive: Elasticsearch's own threads are daemons. */
  static void start() {
    ignoreInterrupt();
    new Thread(ParentWatch::exitAtEndOfInput, "parent-watch").start();
  }

  /**
   * Ctrl-C goes to every process of the terminal: the parent decides what comes of it, and may
   * still need its servers.
   */
  private static void ignoreInterrupt() {
    try {
      // sun.misc.Signal by reflection: javac warns of it, and no option says otherwise.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ignore =
          Proxy.newProxyInstance(
              ParentWatch.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, args) -> null);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), ignore);
    } catch (ReflectiveOperationException unsupported) {
      System.err.println("SIGINT ends this server: " + unsupported);
    }
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
