package dev.connectors.benchmarks.stress;

import dev.connectors.core.Committable;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** The two parts of an element are settled at once: the last of them settles it. */
@JCStressTest
@State
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "done")
@Outcome(expect = Expect.FORBIDDEN, desc = "breaks the delivery contract")
public class PartsSettle {
  private final Fixture fixture = Fixture.roomy();
  private final List<Committable> parts = fixture.emit(0).split(2);

  @Actor
  public void one() {
    parts.get(0).commit();
  }

  @Actor
  public void other() {
    parts.get(1).commit();
  }

  @Arbiter
  public void after(JJ_Result result) {
    result.r1 = fixture.frontier();
    result.r2 = fixture.window.elements();
  }
}
