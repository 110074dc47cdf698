package dev.connectors.core.internal;

import dev.connectors.core.InFlightSettings;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/**
 * The window of a source: what it has emitted and what of that is not yet settled, in lanes,
 * bounded by count and bytes.
 *
 * <p>Emitting, settling and asking for frontiers may happen on different threads at the same time.
 * The number and the bytes in flight share one word, so that settling an element costs two atomic
 * instructions: one on the element, one here.
 */
public final class InFlight {
  static final CompletionStage<Done> DONE = CompletableFuture.completedFuture(Done.getInstance());

  /** What a source does for its window; called on the thread that settles. */
  public interface Owner {
    /** There is room again. */
    void resume();

    /** Makes the frontiers durable. */
    CompletionStage<Done> commit();

    /** An element was rejected; its lane's frontier stays below it. */
    CompletionStage<Done> rejected(Tracked element, Throwable cause);

    /**
     * Whether a commit waits until elements are settled that came with the settled ones: then
     * nobody may wait for it before he takes more of them. The owner bounds how many these are.
     */
    default boolean commitsAsWhole() {
      return false;
    }
  }

  private static final int BYTES_BITS = 40;
  private static final long BYTES_MASK = (1L << BYTES_BITS) - 1;
  private static final VarHandle LOAD;
  private static final VarHandle STALLED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      LOAD = lookup.findVarHandle(InFlight.class, "load", long.class);
      STALLED = lookup.findVarHandle(InFlight.class, "stalled", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Owner owner;
  private final long maxElements;
  private final long maxBytes;
  private final long resumeElements;
  private final long resumeBytes;
  private final long maxReserved;
  private final long stuckAfterNanos;
  private final Collection<Lane> lanes = new CopyOnWriteArrayList<>();
  private final AtomicLong reserved = new AtomicLong();
  private final AtomicInteger starving = new AtomicInteger();

  private volatile long load; // elements << 40 | bytes
  private volatile boolean stalled;
  private volatile @Nullable Thread waiting;

  public InFlight(InFlightSettings settings, Owner owner) {
    this.owner = owner;
    this.maxElements = settings.maxElements();
    this.maxBytes = Math.min(settings.maxBytes(), BYTES_MASK >> 1);
    this.resumeElements = Math.min(maxElements - 1, (long) (maxElements * settings.resumeAt()));
    this.resumeBytes = Math.min(maxBytes - 1, (long) (maxBytes * settings.resumeAt()));
    this.maxReserved = settings.maxUncommitted();
    this.stuckAfterNanos = settings.stuckAfter().toNanos();
  }

  /** A new lane; {@code name} stands in warnings and in the text of its elements. */
  public Lane lane(String name) {
    Lane lane = new Lane(this, name);
    lanes.add(lane);
    return lane;
  }

  /**
   * Whether one more element may be emitted. Once refused it stays refused until what is in flight
   * has fallen to the resume mark, when the owner is resumed.
   */
  public boolean hasCapacity() {
    long now = load;
    if (!stalled && elements(now) < maxElements && bytes(now) < maxBytes) {
      return true;
    }
    // Before the load is read again: a settling sees the flag, or we see the settling.
    stalled = true;
    return mayResume(load) && STALLED.compareAndSet(this, true, false);
  }

  public long elements() {
    return elements(load);
  }

  public long bytes() {
    return bytes(load);
  }

  /** The elements that have become stuck since the last call. */
  public List<Tracked> newlyStuck(long nowNanos) {
    List<Tracked> found = new ArrayList<>(0);
    for (Lane lane : lanes) {
      Tracked stuck = lane.stuck(nowNanos, stuckAfterNanos);
      if (stuck != null) {
        found.add(stuck);
      }
    }
    return found;
  }

  /** The elements that are stuck now. */
  public List<Tracked> stuck() {
    List<Tracked> found = new ArrayList<>(0);
    for (Lane lane : lanes) {
      Tracked stuck = lane.stillStuck();
      if (stuck != null) {
        found.add(stuck);
      }
    }
    return found;
  }

  /**
   * Blocks until nothing of {@code some} is in flight, or for {@code limit}. For the owner's
   * thread; one thread at a time. An interrupt does not end the waiting and is kept for the caller.
   *
   * @param whileWaiting run at every settling and at least every 10 ms: what is asked of the
   *     owner's thread must not wait for the hand-over, since the hand-over may wait for it
   */
  public boolean awaitSettled(Collection<Lane> some, Duration limit, Runnable whileWaiting) {
    long start = System.nanoTime();
    boolean interrupted = false;
    waiting = Thread.currentThread();
    try {
      while (!allSettled(some)) {
        if (System.nanoTime() - start > limit.toNanos()) {
          return false;
        }
        whileWaiting.run();
        LockSupport.parkNanos(this, 10_000_000);
        interrupted |= Thread.interrupted(); // a thread that is interrupted cannot park
      }
      return true;
    } finally {
      waiting = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static boolean allSettled(Collection<Lane> some) {
    for (Lane lane : some) {
      if (!lane.isSettled()) {
        return false;
      }
    }
    return true;
  }

  public CompletionStage<Done> commit() {
    return owner.commit();
  }

  boolean commitsAsWhole() {
    return owner.commitsAsWhole();
  }

  CompletionStage<Done> rejected(Tracked element, Throwable cause) {
    return owner.rejected(element, cause);
  }

  void resume() {
    owner.resume();
  }

  void entered(int bytes) {
    LOAD.getAndAdd(this, (1L << BYTES_BITS) + bytes);
  }

  void left(long elements, long bytes) {
    long change = (elements << BYTES_BITS) + bytes;
    long now = (long) LOAD.getAndAdd(this, -change) - change;
    if (stalled && mayResume(now) && STALLED.compareAndSet(this, true, false)) {
      owner.resume();
    }
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  void forget(Lane lane) {
    lanes.remove(lane);
  }

  /** Lets a lane hold {@code slots} more, as long as all lanes together stay within the bound. */
  boolean reserve(int slots) {
    for (; ; ) {
      long now = reserved.get();
      if (now + slots > maxReserved) {
        return false;
      }
      if (reserved.compareAndSet(now, now + slots)) {
        return true;
      }
    }
  }

  /** Takes back what lanes hold and don't need. Not under a lane's lock: it takes that of each. */
  void trim() {
    for (Lane lane : lanes) {
      lane.trim();
    }
  }

  void release(int slots) {
    reserved.addAndGet(-slots);
  }

  /** A lane was refused room, or no longer is. */
  void starving(boolean isStarving) {
    starving.addAndGet(isStarving ? 1 : -1);
  }

  boolean isStarving() {
    return starving.get() > 0;
  }

  private boolean mayResume(long now) {
    return elements(now) <= resumeElements && bytes(now) <= resumeBytes;
  }

  private static long elements(long load) {
    return load >>> BYTES_BITS;
  }

  private static long bytes(long load) {
    return load & BYTES_MASK;
  }
}
