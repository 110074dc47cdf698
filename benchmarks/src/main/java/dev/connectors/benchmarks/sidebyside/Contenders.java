package dev.connectors.benchmarks.sidebyside;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who competes in a workload, in the order of their turns. The first is what all are compared with.
 */
public final class Contenders {
  /** A hand-written loop around the client. */
  public static final String RAW = "raw client";

  public static final String OURS = "connectors";
  public static final String RIVAL = "pekko-connectors";

  private final Map<String, Round> rounds = new LinkedHashMap<>();

  public Contenders raw(Round round) {
    return with(RAW, round);
  }

  public Contenders ours(Round round) {
    return with(OURS, round);
  }

  public Contenders rival(Round round) {
    return with(RIVAL, round);
  }

  Contenders with(String name, Round round) {
    rounds.put(name, round);
    return this;
  }

  Map<String, Round> rounds() {
    return rounds;
  }

  /**
   * Does the work once: makes its clients, works between {@link Meter#begin} and {@link Meter#end},
   * closes its clients, and checks the result.
   */
  @FunctionalInterface
  public interface Round {
    /**
     * Runs once.
     *
     * @throws WrongResult if not exactly the work was done
     * @throws DidNotFinish if time ran out; the meter throws it
     */
    void run(Meter meter) throws Exception;
  }
}
