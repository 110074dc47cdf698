package dev.connectors.pubsub.internal;

import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.Observer;
import dev.connectors.pubsub.PublisherSettings;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SubscriptionWithCancelException;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;

/**
 * Takes messages, has a {@link PublishClient} publish them, and emits what they come to in input
 * order. Only the confirmation of the oldest message wakes the stage: those that come meanwhile
 * need no wake-up.
 *
 * @param <I> what it takes
 * @param <C> the context
 * @param <O> what it emits
 */
public final class PublishStage<I, C, O> extends GraphStage<FlowShape<I, O>> {
  private static final String DISPATCHER = "connectors.pubsub.dispatcher";
  private static final String AGAIN = "again";

  private final PublisherSettings settings;
  private final Function<I, PubsubMessage> message;
  private final Function<I, C> context;
  private final BiFunction<String, C, O> result;
  private final Inlet<I> in = Inlet.create("PubSubFlow.in");
  private final Outlet<O> out = Outlet.create("PubSubFlow.out");
  private final FlowShape<I, O> shape = FlowShape.of(in, out);

  public PublishStage(
      PublisherSettings settings,
      Function<I, PubsubMessage> message,
      Function<I, C> context,
      BiFunction<String, C, O> result) {
    this.settings = settings;
    this.message = message;
    this.context = context;
    this.result = result;
  }

  @Override
  public FlowShape<I, O> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("PubSubFlow");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    private final Observer observer = settings.observer();
    private final String name = "pubsub-" + settings.topic().getTopic();
    private final AsyncCallback<NotUsed> wakeUp = createAsyncCallback(nothing -> proceed());
    private final AsyncCallback<NotUsed> opened = createAsyncCallback(nothing -> opened());
    private final AsyncCallback<Throwable> noClient = createAsyncCallback(this::fail);
    private final PublishClient client = new PublishClient(settings);
    private final PublishWindow<C> window =
        new PublishWindow<>(
            client, settings, () -> wakeUp.invoke(NotUsed.getInstance()), System::nanoTime);

    private boolean paused;
    private boolean failed;
    private int confirmed;
    private long confirmedTakenAt;

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              I element = grab(in);
              window.take(message.apply(element), context.apply(element));
              proceed();
            }

            @Override
            public void onUpstreamFinish() {
              if (!window.isEmpty()) {
                window.flush();
              }
              proceed();
            }

            @Override
            public void onUpstreamFailure(Throwable cause) throws Exception {
              failed = true;
              super.onUpstreamFailure(cause);
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
              failed = !(cause instanceof SubscriptionWithCancelException.NonFailureCancellation);
              super.onDownstreamFinish(cause);
            }
          });
    }

    @Override
    public void preStart() {
      paused = true; // until there is a client
      Executor dispatcher = materializer().system().dispatchers().lookup(DISPATCHER);
      client.open(dispatcher, () -> opened.invoke(NotUsed.getInstance()), noClient::invoke);
    }

    private void opened() {
      paused = false;
      proceed();
    }

    @Override
    public void postStop() {
      observe();
      if (failed) {
        client.abandon();
      } else {
        client.close(window.pending(), window.isClean());
      }
    }

    @Override
    public void onTimer(Object timer) {
      paused = false;
      window.publishAgain();
      if (isClosed(in)) {
        window.flush();
      }
      proceed();
    }

    private void proceed() {
      if (paused) {
        if (isClosed(in) && window.isEmpty()) {
          completeStage();
        }
        return;
      }
      if (isAvailable(out)) {
        emit();
      }
      Throwable failure = window.isOldestDone() ? window.failure() : null;
      if (failure != null) {
        recover(failure);
      } else if (isClosed(in)) {
        if (window.isEmpty()) {
          completeStage();
        }
      } else if (!hasBeenPulled(in) && window.hasRoom()) {
        pull(in);
      }
    }

    private void emit() {
      OutgoingMessage<C> oldest = window.poll();
      if (oldest != null) {
        push(out, result.apply(oldest.id(), oldest.context));
        if (confirmed++ == 0) {
          confirmedTakenAt = oldest.takenAt;
        }
      }
      if (!window.isOldestDone() || window.isEmpty()) {
        observe();
      }
    }

    private void recover(Throwable cause) {
      if (!window.retries(cause)) {
        fail(cause);
      } else if (window.isSettled()) {
        paused = true;
        Duration pause = window.pause(cause);
        observer.retried(name, window.failedCount(), cause);
        scheduleOnce(AGAIN, pause);
      }
    }

    private void fail(Throwable cause) {
      failed = true;
      failStage(cause);
    }

    /** Once for all that were confirmed before one that is not. */
    private void observe() {
      if (confirmed > 0) {
        observer.confirmed(name, confirmed, Duration.ofNanos(System.nanoTime() - confirmedTakenAt));
        confirmed = 0;
      }
    }
  }
}
