package dev.connectors.elasticsearch;

/** When a bulk that is not full is sent. */
public enum FlushPolicy {
  /**
   * As soon as no bulk is in flight and upstream has nothing more at hand, at the latest after the
   * interval: low latency under low load, large bulks under high load.
   */
  WHEN_IDLE,
  /**
   * Not before the interval is over: the fewest bulks, for a cluster that is shared or short of
   * disk throughput.
   */
  WHEN_DUE
}
