package dev.connectors.kafka.internal;

import dev.connectors.core.Health;
import dev.connectors.core.Observer;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Tracked;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a source does: looked at by the consumer's thread about once a second, told to the observer,
 * and kept for whoever asks for its health.
 */
final class Vitals {
  private static final Logger LOG = LoggerFactory.getLogger(Vitals.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final String name;
  private final @Nullable InFlight window;
  private final Observer observer;
  private final Duration stuckAfter;
  private final long lookNanos;

  // The consumer's thread only.
  private long lookedAt;
  private long elementsSeen;

  private volatile boolean polled;
  private volatile boolean closed;
  private volatile long progressAt = System.nanoTime();
  private volatile long lag = -1;
  private volatile List<String> stuck = List.of();

  Vitals(String name, @Nullable InFlight window, Observer observer, Duration stuckAfter) {
    this.name = name;
    this.window = window;
    this.observer = observer;
    this.stuckAfter = stuckAfter;
    this.lookNanos = Math.min(LOOK.toNanos(), Math.max(1, stuckAfter.toNanos() / 2));
    this.lookedAt = System.nanoTime() - lookNanos;
  }

  void polled() {
    polled = true;
  }

  void progressed() {
    progressAt = System.nanoTime();
  }

  void closed() {
    closed = true;
  }

  Health health(boolean running) {
    if (closed) {
      return new Health(Health.State.STOPPED, 0, 0, Duration.ZERO, -1, List.of());
    }
    Health.State state =
        !running ? Health.State.DRAINING : polled ? Health.State.RUNNING : Health.State.STARTING;
    // Not from the last look, which is long ago when the consumer's thread is held up.
    return new Health(
        state,
        window == null ? 0 : window.elements(),
        window == null ? 0 : window.bytes(),
        Duration.ofNanos(System.nanoTime() - progressAt),
        lag,
        stuck);
  }

  void look(Consumer<?, ?> consumer, Collection<PartitionLane> lanes) {
    long now = System.nanoTime();
    if (now - lookedAt < lookNanos) {
      return;
    }
    lookedAt = now;
    lookAtLag(consumer, lanes);
    if (window != null) {
      lookAt(window, now);
    }
  }

  private void lookAtLag(Consumer<?, ?> consumer, Collection<PartitionLane> lanes) {
    long total = -1;
    for (PartitionLane lane : lanes) {
      long behind = consumer.currentLag(lane.partition).orElse(-1);
      if (behind >= 0) {
        observer.lag(name, lane.partition.toString(), behind);
        total = Math.max(total, 0) + behind;
      }
    }
    lag = total;
  }

  private void lookAt(InFlight inFlight, long now) {
    long elements = inFlight.elements();
    observer.inFlight(name, elements, inFlight.bytes());
    if (elements != elementsSeen) {
      elementsSeen = elements;
      progressAt = now;
    }
    for (Tracked element : inFlight.newlyStuck(now)) {
      LOG.warn("{}: {}", name, element.stuckFor(stuckAfter));
    }
    stuck = inFlight.stuck().stream().map(Tracked::toString).toList();
  }
}
