package dev.connectors.file.internal;

import dev.connectors.core.Health;
import dev.connectors.core.Observer;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Tracked;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a tail does: looked at by its thread about once a second, kept for whoever asks. */
final class TailVitals {
  private static final Logger LOG = LoggerFactory.getLogger(TailVitals.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final String name;
  private final @Nullable InFlight window;
  private final Observer observer;
  private final Duration stuckAfter;
  private final long lookNanos;

  // The tail's thread only.
  private long lookedAt;
  private long elementsSeen;

  private volatile boolean started;
  private volatile boolean closed;
  private volatile long progressAt = System.nanoTime();
  private volatile List<String> stuck = List.of();

  TailVitals(String name, @Nullable InFlight window, Observer observer, Duration stuckAfter) {
    this.name = name;
    this.window = window;
    this.observer = observer;
    this.stuckAfter = stuckAfter;
    this.lookNanos = Math.min(LOOK.toNanos(), Math.max(1, stuckAfter.toNanos() / 2));
    this.lookedAt = System.nanoTime() - lookNanos;
  }

  void started() {
    started = true;
  }

  void progressed(long now) {
    progressAt = now;
  }

  void closed() {
    closed = true;
  }

  Health health(boolean isRunning) {
    if (closed) {
      return new Health(Health.State.STOPPED, 0, 0, Duration.ZERO, -1, List.of());
    }
    Health.State state =
        !isRunning ? Health.State.DRAINING : started ? Health.State.RUNNING : Health.State.STARTING;
    return new Health(
        state,
        window == null ? 0 : window.elements(),
        window == null ? 0 : window.bytes(),
        Duration.ofNanos(System.nanoTime() - progressAt),
        -1,
        stuck);
  }

  void look(long now) {
    InFlight inFlight = window;
    if (inFlight == null || now - lookedAt < lookNanos) {
      return;
    }
    lookedAt = now;
    long elements = inFlight.elements();
    observer.inFlight(name, elements, inFlight.bytes());
    if (elements != elementsSeen) {
      elementsSeen = elements;
      progressAt = now;
    }
    for (Tracked element : inFlight.newlyStuck(now)) {
      LOG.warn("{}: line {}", name, element.stuckFor(stuckAfter));
    }
    stuck = inFlight.stuck().stream().map(Tracked::toString).toList();
  }
}
