package dev.connectors.pubsub.internal;

import dev.connectors.core.internal.Lane;
import dev.connectors.core.internal.Tracked;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was emitted and has not got its reply, in the order of emission. */
final class Ledger {
  private final Lane lane;
  private long position; // as many have entered
  private long bytes;
  private int size;
  private @Nullable Delivery first;
  private @Nullable Delivery last;

  Ledger(Lane lane) {
    this.lane = lane;
  }

  /** Replies that are due. */
  record Due(List<Delivery> settled, List<Delivery> rejected) {
    boolean isEmpty() {
      return settled.isEmpty() && rejected.isEmpty();
    }
  }

  /** Tracks one more; false when the lane is full or sealed. */
  synchronized boolean enter(Delivery delivery) {
    Tracked tracked = lane.emit(position, delivery.bytes());
    if (tracked == null) {
      return false;
    }
    position++;
    bytes += delivery.bytes();
    delivery.track(tracked);
    delivery.before = last;
    if (last == null) {
      first = delivery;
    } else {
      last.after = delivery;
    }
    last = delivery;
    size++;
    return true;
  }

  /** Takes out what is settled or rejected. */
  synchronized Due due() {
    List<Delivery> settled = new ArrayList<>();
    List<Delivery> rejected = new ArrayList<>(0);
    Delivery delivery = first;
    while (delivery != null) {
      Delivery next = delivery.after;
      Tracked tracked = delivery.tracked();
      if (tracked.wasRejected()) {
        tracked.returned();
        rejected.add(remove(delivery));
      } else if (tracked.isDone()) {
        settled.add(remove(delivery));
      }
      delivery = next;
    }
    return new Due(settled, rejected);
  }

  /** Takes out all; nothing enters after it, since the lane is sealed. */
  synchronized List<Delivery> clear() {
    List<Delivery> rest = new ArrayList<>(size);
    while (first != null) {
      rest.add(remove(first));
    }
    return rest;
  }

  /** How many have ever entered. */
  synchronized long entered() {
    return position;
  }

  /** The bytes of all that have ever entered. */
  synchronized long enteredBytes() {
    return bytes;
  }

  synchronized int size() {
    return size;
  }

  /** The one at {@code position}, if it is still here. */
  synchronized @Nullable Delivery at(long wanted) {
    for (Delivery delivery = first; delivery != null; delivery = delivery.after) {
      long found = delivery.tracked().position();
      if (found >= wanted) {
        return found == wanted ? delivery : null;
      }
    }
    return null;
  }

  private Delivery remove(Delivery delivery) {
    Delivery before = delivery.before;
    Delivery after = delivery.after;
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    delivery.before = null;
    delivery.after = null;
    size--;
    return delivery;
  }
}
