package dev.connectors.benchmarks.sidebyside;

/** The time for one round ran out. */
public final class DidNotFinish extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DidNotFinish(String message) {
    super(message);
  }
}
