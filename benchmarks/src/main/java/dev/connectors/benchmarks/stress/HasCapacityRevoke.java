package dev.connectors.benchmarks.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Capacity is asked for at the bound while the lane is revoked. */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "there was capacity")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "refused and resumed")
@Outcome(expect = Expect.FORBIDDEN, desc = "breaks the delivery contract")
public class HasCapacityRevoke {
  private final Fixture fixture = Fixture.withMaxElements(1);

  {
    fixture.emit(0);
  }

  @Actor
  public void one(II_Result result) {
    result.r1 = fixture.window.hasCapacity() ? 1 : 0;
  }

  @Actor
  public void other() {
    fixture.lane.revoke();
  }

  @Arbiter
  public void after(II_Result result) {
    result.r2 = fixture.resumes();
  }
}
