package dev.connectors.core.internal;

import dev.connectors.core.Control;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.japi.function.Creator;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.RestartSettings;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.javadsl.RestartSource;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.jspecify.annotations.Nullable;

/**
 * Behind {@link dev.connectors.core.Restarting}: a {@link RestartSource} of its own for each
 * materialization, so that the sources it starts find the control that stands for them.
 */
public final class RestartingStage<T>
    extends AbstractGraphStageWithMaterializedValue<SourceShape<T>, Control> {
  private final RestartSettings settings;
  private final Creator<Source<T, Control>> create;
  private final Outlet<T> out = Outlet.create("Restarting.out");
  private final SourceShape<T> shape = SourceShape.of(out);

  public RestartingStage(RestartSettings settings, Creator<Source<T, Control>> create) {
    this.settings = settings;
    this.create = create;
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

  private final class Logic extends GraphStageLogic {
    private final RestartingControl control;
    private final Attributes attributes;
    private final SubSinkInlet<T> inner = new SubSinkInlet<>("Restarting.inner");
    private final AsyncCallback<Done> stopRequested = createAsyncCallback(done -> endIfIdle());
    private @Nullable Cancellable atSystemShutdown;

    Logic(RestartingControl control, Attributes attributes) {
      super(shape);
      this.control = control;
      this.attributes = attributes;
      inner.setHandler(
          new AbstractInHandler() {
            @Override
            public void onPush() {
              push(out, inner.grab());
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              inner.pull();
            }

            @Override
            public void onDownstreamFinish(Throwable cause) throws Exception {
              inner.cancel(cause);
              super.onDownstreamFinish(cause);
            }
          });
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
      RestartSettings whileWanted =
          settings.withRestartOn(
              failure -> (Boolean) settings.restartOn().apply(failure) && control.backsOff());
      subFusingMaterializer()
          .materialize(
              RestartSource.<T>onFailuresWithBackoff(whileWanted, this::next).to(inner.sink()),
              attributes);
    }

    @Override
    public void postStop() {
      if (atSystemShutdown != null) {
        atSystemShutdown.cancel();
      }
      control.ended();
    }

    private Source<T, ?> next() {
      if (control.isStopping()) {
        return Source.empty();
      }
      try {
        return create
            .create()
            .mapMaterializedValue(
                started -> {
                  control.started(started);
                  return NotUsed.getInstance();
                });
      } catch (Exception e) {
        return Source.failed(e);
      }
    }

    /**
     * Ends a back-off that is no longer wanted. A source that runs ends by itself: ending the stage
     * here would lose what it has emitted and how it ended.
     */
    private void endIfIdle() {
      if (!control.isRunning()) {
        inner.cancel();
        completeStage();
      }
    }
  }
}
