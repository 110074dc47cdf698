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

/** One rejects, one settles the same element: exactly one of them counts. */
@JCStressTest
@State
@Outcome(id = "1, -1, 0", expect = Expect.ACCEPTABLE, desc = "rejected")
@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "settled")
@Outcome(expect = Expect.FORBIDDEN, desc = "breaks the delivery contract")
public class RejectSettle {
  private final Fixture fixture = Fixture.roomy();
  private final Tracked element = fixture.emit(0);

  @Actor
  public void one() {
    element.reject(poison());
  }

  @Actor
  public void other() {
    element.settle(CommitOrder.ANY_ORDER);
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
