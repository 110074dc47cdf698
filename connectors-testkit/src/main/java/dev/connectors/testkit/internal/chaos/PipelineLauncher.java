package dev.connectors.testkit.internal.chaos;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/** The main class of a forked pipeline: runs the user's own, and ends with the parent. */
public final class PipelineLauncher {
  private PipelineLauncher() {}

  /** Arguments: the main class, and its arguments. */
  public static void main(String[] args) throws Throwable {
    Thread watch = new Thread(PipelineLauncher::haltAtEndOfInput, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    Object arguments = Arrays.copyOfRange(args, 1, args.length);
    try {
      var main = Class.forName(args[0]).getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      main.invoke(null, arguments);
    } catch (InvocationTargetException failed) {
      throw failed.getCause();
    }
  }

  /** The parent holds the other end; the kernel closes it however the parent ends. */
  private static void haltAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever sent: only the end matters.
      }
    } catch (IOException broken) {
      // As good as the end.
    }
    Runtime.getRuntime().halt(2);
  }
}
