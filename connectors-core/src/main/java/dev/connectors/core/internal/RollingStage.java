package dev.connectors.core.internal;

import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;

/**
 * Moves elements into files or objects by a {@link RollingWriter}, and emits the results.
 *
 * @param <I> what comes in
 * @param <T> the element in it
 * @param <N> names
 * @param <R> a file or object that is complete
 * @param <O> what is emitted
 */
public final class RollingStage<I, T, N, R, O> extends GraphStage<FlowShape<I, O>> {
  private final Attributes attributes;
  private final RollingPlan<T, N> plan;
  private final Setup<T, N, R> setup;
  private final Supplier<RollingResults<I, T, R, O>> newResults;
  private final Inlet<I> in = Inlet.create("Rolling.in");
  private final Outlet<O> out = Outlet.create("Rolling.out");
  private final FlowShape<I, O> shape = FlowShape.of(in, out);

  /** What the stage gets from the system that runs it. */
  public interface Setup<T, N, R> {
    /** When one is complete. */
    RollingSettings settings(ActorSystem system);

    /**
     * Where they are made.
     *
     * @param onChange to be run, on any thread, when there is something to {@linkplain
     *     RollingStore#advance go on} with
     */
    RollingStore<T, N, R> store(ActorSystem system, Runnable onChange);
  }

  public RollingStage(
      Attributes attributes,
      RollingPlan<T, N> plan,
      Setup<T, N, R> setup,
      Supplier<RollingResults<I, T, R, O>> newResults) {
    this.attributes = attributes;
    this.plan = Objects.requireNonNull(plan, "plan");
    this.setup = setup;
    this.newResults = newResults;
  }

  @Override
  public FlowShape<I, O> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return attributes;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic implements InHandler, OutHandler {
    private static final String TIMER = "due";

    private final long start = System.nanoTime();
    private RollingStore<T, N, R> store;
    private RollingWriter<I, T, N, R> writer;
    private final Step write = () -> writer.write(grab(in), now());
    private final Step nothing = () -> {};
    private final RollingResults<I, T, R, O> results = newResults.get();
    private final AsyncCallback<Boolean> changed = createAsyncCallback(always -> go(nothing));
    private final AsyncCallback<Throwable> cleared = createAsyncCallback(this::failStage);
    private boolean isTimerSet;
    private boolean hasFailed;

    @SuppressWarnings("NullAway.Init") // preStart does the rest
    Logic() {
      super(shape);
      setHandler(in, this);
      setHandler(out, this);
    }

    private interface Step {
      void run() throws IOException;
    }

    private long now() {
      return System.nanoTime() - start;
    }

    @Override
    public void preStart() {
      ActorSystem system = materializer().system();
      RollingSettings settings = setup.settings(system);
      store = setup.store(system, () -> changed.invoke(true));
      writer = new RollingWriter<>(plan, settings, store, results, Clock.systemUTC());
      pull(in);
    }

    @Override
    public void onPush() {
      go(write);
    }

    @Override
    public void onPull() {
      go(nothing);
    }

    @Override
    public void onTimer(Object key) {
      isTimerSet = false;
      go(() -> writer.endDue(now()));
    }

    @Override
    public void onUpstreamFinish() {
      go(() -> writer.endAll());
    }

    @Override
    public void onUpstreamFailure(Throwable cause) {
      fail(cause);
    }

    @Override
    public void onDownstreamFinish(Throwable cause) {
      cancelStage(cause);
    }

    private void go(Step step) {
      if (hasFailed) {
        return;
      }
      try {
        step.run();
        goOn();
      } catch (IOException | RuntimeException e) {
        fail(e);
      }
    }

    private void goOn() throws IOException {
      store.advance();
      writer.relieve(); // by what is complete now
      boolean isReady = store.advance();
      Throwable failure = store.failure();
      if (failure != null) {
        fail(failure);
        return;
      }
      if (results.hasNext() && isAvailable(out)) {
        push(out, results.next());
      }
      if (results.hasNext()) {
        setTimer();
        return;
      }
      if (isClosed(in)) {
        if (!writer.isCompleting()) {
          completeStage();
        }
        return;
      }
      if (isReady && writer.hasRoom() && !hasBeenPulled(in)) {
        pull(in);
      }
      setTimer();
    }

    /** What is set is early enough: nothing that was begun later is due before. */
    private void setTimer() {
      if (isTimerSet) {
        return;
      }
      long deadline = writer.deadline();
      if (deadline != OpenRolls.NO_DEADLINE) {
        isTimerSet = true;
        scheduleOnce(TIMER, Duration.ofNanos(Math.max(1, deadline - now())));
      }
    }

    /** Upstream is told at once, downstream when nothing is left of what is not complete. */
    private void fail(Throwable cause) {
      if (hasFailed) {
        return;
      }
      hasFailed = true;
      if (!isClosed(in)) {
        cancel(in);
      }
      setKeepGoing(true);
      try {
        writer.abort();
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
      var unused =
          store
              .cleared()
              .whenComplete(
                  (done, left) -> {
                    if (left != null) {
                      cause.addSuppressed(left);
                    }
                    cleared.invoke(cause);
                  });
    }

    @Override
    public void postStop() throws IOException {
      if (writer != null) { // null when preStart has failed
        writer.abort();
      }
    }
  }
}
