package dev.connectors.pubsub.internal;

import dev.connectors.core.Health;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Tracked;
import dev.connectors.pubsub.SubscriberSettings;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a source does, seen from time to time. */
final class Watch {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final String name;
  private final SubscriberSettings settings;
  private final InFlight window;
  private final Ledger ledger;

  private volatile long progressAt = System.nanoTime();
  private volatile List<String> stuck = List.of();
  private volatile long elementsSeen;
  private long emitted; // reported so far, as are its bytes
  private long emittedBytes;

  Watch(String name, SubscriberSettings settings, InFlight window, Ledger ledger) {
    this.name = name;
    this.settings = settings;
    this.window = window;
    this.ledger = ledger;
  }

  /** How often {@link #look} is to be called: soon enough to see what is stuck. */
  long intervalNanos() {
    return Math.min(
        INTERVAL.toNanos(), Math.max(1, settings.inFlight().stuckAfter().toNanos() / 2));
  }

  void look() {
    long now = System.nanoTime();
    reportEmitted();
    settings.observer().inFlight(name, window.elements(), window.bytes());
    noteProgress(now);
    for (Tracked element : window.newlyStuck(now)) {
      LOG.warn(
          "{}: {}: {}",
          name,
          describe(element),
          element.stuckFor(settings.inFlight().stuckAfter()));
    }
    stuck = window.stuck().stream().map(this::describe).toList();
  }

  /** Tells the observer what was emitted since the last time. */
  synchronized void reportEmitted() {
    long elements = ledger.entered() - emitted;
    long bytes = ledger.enteredBytes() - emittedBytes;
    if (elements > 0) {
      emitted += elements;
      emittedBytes += bytes;
      settings.observer().emitted(name, elements, bytes);
    }
  }

  /** By the id of its message, which the window doesn't know. */
  private String describe(Tracked element) {
    Delivery delivery = ledger.at(element.position());
    return delivery == null ? element.toString() : delivery.toString();
  }

  /** Whether something was settled or emitted since the last time is progress. */
  void noteProgress(long now) {
    long elements = window.elements();
    if (elements != elementsSeen) {
      elementsSeen = elements;
      progressAt = now;
    }
  }

  void progressed(long now) {
    progressAt = now;
  }

  long progressAt() {
    return progressAt;
  }

  Health health(Health.State state) {
    if (state == Health.State.STOPPED) {
      return new Health(state, 0, 0, Duration.ZERO, -1, List.of());
    }
    return new Health(
        state,
        window.elements(),
        window.bytes(),
        Duration.ofNanos(System.nanoTime() - progressAt),
        -1,
        stuck);
  }
}
