package dev.connectors.pubsub.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was received and not yet emitted: filled by the client's threads, emptied by the stage. */
final class Inbox {
  private final int maxElements;
  private final Runnable onAvailable;

  private final ArrayDeque<Delivery> deliveries = new ArrayDeque<>();
  private boolean wanted;
  private boolean closed;

  /**
   * @param maxElements the client's own bound; only what the client has given up can exceed it
   * @param onAvailable called once when there is something after {@link #poll} found nothing
   */
  Inbox(int maxElements, Runnable onAvailable) {
    this.maxElements = maxElements;
    this.onAvailable = onAvailable;
  }

  /** Takes one more; returns what is to be given back for it, the delivery itself when closed. */
  @Nullable Delivery add(Delivery delivery) {
    Delivery surplus = null;
    boolean notify;
    synchronized (this) {
      if (closed) {
        return delivery;
      }
      if (deliveries.size() >= maxElements) {
        surplus = deliveries.poll();
      }
      deliveries.add(delivery);
      notify = wanted;
      wanted = false;
    }
    if (notify) {
      onAvailable.run();
    }
    return surplus;
  }

  synchronized @Nullable Delivery poll() {
    Delivery next = deliveries.poll();
    wanted = next == null;
    return next;
  }

  /** What the stage could not emit is the next one again; false when closed. */
  synchronized boolean putBack(Delivery delivery) {
    if (!closed) {
      deliveries.addFirst(delivery);
    }
    return !closed;
  }

  /** Takes no more from now on; returns what is held. */
  synchronized List<Delivery> close() {
    closed = true;
    List<Delivery> rest = new ArrayList<>(deliveries);
    deliveries.clear();
    return rest;
  }
}
