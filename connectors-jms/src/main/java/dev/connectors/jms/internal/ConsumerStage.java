package dev.connectors.jms.internal;

import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.internal.Contexts;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Tracked;
import dev.connectors.jms.JmsConsumerSettings;
import dev.connectors.jms.JmsSubscription;
import jakarta.jms.Message;
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

/** Emits what a {@link Receiver} receives on demand, as far as the window has room. */
public final class ConsumerStage<T>
    extends AbstractGraphStageWithMaterializedValue<SourceShape<T>, Control> {

  /** Makes the stream's element of a batch's next message. */
  private interface Emission<T> {
    /** Null when the message's lane emits nothing now. */
    @Nullable T next(MessageBatch batch);
  }

  private final JmsConsumerSettings settings;
  private final JmsSubscription subscription;
  private final boolean committable;
  private final Emission<T> emission;
  private final Outlet<T> out = Outlet.create("JmsSource.out");
  private final SourceShape<T> shape = SourceShape.of(out);

  private ConsumerStage(
      JmsConsumerSettings settings,
      JmsSubscription subscription,
      boolean committable,
      Emission<T> emission) {
    this.settings = settings;
    this.subscription = subscription;
    this.committable = committable;
    this.emission = emission;
  }

  public static ConsumerStage<Message> plain(
      JmsConsumerSettings settings, JmsSubscription subscription) {
    return new ConsumerStage<>(settings, subscription, false, MessageBatch::peek);
  }

  public static ConsumerStage<Tuple2<Message, Committable>> committable(
      JmsConsumerSettings settings, JmsSubscription subscription) {
    return new ConsumerStage<>(
        settings,
        subscription,
        true,
        batch -> {
          Tracked tracked =
              batch.lane == null ? null : batch.lane.emit(batch.position(), batch.bytes());
          return tracked == null ? null : Contexts.element(batch.peek(), tracked);
        });
  }

  @Override
  public SourceShape<T> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("JmsSource");
  }

  @Override
  public Pair<GraphStageLogic, Control> createLogicAndMaterializedValuePair(
      Attributes inheritedAttributes) {
    Logic logic = new Logic();
    return Pair.create(logic, logic.control);
  }

  private final class Logic extends GraphStageLogic implements Receiver.Listener {
    private final AsyncCallback<NotUsed> wake = createAsyncCallback(nothing -> proceed());
    private final Receiver receiver = new Receiver(settings, subscription, committable, this);
    private final ReceiverControl control = new ReceiverControl(receiver);
    private final @Nullable InFlight window = receiver.window();
    private @Nullable MessageBatch current;
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
                  CoordinatedShutdown.PhaseServiceRequestsDone(), receiver.name(), this::shutdown);
      receiver.start();
    }

    private CompletionStage<Done> shutdown() {
      return control.shutdown();
    }

    @Override
    public void postStop() {
      receiver.cancel();
      control.stopped();
      Cancellable task = shutdownTask;
      if (task != null) {
        receiver.whenShutdown().whenComplete((done, cause) -> task.cancel());
      }
    }

    @Override
    public void wake() {
      wake.invoke(NotUsed.getInstance());
    }

    private void proceed() {
      Throwable failure = receiver.failure(); // before the emptiness: what was received precedes it
      if (!receiver.isStopped() && (failure == null || window == null)) {
        emit();
      }
      if (failure != null && (window != null || receiver.hasEmittedAll())) {
        failStage(failure);
      } else if (receiver.isStopped()) {
        completeStage();
      }
    }

    private void emit() {
      while (isAvailable(out)) {
        MessageBatch batch = current == null ? receiver.inbox().take() : current;
        current = batch;
        if (batch == null || (window != null && !window.hasCapacity())) {
          return;
        }
        T element = emission.next(batch);
        if (element != null) {
          batch.advance();
          push(out, element);
        } else if (batch.lane != null && !batch.lane.isSealed()) {
          return; // the lane is full; the window wakes us
        }
        if (batch.isExhausted() || element == null) {
          current = null;
          receiver.emitted(batch);
        }
      }
    }
  }
}
