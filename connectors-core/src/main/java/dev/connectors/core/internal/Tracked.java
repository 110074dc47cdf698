package dev.connectors.core.internal;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.OutOfOrderException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * An emitted element: the one small object that tracking costs, 40 bytes with compressed pointers.
 */
public final class Tracked extends Settleable {
  private static final int PENDING = 0;
  private static final int SETTLED = 1;
  private static final int PASSED = 2;
  private static final int REJECTED = 3;
  private static final int REVOKED = 4;
  private static final int RETURNED = 5;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Tracked.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Lane lane;
  private final long sequence;
  private final long position;
  private final int bytes;

  @SuppressWarnings("unused") // read and written through STATE
  private volatile int state;

  Tracked(Lane lane, long sequence, long position, int bytes) {
    this.lane = lane;
    this.sequence = sequence;
    this.position = position;
    this.bytes = bytes;
  }

  public Lane lane() {
    return lane;
  }

  /** Its place among all that the lane has emitted, from 0. */
  long sequence() {
    return sequence;
  }

  public long position() {
    return position;
  }

  int bytes() {
    return bytes;
  }

  @Override
  public CompletionStage<Done> commit() {
    settleAlone();
    return lane.window().commit();
  }

  @Override
  public CompletionStage<Done> reject(Throwable cause) {
    if (move(REJECTED)) {
      lane.left(bytes);
      return lane.window().rejected(this, cause);
    }
    if (wasPassed()) {
      lane.outOfOrder();
      return CompletableFuture.failedFuture(new OutOfOrderException(toString()));
    }
    return InFlight.DONE;
  }

  @Override
  public boolean settle(CommitOrder order, Commits commits) {
    commits.owedBy(lane.window());
    return settle(order);
  }

  /** Settles without asking for a commit; false when a later element had settled this one. */
  public boolean settle(CommitOrder order) {
    if (order == CommitOrder.IN_ORDER) {
      return lane.settleThrough(this);
    }
    settleAlone();
    return true;
  }

  private void settleAlone() {
    if (move(SETTLED)) {
      lane.left(bytes);
    }
  }

  boolean settled() {
    return move(SETTLED);
  }

  boolean passed() {
    return move(PASSED);
  }

  boolean revoked() {
    return move(REVOKED);
  }

  @Override
  public boolean wasPassed() {
    return state == PASSED;
  }

  @Override
  public void outOfOrder() {
    if (wasPassed()) {
      lane.outOfOrder();
    }
  }

  /** Whether it was rejected, and is returned or not. */
  public boolean wasRejected() {
    int now = state;
    return now == REJECTED || now == RETURNED;
  }

  /**
   * What was rejected holds back its lane no longer: for a source whose server takes each element
   * by itself, and has this one again.
   */
  public void returned() {
    if (STATE.compareAndSet(this, REJECTED, RETURNED)) {
      lane.relieve();
    }
  }

  boolean isPending() {
    return state == PENDING;
  }

  /**
   * Whether its server may be told that it is done: settled by itself, or in passing in a lane that
   * keeps the order, or returned.
   */
  public boolean isDone() {
    return isOver() && !(wasPassed() && lane.isOutOfOrder());
  }

  /** Whether nothing more is to come of it: settled by itself or in passing, or returned. */
  boolean isOver() {
    int now = state;
    return now == SETTLED || now == PASSED || now == RETURNED;
  }

  /** The text of a warning that it holds up its lane. */
  public String stuckFor(Duration limit) {
    return this
        + " has been unsettled for "
        + limit
        + "; a stream that drops elements settles them with Committer.filter";
  }

  private boolean move(int to) {
    return state == PENDING && STATE.compareAndSet(this, PENDING, to);
  }

  @Override
  public String toString() {
    return lane.name() + "@" + position;
  }
}
