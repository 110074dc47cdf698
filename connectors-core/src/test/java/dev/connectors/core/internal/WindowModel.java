package dev.connectors.core.internal;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.InFlightSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the window should do, in lists and sets, and so slowly that it is plainly right. */
final class WindowModel {
  private static final int CHUNK = 64;

  enum State {
    PENDING,
    SETTLED,
    PASSED,
    REJECTED,
    REVOKED
  }

  /** Anything that can be settled. */
  interface Thing {
    /** Returns false when the order was broken. */
    boolean settle(CommitOrder order);

    void reject();

    boolean wasPassed();

    void outOfOrder();
  }

  final List<ModelLane> lanes = new ArrayList<>();
  private final InFlightSettings settings;
  boolean stalled;
  int rejections;

  WindowModel(InFlightSettings settings) {
    this.settings = settings;
  }

  long elements() {
    return lanes.stream().mapToLong(lane -> lane.in(State.PENDING).size()).sum();
  }

  long bytes() {
    return lanes.stream()
        .flatMap(lane -> lane.in(State.PENDING).stream())
        .mapToLong(element -> element.bytes)
        .sum();
  }

  boolean atResumeMark() {
    return elements()
            <= Math.min(
                settings.maxElements() - 1, (int) (settings.maxElements() * settings.resumeAt()))
        && bytes()
            <= Math.min(
                settings.maxBytes() - 1, (long) (settings.maxBytes() * settings.resumeAt()));
  }

  boolean hasCapacity() {
    stalled |= elements() >= settings.maxElements() || bytes() >= settings.maxBytes();
    stalled &= !atResumeMark();
    return !stalled;
  }

  /** Whether the lane may hold one more beside what all hold that is not below a frontier. */
  boolean hasRoom(ModelLane wanting) {
    long beyondTheFree = 0;
    for (ModelLane lane : lanes) {
      long held = lane.uncommitted() + (lane == wanting ? 1 : 0);
      beyondTheFree += Math.max(0, (held + CHUNK - 1) / CHUNK * CHUNK - CHUNK);
    }
    return beyondTheFree <= settings.maxUncommitted() || wanting.uncommitted() < CHUNK;
  }

  ModelLane lane() {
    ModelLane lane = new ModelLane();
    lanes.add(lane);
    return lane;
  }

  final class ModelLane {
    final List<Element> elements = new ArrayList<>();
    boolean sealed;
    boolean outOfOrder;
    long handedOut = Lane.NONE;

    List<Element> in(State state) {
      return elements.stream().filter(element -> element.state == state).toList();
    }

    Element emit(long position, int bytes) {
      Element element = new Element(this, position, bytes);
      elements.add(element);
      return element;
    }

    /** The elements from the lowest that is not done on. */
    long uncommitted() {
      long done = elements.stream().takeWhile(Element::isDone).count();
      return elements.size() - done;
    }

    long frontier() {
      if (!outOfOrder) {
        handedOut = lastDoneBeforeAGap();
      }
      return handedOut;
    }

    private long lastDoneBeforeAGap() {
      return elements.stream()
          .takeWhile(Element::isDone)
          .mapToLong(element -> element.position)
          .max()
          .orElse(Lane.NONE);
    }

    void revoke() {
      in(State.PENDING).forEach(element -> element.state = State.REVOKED);
      lanes.remove(this);
    }
  }

  final class Element implements Thing {
    final ModelLane lane;
    final long position;
    final int bytes;
    State state = State.PENDING;

    Element(ModelLane lane, long position, int bytes) {
      this.lane = lane;
      this.position = position;
      this.bytes = bytes;
    }

    boolean isDone() {
      return state == State.SETTLED || state == State.PASSED;
    }

    @Override
    public boolean settle(CommitOrder order) {
      if (order == CommitOrder.IN_ORDER) {
        if (state == State.PASSED) {
          return false;
        }
        if (state == State.PENDING || state == State.SETTLED) {
          for (Element earlier : lane.in(State.PENDING)) {
            if (earlier.position < position) {
              earlier.state = State.PASSED;
            }
          }
        }
      }
      if (state == State.PENDING) {
        state = State.SETTLED;
      }
      return true;
    }

    @Override
    public void reject() {
      if (state == State.PENDING) {
        state = State.REJECTED;
        rejections++;
      }
      outOfOrder();
    }

    @Override
    public boolean wasPassed() {
      return state == State.PASSED;
    }

    @Override
    public void outOfOrder() {
      lane.outOfOrder |= wasPassed();
    }
  }

  /** Part {@code number} of {@code parts}; the parts share {@code settled}. */
  static final class Part implements Thing {
    final Thing whole;
    final int number;
    final int parts;
    final Set<Integer> settled;
    final Set<Integer> rejected;

    private Part(Thing whole, int number, int parts, Set<Integer> settled, Set<Integer> rejected) {
      this.whole = whole;
      this.number = number;
      this.parts = parts;
      this.settled = settled;
      this.rejected = rejected;
    }

    static List<Thing> split(Thing whole, int parts) {
      Set<Integer> settled = new HashSet<>();
      Set<Integer> rejected = new HashSet<>();
      List<Thing> split = new ArrayList<>();
      for (int i = 0; i < parts; i++) {
        split.add(parts == 1 ? whole : new Part(whole, i, parts, settled, rejected));
      }
      return split;
    }

    @Override
    public boolean settle(CommitOrder order) {
      boolean first = !rejected.contains(number) && settled.add(number);
      if (first && settled.size() == parts) {
        return whole.settle(order);
      }
      return order == CommitOrder.ANY_ORDER || !whole.wasPassed();
    }

    @Override
    public void reject() {
      if (!settled.contains(number) && rejected.add(number)) {
        whole.reject();
      }
    }

    @Override
    public boolean wasPassed() {
      return whole.wasPassed();
    }

    @Override
    public void outOfOrder() {
      whole.outOfOrder();
    }
  }

  record All(List<Thing> members) implements Thing {
    @Override
    public boolean settle(CommitOrder order) {
      boolean inOrder = order == CommitOrder.ANY_ORDER || !wasPassed();
      members.forEach(member -> member.settle(order));
      return inOrder;
    }

    @Override
    public void reject() {
      members.forEach(Thing::reject);
    }

    @Override
    public boolean wasPassed() {
      return members.stream().anyMatch(Thing::wasPassed);
    }

    @Override
    public void outOfOrder() {
      members.forEach(Thing::outOfOrder);
    }
  }
}
