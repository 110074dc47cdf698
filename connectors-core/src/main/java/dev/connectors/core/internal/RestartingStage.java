package dev.connectors.core.internal;

import dev.connectors.core.Control;
import dev.connectors.core.RetrySettings;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.japi.function.Creator;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.stream.stage.TimerGraphStageLogicWithLogging;
import org.jspecify.annotations.Nullable;

/**
 * Behind {@link dev.connectors.core.Restarting}: materializes a source inside itself, and after its
 * failure and a back-off another.
 */
public final class RestartingStage<T>
    extends AbstractGraphStageWithMaterializedValue<SourceShape<T>, Control> {
  private final RetrySettings settings;
  private final Creator<Source<T, Control>> create;
  private final LongSupplier clock;
  private final Outlet<T> out = Outlet.create("Restarting.out");
  private final SourceShape<T> shape = SourceShape.of(out);

  public RestartingStage(RetrySettings settings, Creator<Source<T, Control>> create) {
    this(settings, create, System::nanoTime);
  }

  /**
   * For tests.
   *
   * @param clock nanoseconds, as of {@link System#nanoTime}
   */
  public RestartingStage(
      RetrySettings settings, Creator<Source<T, Control>> create, LongSupplier clock) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.create = Objects.requireNonNull(create, "create");
    this.clock = clock;
  }

  @Override
  public SourceShape<T> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("Restarting");
  }

  @Override
  public Pair<GraphStageLogic, Control> createLogicAndMaterializedValuePair(
      Attributes inheritedAttributes) {
    RestartingControl control = new RestartingControl();
    return Pair.create(new Logic(control, inheritedAttributes), control);
  }

  private final class Logic extends TimerGraphStageLogicWithLogging
      implements InHandler, OutHandler {
    private static final String BACK_OFF = "back-off";

    private final RestartingControl control;
    private final Attributes attributes;
    private final FailureSeries failures = new FailureSeries(settings, clock);
    private final AsyncCallback<Done> stopRequested = createAsyncCallback(done -> endIfIdle());
    private @Nullable SubSinkInlet<T> inner;
    private @Nullable Cancellable atSystemShutdown;

    Logic(RestartingControl control, Attributes attributes) {
      super(shape);
      this.control = control;
      this.attributes = attributes;
      setHandler(out, this);
      control.onStopRequested(() -> stopRequested.invoke(Done.getInstance()));
    }

    @Override
    public void preStart() {
      atSystemShutdown =
          CoordinatedShutdown.get(materializer().system())
              .addCancellableTask(
                  CoordinatedShutdown.PhaseServiceRequestsDone(),
                  "restarting-source",
                  control::shutdown);
      start();
    }

    @Override
    public void postStop() {
      if (atSystemShutdown != null) {
        atSystemShutdown.cancel();
      }
      control.ended();
    }

    private void start() {
      if (control.isStopping()) {
        completeStage();
        return;
      }
      failures.started();
      try {
        Source<T, Control> source = create.create();
        materialize(source);
      } catch (Exception e) {
        onUpstreamFailure(e);
        return;
      }
      if (isAvailable(out)) {
        onPull();
      }
    }

    private void materialize(Source<T, Control> source) {
      SubSinkInlet<T> inlet = new SubSinkInlet<>("Restarting.inner");
      inlet.setHandler(this);
      try {
        control.started(
            subFusingMaterializer()
                .materialize(source.toMat(inlet.sink(), Keep.left()), attributes));
      } catch (RuntimeException e) {
        inlet.cancel(e);
        throw e;
      }
      inner = inlet;
    }

    @Override
    public void onPull() {
      if (inner != null) {
        inner.pull();
      }
    }

    @Override
    public void onPush() {
      failures.emitted();
      push(out, Objects.requireNonNull(inner).grab());
    }

    @Override
    public void onUpstreamFinish() {
      completeStage();
    }

    /** The source has failed, or could not be made. */
    @Override
    public void onUpstreamFailure(Throwable failure) {
      inner = null;
      Duration pause = failures.failed(failure);
      if (pause == null || !control.backsOff()) {
        failStage(failure);
        return;
      }
      log().warning("Starts the source again in {} ms, after {}", pause.toMillis(), failure);
      scheduleOnce(BACK_OFF, pause);
    }

    @Override
    public void onTimer(Object timer) {
      start();
    }

    @Override
    public void onDownstreamFinish(Throwable cause) {
      if (inner != null) {
        inner.cancel(cause);
      }
      cancelStage(cause);
    }

    /**
     * Ends a back-off that is no longer wanted. A source that runs ends by itself: ending the stage
     * here would lose what it has emitted and how it ended.
     */
    private void endIfIdle() {
      if (isTimerActive(BACK_OFF)) {
        completeStage();
      }
    }
  }
}
