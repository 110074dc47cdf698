package dev.connectors.benchmarks.stress;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.internal.Tracked;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** One settles in order, past an earlier one; one revokes. */
@JCStressTest
@State
@Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "settled before the revocation")
@Outcome(id = "0, 0, -1", expect = Expect.ACCEPTABLE, desc = "revoked")
@Outcome(expect = Expect.FORBIDDEN, desc = "breaks the delivery contract")
public class SettleThroughRevoke {
  private final Fixture fixture = Fixture.roomy();

  {
    fixture.emit(0);
  }

  private final Tracked element = fixture.emit(1);

  @Actor
  public void one() {
    element.settle(CommitOrder.IN_ORDER);
  }

  @Actor
  public void other() {
    fixture.lane.revoke();
  }

  @Arbiter
  public void after(JJJ_Result result) {
    result.r1 = fixture.window.elements();
    result.r2 = fixture.window.bytes();
    result.r3 = fixture.frontier();
  }
}
