package dev.connectors.testkit.internal;

import java.util.List;

/** The threads of this JVM, by their names. */
public final class Threads {
  private Threads() {}

  /** The names of the live threads that begin with {@code prefix}. */
  public static List<String> live(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(prefix))
        .toList();
  }
}
