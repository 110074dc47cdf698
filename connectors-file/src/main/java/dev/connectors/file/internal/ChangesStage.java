package dev.connectors.file.internal;

import dev.connectors.core.Control;
import dev.connectors.file.ChangeSettings;
import dev.connectors.file.FileChange;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.jspecify.annotations.Nullable;

/** Emits what a {@link ChangeLoop} sees, on demand. */
public final class ChangesStage
    extends AbstractGraphStageWithMaterializedValue<SourceShape<FileChange>, Control> {
  private final Path directory;
  private final ChangeSettings settings;
  private final Outlet<FileChange> out = Outlet.create("FileSource.changes.out");
  private final SourceShape<FileChange> shape = SourceShape.of(out);

  public ChangesStage(Path directory, ChangeSettings settings) {
    this.directory = directory;
    this.settings = settings;
  }

  @Override
  public SourceShape<FileChange> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("FileSource.changes");
  }

  @Override
  public Pair<GraphStageLogic, Control> createLogicAndMaterializedValuePair(
      Attributes inheritedAttributes) {
    Logic logic = new Logic();
    return Pair.create(logic, logic.loop);
  }

  private final class Logic extends GraphStageLogic {
    private final AsyncCallback<NotUsed> wake = createAsyncCallback(nothing -> proceed());
    private final ChangeLoop loop =
        new ChangeLoop(directory, settings, () -> wake.invoke(NotUsed.getInstance()));
    private @Nullable Cancellable shutdownTask;

    Logic() {
      super(shape);
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              proceed();
            }
          });
    }

    @Override
    public void preStart() {
      shutdownTask =
          CoordinatedShutdown.get(materializer().system())
              .addCancellableTask(
                  CoordinatedShutdown.PhaseServiceRequestsDone(), loop.name(), this::shutdown);
      loop.start();
    }

    private CompletionStage<Done> shutdown() {
      return loop.shutdown();
    }

    @Override
    public void postStop() {
      loop.cancel();
      loop.stopped();
      Cancellable task = shutdownTask;
      if (task != null) {
        loop.isShutdown().whenComplete((done, cause) -> task.cancel());
      }
    }

    private void proceed() {
      Throwable failure = loop.failure(); // before the emptiness: what was seen precedes it
      if (loop.isStopped()) {
        completeStage();
        return;
      }
      if (isAvailable(out)) {
        FileChange change = loop.queue().take();
        if (change != null) {
          push(out, change);
        }
      }
      if (failure != null && loop.queue().isEmpty()) {
        failStage(failure);
      }
    }
  }
}
