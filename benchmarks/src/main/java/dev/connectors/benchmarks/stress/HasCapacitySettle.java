package dev.connectors.benchmarks.stress;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.internal.Tracked;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Capacity is asked for at the bound while an element is settled: either there is some, or the
 * owner is resumed.
 */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "there was capacity")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "refused and resumed")
@Outcome(expect = Expect.FORBIDDEN, desc = "breaks the delivery contract")
public class HasCapacitySettle {
  private final Fixture fixture = Fixture.withMaxElements(2);
  private final Tracked first = fixture.emit(0);

  {
    fixture.emit(1);
  }

  @Actor
  public void one(II_Result result) {
    result.r1 = fixture.window.hasCapacity() ? 1 : 0;
  }

  @Actor
  public void other() {
    first.settle(CommitOrder.ANY_ORDER);
  }

  @Arbiter
  public void after(II_Result result) {
    result.r2 = fixture.resumes();
  }
}
