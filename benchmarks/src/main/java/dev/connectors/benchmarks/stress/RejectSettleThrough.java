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

/** One rejects, one settles a later element: the frontier never passes what was rejected. */
@JCStressTest
@State
@Outcome(id = "1, -1, 0", expect = Expect.ACCEPTABLE, desc = "rejected first")
@Outcome(
    id = "0, -1, 0",
    expect = Expect.ACCEPTABLE,
    desc = "passed first; the rejection is reported as out of order, and holds the frontier")
@Outcome(expect = Expect.FORBIDDEN, desc = "breaks the delivery contract")
public class RejectSettleThrough {
  private final Fixture fixture = Fixture.roomy();
  private final Tracked first = fixture.emit(0);
  private final Tracked second = fixture.emit(1);

  @Actor
  public void one() {
    first.reject(poison());
  }

  @Actor
  public void other() {
    second.settle(CommitOrder.IN_ORDER);
  }

  @Arbiter
  public void after(IJJ_Result result) {
    result.r1 = fixture.rejections();
    result.r2 = fixture.frontier();
    result.r3 = fixture.window.elements();
  }

  private static Throwable poison() {
    return new IllegalStateException("poison");
  }
}
