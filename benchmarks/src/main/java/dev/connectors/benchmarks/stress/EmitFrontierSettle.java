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

/** The owner emits and asks for the frontier while the element before is settled. */
@JCStressTest
@State
@Outcome(
    id = "-1, 0, 1",
    expect = Expect.ACCEPTABLE,
    desc = "settled after the frontier was asked for")
@Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "settled before")
@Outcome(expect = Expect.FORBIDDEN, desc = "breaks the delivery contract")
public class EmitFrontierSettle {
  private final Fixture fixture = Fixture.roomy();
  private final Tracked first = fixture.emit(0);

  @Actor
  public void one(JJJ_Result result) {
    fixture.emit(1);
    result.r1 = fixture.frontier();
  }

  @Actor
  public void other() {
    first.settle(CommitOrder.IN_ORDER);
  }

  @Arbiter
  public void after(JJJ_Result result) {
    result.r2 = fixture.frontier();
    result.r3 = fixture.window.elements();
  }
}
