package dev.connectors.core;

import java.time.Duration;
import java.util.List;

/**
 * How a source does, judged by its progress.
 *
 * @param state what the source is doing
 * @param elementsInFlight elements emitted and not yet settled; 0 for a plain source
 * @param bytesInFlight their bytes
 * @param sinceProgress how long ago an element was last read, or, where some are in flight, settled
 * @param lag elements that are on the server and not yet read, as far as the client knows; -1 when
 *     it doesn't know
 * @param stuck the elements that have held up their lane for longer than {@code stuck-after}, for
 *     example {@code orders-3@42}
 */
public record Health(
    State state,
    long elementsInFlight,
    long bytesInFlight,
    Duration sinceProgress,
    long lag,
    List<String> stuck) {

  /** What a source is doing. */
  public enum State {
    /** Connecting, or waiting to be restarted. */
    STARTING,
    /** Reading. */
    RUNNING,
    /** Stopped reading; what is in flight is being settled. */
    DRAINING,
    /** Its client is closed. */
    STOPPED
  }

  public Health {
    stuck = List.copyOf(stuck);
  }

  /** Whether the source is running and no element holds it up. */
  public boolean isHealthy() {
    return state == State.RUNNING && stuck.isEmpty();
  }
}
