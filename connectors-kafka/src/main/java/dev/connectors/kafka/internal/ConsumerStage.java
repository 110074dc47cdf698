package dev.connectors.kafka.internal;

import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.internal.Contexts;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import dev.connectors.core.internal.Tracked;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.Subscription;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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

/**
 * Takes batches from a {@link ConsumerLoop} and emits their records on demand, as far as the window
 * has room.
 */
public final class ConsumerStage<K, V, T>
    extends AbstractGraphStageWithMaterializedValue<SourceShape<T>, Control> {

  /** Makes the stream's element of a record. */
  private interface Emission<K, V, T> {
    /** Null when the record's lane emits nothing now. */
    @Nullable T element(PartitionLane lane, ConsumerRecord<K, V> record);
  }

  private final ConsumerSettings<K, V> settings;
  private final Subscription subscription;
  private final boolean committable;
  private final Emission<K, V, T> emission;
  private final Outlet<T> out = Outlet.create("KafkaSource.out");
  private final SourceShape<T> shape = SourceShape.of(out);

  private ConsumerStage(
      ConsumerSettings<K, V> settings,
      Subscription subscription,
      boolean committable,
      Emission<K, V, T> emission) {
    this.settings = settings;
    this.subscription = subscription;
    this.committable = committable;
    this.emission = emission;
  }

  public static <K, V> ConsumerStage<K, V, ConsumerRecord<K, V>> plain(
      ConsumerSettings<K, V> settings, Subscription subscription) {
    return new ConsumerStage<>(
        settings, subscription, false, (lane, record) -> lane.isSealed() ? null : record);
  }

  public static <K, V> ConsumerStage<K, V, Tuple2<ConsumerRecord<K, V>, Committable>> committable(
      ConsumerSettings<K, V> settings, Subscription subscription) {
    return new ConsumerStage<>(
        settings,
        subscription,
        true,
        (lane, record) -> {
          Lane tracking = lane.lane;
          Tracked tracked =
              tracking == null ? null : tracking.emit(record.offset(), RecordBatch.bytes(record));
          return tracked == null ? null : Contexts.element(record, tracked);
        });
  }

  @Override
  public SourceShape<T> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("KafkaSource");
  }

  @Override
  public Pair<GraphStageLogic, Control> createLogicAndMaterializedValuePair(
      Attributes inheritedAttributes) {
    Logic logic = new Logic();
    return Pair.create(logic, logic.control);
  }

  private final class Logic extends GraphStageLogic implements ConsumerLoop.Listener {
    private final AsyncCallback<NotUsed> wake = createAsyncCallback(nothing -> proceed());
    private final ConsumerLoop<K, V> loop =
        new ConsumerLoop<>(settings, subscription, committable, this);
    private final ConsumerControl control = new ConsumerControl(loop);
    private final @Nullable InFlight window = loop.window();
    private @Nullable RecordBatch<K, V> current;
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
        RecordBatch<K, V> batch = next();
        if (batch == null) {
          return;
        }
        if (window != null && !window.hasCapacity()) {
          return;
        }
        T element = emission.element(batch.lane, batch.peek());
        if (element != null) {
          batch.advance();
          push(out, element);
        } else if (!batch.lane.isSealed()) {
          return; // the lane is full; the window wakes us
        }
        if (batch.isExhausted() || element == null) {
          current = null;
          loop.emitted(batch);
        }
      }
    }

    private @Nullable RecordBatch<K, V> next() {
      if (current == null) {
        current = loop.readAhead().take();
      }
      return current;
    }

    private boolean hasNoMore() {
      return current == null && loop.readAhead().isEmpty();
    }
  }
}
