package dev.connectors.core.internal;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.Committable;
import dev.connectors.core.CommitterSettings;
import java.util.Optional;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.japi.function.Predicate;
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
import org.jspecify.annotations.Nullable;

/**
 * Behind {@link dev.connectors.core.Committer#filter}: settles what it drops, each element by
 * itself since those before it may still be under way, and has that committed, one commit at a
 * time.
 */
public final class FilterStage<T>
    extends GraphStage<FlowShape<Pair<T, Committable>, Pair<T, Committable>>> {
  private final CommitterSettings settings;
  private final Predicate<T> kept;
  private final Inlet<Pair<T, Committable>> in = Inlet.create("Committer.filter.in");
  private final Outlet<Pair<T, Committable>> out = Outlet.create("Committer.filter.out");
  private final FlowShape<Pair<T, Committable>, Pair<T, Committable>> shape = FlowShape.of(in, out);

  public FilterStage(CommitterSettings settings, Predicate<T> kept) {
    this.settings = settings;
    this.kept = kept;
  }

  @Override
  public FlowShape<Pair<T, Committable>, Pair<T, Committable>> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("Committer.filter");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic implements InHandler, OutHandler {
    private static final String INTERVAL = "interval";

    private final AsyncCallback<Optional<Throwable>> committed =
        createAsyncCallback(this::onCommitted);
    private CommitBatch dropped = new CommitBatch();
    private boolean due;
    private boolean committing;
    private @Nullable Throwable failure;

    Logic() {
      super(shape);
      setHandlers(in, out, this);
    }

    @Override
    public void onPush() {
      Pair<T, Committable> element = grab(in);
      if (kept.test(element.first())) {
        push(out, element);
        return;
      }
      Composite.settle(element.second(), CommitOrder.ANY_ORDER, dropped);
      dropped.size++;
      if (dropped.size >= settings.maxBatch()) {
        due = true;
        commit();
      } else if (dropped.size == 1) {
        scheduleOnce(INTERVAL, settings.maxInterval());
      }
      pull(in);
    }

    @Override
    public void onPull() {
      pull(in);
    }

    @Override
    public void onTimer(Object key) {
      due = true;
      commit();
    }

    @Override
    public void onUpstreamFinish() {
      end();
    }

    @Override
    public void onUpstreamFailure(Throwable cause) {
      failure = cause;
      end();
    }

    @Override
    public void onDownstreamFinish(Throwable cause) {
      if (dropped.size > 0) {
        dropped.commit(); // nobody waits for it
      }
      cancelStage(cause);
    }

    /** Ends when what was dropped is committed. */
    private void end() {
      due = true;
      commit();
      endIfIdle();
    }

    private void endIfIdle() {
      if (!committing && isClosed(in)) {
        if (failure == null) {
          completeStage();
        } else {
          failStage(failure);
        }
      }
    }

    private void commit() {
      if (!due || committing || dropped.size == 0) {
        return;
      }
      CommitBatch batch = dropped;
      dropped = new CommitBatch();
      due = false;
      committing = true;
      cancelTimer(INTERVAL);
      batch.commit().whenComplete((done, cause) -> committed.invoke(Optional.ofNullable(cause)));
    }

    private void onCommitted(Optional<Throwable> cause) {
      committing = false;
      if (cause.isPresent()) {
        failStage(failure == null ? CommitBatch.unwrapped(cause.get()) : failure);
        return;
      }
      due |= isClosed(in);
      commit();
      endIfIdle();
    }
  }
}
