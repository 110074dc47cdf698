package dev.connectors.benchmarks.stress;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.internal.Tracked;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJJ_Result;

/**
 * Two settle in order: the earlier is in time, or is told that it is late; and the lane goes on
 * after both.
 */
@JCStressTest
@State
@Outcome(id = "1, 2, 0", expect = Expect.ACCEPTABLE, desc = "in time")
@Outcome(id = "0, 2, 0", expect = Expect.ACCEPTABLE, desc = "passed by the later")
@Outcome(expect = Expect.FORBIDDEN, desc = "breaks the delivery contract")
public class SettleThroughSettleThrough {
  private final Fixture fixture = Fixture.roomy();
  private final Tracked first = fixture.emit(0);
  private final Tracked second = fixture.emit(1);

  @Actor
  public void one(IJJ_Result result) {
    result.r1 = first.settle(CommitOrder.IN_ORDER) ? 1 : 0;
  }

  @Actor
  public void other() {
    second.settle(CommitOrder.IN_ORDER);
  }

  @Arbiter
  public void after(IJJ_Result result) {
    fixture.emit(2).settle(CommitOrder.IN_ORDER);
    result.r2 = fixture.frontier();
    result.r3 = fixture.window.elements();
  }
}
