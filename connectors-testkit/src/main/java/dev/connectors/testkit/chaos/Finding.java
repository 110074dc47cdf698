package dev.connectors.testkit.chaos;

/** What can be wrong with what a sink has. */
public enum Finding {
  /** It was acknowledged, and the sink doesn't have it. */
  MISSING("missing"),
  /** The sink has it, and it was never sent. */
  SPURIOUS("spurious"),
  /** The sink has it with another payload or key. Counted for each time that it is there. */
  CORRUPT("corrupt"),
  /** The sink has it more than once. Counted once for each input. */
  DUPLICATED("duplicated"),
  /**
   * The sink got it for the first time after a later one of its key. That an input comes again is
   * no disorder: it is duplicated.
   */
  OUT_OF_ORDER("out of order");

  private final String text;

  Finding(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
