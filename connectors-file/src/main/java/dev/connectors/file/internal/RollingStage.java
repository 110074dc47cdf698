package dev.connectors.file.internal;

import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.internal.Disk;
import dev.connectors.core.internal.OpenRolls;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.RolledFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.jspecify.annotations.Nullable;

/** Moves elements into {@link RollingFiles} and emits the results. */
public final class RollingStage<I, T, O> extends GraphStage<FlowShape<I, O>> {
  private static final String CONFIG = "connectors.file.rolling";

  private final RollingPlan<T, Path> plan;
  private final @Nullable RollingSettings givenRolling;
  private final @Nullable FileWriteSettings givenWrite;
  private final Function<I, T> element;
  private final Supplier<RollingResults<I, O>> newResults;
  private final RollingFiles.Replay replay;
  private final Inlet<I> in = Inlet.create("FileRolling.in");
  private final Outlet<O> out = Outlet.create("FileRolling.out");
  private final FlowShape<I, O> shape = FlowShape.of(in, out);

  private RollingStage(
      RollingPlan<T, Path> plan,
      @Nullable RollingSettings rolling,
      @Nullable FileWriteSettings write,
      Function<I, T> element,
      Supplier<RollingResults<I, O>> newResults,
      RollingFiles.Replay replay) {
    this.plan = Objects.requireNonNull(plan, "plan");
    this.givenRolling = rolling;
    this.givenWrite = write;
    this.element = element;
    this.newResults = newResults;
    this.replay = replay;
  }

  /**
   * Emits each file.
   *
   * @param rolling null, like {@code write}, for those of the system that runs the stream
   */
  public static <T> RollingStage<T, T, RolledFile> files(
      RollingPlan<T, Path> plan,
      @Nullable RollingSettings rolling,
      @Nullable FileWriteSettings write) {
    return new RollingStage<>(
        plan,
        rolling,
        write,
        element -> element,
        RollingResults.Files::new,
        RollingFiles.Replay.IMPOSSIBLE);
  }

  /** Emits the file of each element and its context, in input order. */
  public static <T, C> RollingStage<Pair<T, C>, T, Pair<RolledFile, C>> elements(
      RollingPlan<T, Path> plan, RollingSettings rolling, FileWriteSettings write) {
    return withContext(plan, rolling, write, RollingResults.Elements::new);
  }

  /** Emits each file and the contexts of its elements. */
  public static <T, C> RollingStage<Pair<T, C>, T, Pair<RolledFile, List<C>>> filesWithContexts(
      RollingPlan<T, Path> plan, RollingSettings rolling, FileWriteSettings write) {
    return withContext(plan, rolling, write, RollingResults.FilesWithContexts::new);
  }

  private static <T, C, O> RollingStage<Pair<T, C>, T, O> withContext(
      RollingPlan<T, Path> plan,
      RollingSettings rolling,
      FileWriteSettings write,
      Supplier<RollingResults<Pair<T, C>, O>> newResults) {
    return new RollingStage<>(
        plan,
        Objects.requireNonNull(rolling, "rolling"),
        Objects.requireNonNull(write, "write"),
        Pair::first,
        newResults,
        RollingFiles.Replay.POSSIBLE);
  }

  @Override
  public FlowShape<I, O> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return FileDispatcher.named("FileFlow.rolling");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic implements InHandler, OutHandler {
    private static final String TIMER = "due";

    private final long start = System.nanoTime();
    private final RollingResults<I, O> results = newResults.get();
    private RollingFiles<I, T> files;
    private boolean isTimerSet;

    @SuppressWarnings("NullAway.Init") // preStart does the rest
    Logic() {
      super(shape);
      setHandler(in, this);
      setHandler(out, this);
    }

    private long now() {
      return System.nanoTime() - start;
    }

    @Override
    public void preStart() {
      files =
          new RollingFiles<>(
              plan,
              givenRolling != null ? givenRolling : rollingOfTheSystem(),
              givenWrite != null ? givenWrite : FileWriteSettings.create(materializer().system()),
              element,
              results,
              replay,
              new Disk(),
              Clock.systemUTC());
      pull(in);
    }

    private RollingSettings rollingOfTheSystem() {
      return RollingSettings.create(materializer().system().settings().config().getConfig(CONFIG));
    }

    @Override
    public void onPush() {
      try {
        files.write(grab(in), now());
      } catch (IOException | RuntimeException e) {
        fail(e);
        return;
      }
      goOn();
    }

    @Override
    public void onPull() {
      goOn();
    }

    @Override
    public void onTimer(Object key) {
      isTimerSet = false;
      try {
        files.completeDue(now());
      } catch (IOException | RuntimeException e) {
        fail(e);
        return;
      }
      goOn();
    }

    @Override
    public void onUpstreamFinish() {
      try {
        files.completeAll();
      } catch (IOException | RuntimeException e) {
        fail(e);
        return;
      }
      goOn();
    }

    @Override
    public void onUpstreamFailure(Throwable cause) {
      fail(cause);
    }

    @Override
    public void onDownstreamFinish(Throwable cause) {
      cancelStage(cause);
    }

    private void goOn() {
      if (results.hasNext() && isAvailable(out)) {
        push(out, results.next());
      }
      if (results.hasNext()) {
        return;
      }
      if (isClosed(in)) {
        completeStage();
        return;
      }
      if (!hasBeenPulled(in)) {
        pull(in);
      }
      setTimer();
    }

    /** What is set is early enough: no file that was begun later is due before. */
    private void setTimer() {
      if (isTimerSet) {
        return;
      }
      long deadline = files.deadline();
      if (deadline != OpenRolls.NO_DEADLINE) {
        isTimerSet = true;
        scheduleOnce(TIMER, Duration.ofNanos(Math.max(1, deadline - now())));
      }
    }

    private void fail(Throwable cause) {
      try {
        files.abort();
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
      failStage(cause);
    }

    @Override
    public void postStop() throws IOException {
      if (files != null) { // null when preStart has failed
        files.abort();
      }
    }
  }
}
