package dev.connectors.benchmarks.sidebyside;

/** A contender did something else than the work; its time is worth nothing. */
public final class WrongResult extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WrongResult(String message) {
    super(message);
  }

  public static void check(String what, long actual, long expected) {
    check(what, (Long) actual, (Long) expected);
  }

  public static void check(String what, Object actual, Object expected) {
    if (!actual.equals(expected)) {
      throw new WrongResult(what + ": " + actual + " instead of " + expected);
    }
  }
}
