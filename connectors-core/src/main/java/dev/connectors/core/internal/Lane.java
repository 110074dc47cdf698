package dev.connectors.core.internal;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The elements of one partition, session or file that were emitted and are not yet below the
 * frontier, in the order of their positions, in a ring that grows by doubling.
 *
 * <p>Settling one element is a single compare-and-set on the element, and one more when the lane is
 * settled in order. The lock guards the ring and is held for a few instructions: by whoever emits,
 * by a settling that may pass earlier elements, and by whoever asks for the frontier.
 */
public final class Lane {
  /** The frontier of a lane in which nothing was done yet. */
  public static final long NONE = Long.MIN_VALUE;

  /** What every lane may hold, and the step in which it is given more. */
  private static final int CHUNK = 64;

  /** Keeps what the settling writes off the cache lines that the emitting writes. */
  private static final int APART = 8;

  private final InFlight window;
  private final String name;

  private @Nullable Tracked[] ring = new @Nullable Tracked[CHUNK];
  private int granted = CHUNK; // how many the ring may hold; its length is the next power of two
  private long head;
  private long tail;
  private long lastEmitted = NONE;
  private long reached = NONE; // the position before head
  private long frontier = NONE;
  private long done;
  private volatile boolean outOfOrder;
  private boolean sealed;
  private boolean starved;

  private @Nullable Tracked watched;
  private long watchedSince;
  private boolean reported;

  /** In its middle: nothing before that is pending, so nobody need look there again. */
  private final AtomicLongArray closed = new AtomicLongArray(2 * APART);

  Lane(InFlight window, String name) {
    this.window = window;
    this.name = name;
  }

  public String name() {
    return name;
  }

  InFlight window() {
    return window;
  }

  /**
   * Tracks one more element; positions only grow.
   *
   * @return null when the lane is sealed, or when it has no room: then the owner is resumed when it
   *     has
   */
  public @Nullable Tracked emit(long position, int bytes) {
    Tracked element = enter(position, bytes);
    if (element != null || isSealed()) {
      return element;
    }
    window.trim();
    return enter(position, bytes);
  }

  private synchronized @Nullable Tracked enter(long position, int bytes) {
    if (sealed || !hasRoom()) {
      return null;
    }
    if (position <= lastEmitted) {
      throw new IllegalStateException(
          name + "@" + position + " emitted after " + name + "@" + lastEmitted);
    }
    lastEmitted = position;
    window.entered(bytes);
    Tracked element = new Tracked(this, tail, position, bytes);
    ring[index(tail++)] = element;
    return element;
  }

  /**
   * Emits nothing more from now on; what is in flight can still be settled. An owner who waits for
   * room here is resumed: there is nothing to wait for.
   */
  public void seal() {
    boolean waitedFor;
    synchronized (this) {
      sealed = true;
      waitedFor = starved;
      starve(false);
    }
    if (waitedFor) {
      window.resume();
    }
  }

  public synchronized boolean isSealed() {
    return sealed;
  }

  /** Whether nothing is in flight: what was rejected holds the frontier back, but is settled. */
  public synchronized boolean isSettled() {
    advance();
    long i = Math.max(head, closed.get(APART));
    while (i < tail && !at(i).isPending()) {
      i++;
    }
    closeTo(i);
    return i == tail;
  }

  /** The position of the last element that is done with all before it, or {@link #NONE}. */
  public synchronized long frontier() {
    handOut();
    return frontier;
  }

  /** How many elements are done with all before them. */
  public synchronized long done() {
    handOut();
    return done;
  }

  private void handOut() {
    if (!outOfOrder) {
      advance();
      frontier = reached;
      done = head;
    }
  }

  /**
   * An element came after a later one that had settled it in passing. So what was passed need not
   * be done, and the frontier stays where it was last handed out.
   */
  void outOfOrder() {
    outOfOrder = true;
  }

  boolean isOutOfOrder() {
    return outOfOrder;
  }

  /**
   * Forgets the lane: what is in flight is no longer, and settling it does nothing. An owner who
   * waits for room here, or elsewhere for what this gives back, is resumed.
   */
  public void revoke() {
    long elements = 0;
    long bytes = 0;
    int freed;
    boolean waitedFor;
    synchronized (this) {
      sealed = true;
      waitedFor = starved;
      advance();
      for (long i = head; i < tail; i++) {
        Tracked element = at(i);
        if (element.revoked()) {
          elements++;
          bytes += element.bytes();
        }
      }
      head = tail;
      freed = giveBack();
      ring = new @Nullable Tracked[CHUNK];
      starve(false);
      watched = null;
    }
    window.forget(this);
    window.left(elements, bytes);
    if (waitedFor || (freed > 0 && window.isStarving())) {
      window.resume();
    }
  }

  /**
   * Settles {@code last} and all before it; nothing when {@code last} was rejected. Returns false
   * when {@code last} had been passed.
   */
  boolean settleThrough(Tracked last) {
    // The usual one, the next after what is closed: without the lock, which the emitting needs.
    long next = last.sequence();
    if (next == closed.get(APART) && last.settled()) {
      closed.compareAndSet(APART, next, next + 1); // or somebody has closed more meanwhile
      left(last.bytes());
      return true;
    }
    return passThrough(last);
  }

  private boolean passThrough(Tracked last) {
    long elements = 0;
    long bytes = 0;
    synchronized (this) {
      if (last.wasPassed()) {
        return false;
      }
      if (last.wasRejected()) {
        return true;
      }
      long i = Math.max(head, closed.get(APART));
      for (; i < tail && i <= last.sequence(); i++) {
        Tracked element = at(i);
        if (element == last ? element.settled() : element.passed()) {
          elements++;
          bytes += element.bytes();
        }
      }
      closeTo(i);
      advance();
    }
    if (elements > 0) {
      window.left(elements, bytes);
      relieve();
    }
    return true;
  }

  private void closeTo(long sequence) {
    long now = closed.get(APART);
    while (now < sequence && !closed.compareAndSet(APART, now, sequence)) {
      now = closed.get(APART);
    }
  }

  /** One element was settled by itself. */
  void left(int bytes) {
    window.left(1, bytes);
    relieve();
  }

  /** The oldest unsettled element when it has been that for {@code limit}; each is given once. */
  synchronized @Nullable Tracked stuck(long now, long limit) {
    advance();
    Tracked oldest = head == tail ? null : at(head);
    if (oldest != watched) {
      watched = oldest;
      watchedSince = now;
      reported = false;
      return null;
    }
    if (oldest == null || reported || now - watchedSince < limit) {
      return null;
    }
    reported = true;
    return oldest;
  }

  /** The element that {@link #stuck} has reported and that is still unsettled. */
  synchronized @Nullable Tracked stillStuck() {
    advance();
    return reported && head < tail && at(head) == watched ? watched : null;
  }

  /** Gives back what the elements in the ring don't need. */
  synchronized void trim() {
    advance();
    giveBack();
    int needed = CHUNK;
    while (needed < granted) {
      needed *= 2;
    }
    if (needed < ring.length / 2) {
      resize(needed);
    }
  }

  /** Called after each settling: what became free may be what this or another lane waits for. */
  void relieve() {
    if (!window.isStarving()) {
      return;
    }
    synchronized (this) {
      advance();
      int freed = giveBack();
      boolean roomHere = starved && tail - head < granted;
      if (roomHere) {
        starve(false);
      }
      if (freed == 0 && !roomHere) {
        return;
      }
    }
    window.resume();
  }

  private boolean hasRoom() {
    if (tail - head >= granted) {
      advance();
      if (tail - head >= granted && !grow()) {
        // The caller reads all states again after this: a settling sees it, or we see the settling.
        starve(true);
        return false;
      }
    }
    starve(false);
    return true;
  }

  private boolean grow() {
    if (!window.reserve(CHUNK)) {
      return false;
    }
    granted += CHUNK;
    if (granted > ring.length) {
      resize(ring.length * 2);
    }
    return true;
  }

  private int giveBack() {
    int wanted = (int) (tail - head) + (starved ? 1 : 0);
    int needed = Math.max(CHUNK, (wanted + CHUNK - 1) / CHUNK * CHUNK);
    int freed = granted - needed;
    if (freed <= 0) {
      return 0;
    }
    granted = needed;
    window.release(freed);
    return freed;
  }

  private void starve(boolean now) {
    if (starved != now) {
      starved = now;
      window.starving(now);
    }
  }

  private void resize(int capacity) {
    @Nullable Tracked[] next = new @Nullable Tracked[capacity];
    for (long i = head; i < tail; i++) {
      next[(int) i & (capacity - 1)] = ring[index(i)];
    }
    ring = next;
  }

  private void advance() {
    while (head < tail) {
      Tracked element = at(head);
      if (!element.isOver()) {
        return;
      }
      reached = element.position();
      ring[index(head++)] = null;
    }
  }

  private Tracked at(long sequence) {
    return Objects.requireNonNull(ring[index(sequence)]);
  }

  private int index(long sequence) {
    return (int) sequence & (ring.length - 1);
  }

  @Override
  public String toString() {
    return name;
  }
}
