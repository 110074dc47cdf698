package dev.connectors.kafka.internal;

import dev.connectors.core.Observer;
import dev.connectors.kafka.ProducerSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
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

/**
 * Takes records, has a {@link RecordSender} send them in batches, and emits their metadata in input
 * order. Only the acknowledgement of the oldest record wakes the stage, and only when there is
 * demand: those that come meanwhile need no wake-up.
 */
public final class ProducerStage<I, K, V, C, O> extends GraphStage<FlowShape<I, O>> {
  private static final String NAME = "kafka-producer";
  private static final String DISPATCHER = "connectors.kafka.dispatcher";

  /** Handed over at once, so that the sending goes on beside the taking. */
  private static final int BATCH = 100;

  private final ProducerSettings<K, V> settings;
  private final Function<I, ProducerRecord<K, V>> record;
  private final Function<I, C> context;
  private final BiFunction<RecordMetadata, C, O> result;
  private final Inlet<I> in = Inlet.create("KafkaFlow.in");
  private final Outlet<O> out = Outlet.create("KafkaFlow.out");
  private final FlowShape<I, O> shape = FlowShape.of(in, out);

  public ProducerStage(
      ProducerSettings<K, V> settings,
      Function<I, ProducerRecord<K, V>> record,
      Function<I, C> context,
      BiFunction<RecordMetadata, C, O> result) {
    this.settings = settings;
    this.record = record;
    this.context = context;
    this.result = result;
  }

  @Override
  public FlowShape<I, O> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("KafkaFlow");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private final Observer observer = settings.observer();
    private final boolean observed = observer != Observer.NONE;
    private final ArrayDeque<SentRecord<K, V, C>> inFlight = new ArrayDeque<>();
    private final AsyncCallback<NotUsed> wakeUp = createAsyncCallback(nothing -> proceed());
    private final AsyncCallback<NotUsed> idle = createAsyncCallback(nothing -> handOver());
    private final AsyncCallback<Throwable> noClient = createAsyncCallback(this::fail);
    private final Runnable wake = this::wake;

    @SuppressWarnings("NullAway.Init") // before anything else, in preStart
    private RecordSender<K, V> sender;

    private List<SentRecord<K, V, C>> batch = new ArrayList<>(0);
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
              take(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
              handOver();
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
      Executor dispatcher = materializer().system().dispatchers().lookup(DISPATCHER);
      sender = new RecordSender<>(settings, dispatcher, noClient::invoke);
      sender.open();
      pull(in);
    }

    @Override
    public void postStop() {
      observe();
      if (failed) {
        sender.abandon();
      } else {
        handOver();
        sender.close(settings.closeTimeout());
      }
    }

    private void wake() {
      wakeUp.invoke(NotUsed.getInstance());
    }

    private void take(I element) {
      var sent =
          new SentRecord<>(
              record.apply(element),
              context.apply(element),
              observed ? System.nanoTime() : 0,
              wake);
      inFlight.add(sent);
      batch.add(sent);
      if (batch.size() == BATCH) {
        handOver();
      } else if (batch.size() == 1) {
        idle.invoke(NotUsed.getInstance()); // comes back behind what upstream has at hand
      }
      proceed();
    }

    private void handOver() {
      if (!batch.isEmpty()) {
        sender.send(batch);
        batch = new ArrayList<>(Math.min(2 * batch.size(), BATCH));
      }
    }

    private void fail(Throwable cause) {
      failed = true;
      failStage(cause);
    }

    private void proceed() {
      SentRecord<K, V, C> oldest = inFlight.peek();
      if (oldest != null && isAvailable(out) && !oldest.isAwaited()) {
        RecordMetadata metadata = oldest.metadata();
        if (metadata != null) {
          push(out, result.apply(metadata, oldest.context));
          inFlight.poll();
          if (observed && confirmed++ == 0) {
            confirmedTakenAt = oldest.takenAt;
          }
          oldest = inFlight.peek();
        }
      }
      if (observed && (oldest == null || !oldest.isCompleted())) {
        observe();
      }
      Throwable failure = oldest == null ? null : oldest.failure();
      if (failure != null) {
        fail(failure);
      } else if (isClosed(in)) {
        if (oldest == null) {
          completeStage();
        }
      } else if (!hasBeenPulled(in) && inFlight.size() < settings.maxInFlight()) {
        pull(in);
      }
    }

    /** Once for all that were confirmed before one that is not. */
    private void observe() {
      if (confirmed > 0) {
        observer.confirmed(NAME, confirmed, Duration.ofNanos(System.nanoTime() - confirmedTakenAt));
        confirmed = 0;
      }
    }
  }
}
