package dev.connectors.benchmarks.stress;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.internal.Tracked;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Both settle the same element: it leaves the window once. */
@JCStressTest
@State
@Outcome(id = "10, 0", expect = Expect.ACCEPTABLE, desc = "counted once")
@Outcome(expect = Expect.FORBIDDEN, desc = "breaks the delivery contract")
public class SettleSettle {
  private final Fixture fixture = Fixture.roomy();
  private final Tracked element = fixture.emit(0);

  {
    fixture.emit(1);
  }

  @Actor
  public void one() {
    element.settle(CommitOrder.ANY_ORDER);
  }

  @Actor
  public void other() {
    element.settle(CommitOrder.ANY_ORDER);
  }

  @Arbiter
  public void after(JJ_Result result) {
    result.r1 = fixture.window.bytes();
    result.r2 = fixture.frontier();
  }
}
