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

/** One settles an element, one a later one with all before it. */
@JCStressTest
@State
@Outcome(
    id = "1, 1",
    expect = Expect.ACCEPTABLE,
    desc = "the third is in flight, the first two are done")
@Outcome(expect = Expect.FORBIDDEN, desc = "breaks the delivery contract")
public class SettleSettleThrough {
  private final Fixture fixture = Fixture.roomy();
  private final Tracked first = fixture.emit(0);
  private final Tracked second = fixture.emit(1);

  {
    fixture.emit(2);
  }

  @Actor
  public void one() {
    first.settle(CommitOrder.ANY_ORDER);
  }

  @Actor
  public void other() {
    second.settle(CommitOrder.IN_ORDER);
  }

  @Arbiter
  public void after(JJ_Result result) {
    result.r1 = fixture.window.elements();
    result.r2 = fixture.frontier();
  }
}
