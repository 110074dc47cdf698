package dev.connectors.file.internal;

import dev.connectors.core.CheckpointStore;
import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.internal.Contexts;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Tracked;
import dev.connectors.file.TailLine;
import dev.connectors.file.TailSettings;
import dev.connectors.file.TailedFiles;
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
import scala.Tuple2;

/** Emits what a {@link TailLoop} reads on demand, as far as the window has room. */
public final class TailStage<T>
    extends AbstractGraphStageWithMaterializedValue<SourceShape<T>, Control> {

  /** Makes the stream's element of a batch's next line. */
  private interface Emission<T> {
    /** Null when the lane emits nothing now. */
    @Nullable T next(TailBatch batch);
  }

  private final String name;
  private final TailedFiles files;
  private final TailSettings settings;
  private final @Nullable CheckpointStore store;
  private final Emission<T> emission;
  private final Outlet<T> out = Outlet.create("FileSource.tail.out");
  private final SourceShape<T> shape = SourceShape.of(out);

  private TailStage(
      String name,
      TailedFiles files,
      TailSettings settings,
      @Nullable CheckpointStore store,
      Emission<T> emission) {
    this.name = name;
    this.files = files;
    this.settings = settings;
    this.store = store;
    this.emission = emission;
  }

  public static TailStage<TailLine> plain(TailedFiles files, TailSettings settings) {
    return new TailStage<>(files.toString(), files, settings, null, TailBatch::peek);
  }

  public static TailStage<Tuple2<TailLine, Committable>> committable(
      String name, TailedFiles files, CheckpointStore store, TailSettings settings) {
    return new TailStage<>(
        name,
        files,
        settings,
        store,
        batch -> {
          Tracked tracked =
              batch.lane == null ? null : batch.lane.emit(batch.position(), batch.nextBytes());
          return tracked == null ? null : Contexts.element(batch.peek(), tracked);
        });
  }

  @Override
  public SourceShape<T> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("FileSource.tail");
  }

  @Override
  public Pair<GraphStageLogic, Control> createLogicAndMaterializedValuePair(
      Attributes inheritedAttributes) {
    Logic logic = new Logic();
    return Pair.create(logic, logic.control);
  }

  private @Nullable TailCommits newCommits(String source) {
    return store == null ? null : new TailCommits(name, source, store, settings);
  }

  private final class Logic extends GraphStageLogic implements TailLoop.Listener {
    private final AsyncCallback<NotUsed> wake = createAsyncCallback(nothing -> proceed());
    private final String source = "file-tail-" + name;
    private final TailLoop loop = new TailLoop(source, files, settings, newCommits(source), this);
    private final TailControl control = new TailControl(loop);
    private final @Nullable InFlight window = loop.window();
    private @Nullable TailBatch current;
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
      return control.shutdown();
    }

    @Override
    public void postStop() {
      loop.cancel();
      control.stopped();
      Cancellable task = shutdownTask;
      if (task != null) {
        loop.whenShutdown().whenComplete((done, cause) -> task.cancel());
      }
    }

    @Override
    public void wake() {
      wake.invoke(NotUsed.getInstance());
    }

    private void proceed() {
      if (loop.isStopped()) {
        completeStage();
        return;
      }
      Throwable failure = loop.failure(); // before the emptiness: what was read precedes it
      if (failure == null || !loop.isRejected()) {
        emit();
      }
      if (failure != null && (loop.isRejected() || hasNoMore())) {
        failStage(failure);
      }
    }

    private void emit() {
      while (isAvailable(out)) {
        TailBatch batch = current == null ? loop.inbox().take() : current;
        current = batch;
        if (batch == null || (window != null && !window.hasCapacity())) {
          return;
        }
        T element = emission.next(batch);
        if (element != null) {
          batch.advance();
          push(out, element);
        } else if (batch.lane == null || !batch.lane.isSealed()) {
          return; // the lane is full; the window wakes us
        }
        if (batch.isExhausted() || element == null) {
          current = null;
          loop.emitted(batch);
        }
      }
    }

    private boolean hasNoMore() {
      return current == null && loop.inbox().isEmpty();
    }
  }
}
