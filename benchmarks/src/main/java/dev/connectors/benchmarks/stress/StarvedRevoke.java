package dev.connectors.benchmarks.stress;

import dev.connectors.core.internal.Lane;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A lane is full while the one that holds the room is revoked. */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "there was room")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "refused and resumed")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "resumed though there was room")
@Outcome(expect = Expect.FORBIDDEN, desc = "breaks the delivery contract")
public class StarvedRevoke {
  private final Fixture fixture = Fixture.withMaxUncommitted(64);
  private final Lane starved = fixture.window.lane("starved");

  {
    Fixture.fill(fixture.lane, 65);
  }

  {
    Fixture.fill(starved, 64);
  }

  @Actor
  public void one(II_Result result) {
    result.r1 = starved.emit(64, 10) == null ? 0 : 1;
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
