package dev.connectors.core.internal;

import dev.connectors.core.Committable;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.OutOfOrderException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.jspecify.annotations.Nullable;

/**
 * Behind {@link dev.connectors.core.Committer}: as a flow it emits what was committed, as a sink it
 * emits nothing.
 */
public final class CommitterStage<T> extends GraphStage<FlowShape<Pair<T, Committable>, T>> {
  private final CommitterSettings settings;
  private final boolean emits;
  private final Inlet<Pair<T, Committable>> in = Inlet.create("Committer.in");
  private final Outlet<T> out = Outlet.create("Committer.out");
  private final FlowShape<Pair<T, Committable>, T> shape = FlowShape.of(in, out);

  public CommitterStage(CommitterSettings settings, boolean emits) {
    this.settings = settings;
    this.emits = emits;
  }

  @Override
  public FlowShape<Pair<T, Committable>, T> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("Committer");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  /** What is committed together, and emitted after that. */
  private static final class Batch<T> extends CommitBatch {
    final List<T> elements = new ArrayList<>(0);
    boolean committed;
  }

  private final class Logic extends TimerGraphStageLogic {
    private static final String INTERVAL = "interval";

    private final ArrayDeque<Batch<T>> committing = new ArrayDeque<>();
    private final ArrayDeque<T> committed = new ArrayDeque<>();
    private final AsyncCallback<Pair<Batch<T>, @Nullable Throwable>> onCommitted =
        createAsyncCallback(this::onCommitted);
    private Batch<T> batch = new Batch<>();
    private boolean intervalOver;
    private @Nullable Throwable failure;

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              onElement(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
              proceed();
            }

            @Override
            public void onUpstreamFailure(Throwable cause) {
              end(cause);
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              proceed();
            }

            @Override
            public void onDownstreamFinish(Throwable cause) throws Exception {
              if (batch.size > 0) {
                batch.commit(); // what is settled is committed, though nobody waits for it
              }
              super.onDownstreamFinish(cause);
            }
          });
    }

    @Override
    public void preStart() {
      proceed();
    }

    @Override
    public void onTimer(Object key) {
      intervalOver = true;
      proceed();
    }

    private void onElement(Pair<T, Committable> element) {
      Committable committable = element.second();
      batch.size++;
      if (!Composite.settle(committable, settings.order(), batch)) {
        Composite.outOfOrder(committable);
        end(new OutOfOrderException(committable.toString()));
        return;
      }
      if (emits) {
        batch.elements.add(element.first());
      }
      if (batch.size == 1) {
        scheduleOnce(INTERVAL, settings.maxInterval());
      }
      proceed();
    }

    private void onCommitted(Pair<Batch<T>, @Nullable Throwable> done) {
      Throwable cause = done.second();
      if (cause == null) {
        done.first().committed = true;
      } else {
        committing.remove(done.first());
      }
      while (!committing.isEmpty() && committing.peek().committed) {
        committed.addAll(committing.poll().elements);
      }
      if (cause == null) {
        proceed();
      } else {
        end(CommitBatch.unwrapped(cause));
      }
    }

    /** Fails the stream when what is settled has been committed. */
    private void end(Throwable cause) {
      if (failure == null) {
        failure = cause;
        if (!isClosed(in)) {
          cancel(in, cause);
        }
      }
      proceed();
    }

    private void proceed() {
      boolean ending = isClosed(in);
      boolean due = batch.size >= settings.maxBatch() || intervalOver || ending;
      if (batch.size > 0 && due && (committing.size() < settings.parallelism() || ending)) {
        commit();
      }
      if (failure != null) {
        if (committing.isEmpty()) {
          failStage(failure);
        }
        return;
      }
      if (emits && isAvailable(out) && !committed.isEmpty()) {
        push(out, committed.poll());
      }
      if (ending) {
        if (committing.isEmpty() && committed.isEmpty()) {
          completeStage();
        }
      } else if (!hasBeenPulled(in) && mayTake() && mayHold()) {
        pull(in);
      }
    }

    /** Whether there is room, or a commit would otherwise wait for what stands before the room. */
    private boolean mayTake() {
      if (batch.size < settings.maxBatch()) {
        return true;
      }
      for (Batch<T> waiting : committing) {
        if (waiting.needsMore()) {
          return true;
        }
      }
      return false;
    }

    /** Whether another element can be held until it is emitted; a sink holds none. */
    private boolean mayHold() {
      return !emits || committed.size() < settings.maxBatch();
    }

    private void commit() {
      Batch<T> full = batch;
      batch = new Batch<>();
      intervalOver = false;
      cancelTimer(INTERVAL);
      committing.add(full);
      full.commit().whenComplete((done, cause) -> onCommitted.invoke(Pair.create(full, cause)));
    }
  }
}
