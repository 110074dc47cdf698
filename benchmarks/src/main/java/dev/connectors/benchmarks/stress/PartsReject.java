package dev.connectors.benchmarks.stress;

import dev.connectors.core.Committable;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJJ_Result;

/** Of two parts one is settled, one rejected: the element is rejected. */
@JCStressTest
@State
@Outcome(id = "1, -1, 0", expect = Expect.ACCEPTABLE, desc = "rejected")
@Outcome(expect = Expect.FORBIDDEN, desc = "breaks the delivery contract")
public class PartsReject {
  private final Fixture fixture = Fixture.roomy();
  private final List<Committable> parts = fixture.emit(0).split(2);

  @Actor
  public void one() {
    parts.get(0).commit();
  }

  @Actor
  public void other() {
    parts.get(1).reject(poison());
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
