package dev.connectors.pubsub.internal;

import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.internal.Contexts;
import dev.connectors.pubsub.SubscriberSettings;
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
public final class ReceiverStage
    extends AbstractGraphStageWithMaterializedValue<
        SourceShape<Tuple2<PubsubMessage, Committable>>, Control> {
  private final SubscriberSettings settings;
  private final Link.Factory links;
  private final Outlet<Tuple2<PubsubMessage, Committable>> out = Outlet.create("PubSubSource.out");
  private final SourceShape<Tuple2<PubsubMessage, Committable>> shape = SourceShape.of(out);

  public ReceiverStage(SubscriberSettings settings) {
    this(
        settings,
        switch (settings.pull()) {
          case STREAMING -> StreamingLink::new;
          case UNARY -> UnaryLink::new;
        });
  }

  /** With another client. */
  public ReceiverStage(SubscriberSettings settings, Link.Factory links) {
    this.settings = settings;
    this.links = links;
  }

  @Override
  public SourceShape<Tuple2<PubsubMessage, Committable>> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("PubSubSource");
  }

  @Override
  public Pair<GraphStageLogic, Control> createLogicAndMaterializedValuePair(
      Attributes inheritedAttributes) {
    Logic logic = new Logic();
    return Pair.create(logic, logic.control);
  }

  private final class Logic extends GraphStageLogic {
    private final AsyncCallback<NotUsed> wake = createAsyncCallback(nothing -> proceed());
    private final Receiver receiver =
        new Receiver(settings, links, () -> wake.invoke(NotUsed.getInstance()));
    private final ReceiverControl control = new ReceiverControl(receiver);
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

    private void proceed() {
      Throwable failure = receiver.failure();
      if (failure != null) {
        failStage(failure);
      } else if (receiver.isStopped()) {
        completeStage();
      } else {
        emit();
      }
    }

    private void emit() {
      while (isAvailable(out)) {
        Delivery delivery = receiver.next();
        if (delivery == null) {
          return;
        }
        push(out, Contexts.element(delivery.emit(), delivery));
      }
    }
  }
}
