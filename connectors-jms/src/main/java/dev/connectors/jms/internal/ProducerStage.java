package dev.connectors.jms.internal;

import dev.connectors.jms.JmsMessage;
import dev.connectors.jms.JmsProducerSettings;
import dev.connectors.jms.JmsReply;
import dev.connectors.jms.JmsRequestSettings;
import jakarta.jms.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.pekko.NotUsed;
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

/**
 * Takes messages, has a {@link Sender} send them in batches, and emits what they come to in input
 * order.
 *
 * @param <C> the context
 * @param <R> the result
 */
public final class ProducerStage<C, R>
    extends GraphStage<FlowShape<Pair<JmsMessage, C>, Pair<R, C>>> {
  /** Handed over at once, so that the sending goes on beside the taking. */
  private static final int BATCH = 64;

  private final JmsProducerSettings settings;
  private final Supplier<Dispatch.Opener<R>> opener;
  private final Inlet<Pair<JmsMessage, C>> in = Inlet.create("JmsFlow.in");
  private final Outlet<Pair<R, C>> out = Outlet.create("JmsFlow.out");
  private final FlowShape<Pair<JmsMessage, C>, Pair<R, C>> shape = FlowShape.of(in, out);

  private ProducerStage(JmsProducerSettings settings, Supplier<Dispatch.Opener<R>> opener) {
    this.settings = settings;
    this.opener = opener;
  }

  /** Each message comes to itself as sent, once it is confirmed. */
  public static <C> ProducerStage<C, Message> produce(JmsProducerSettings settings) {
    return new ProducerStage<>(settings, () -> Producing.opener(settings));
  }

  /** Each message comes to its reply. */
  public static <C> ProducerStage<C, JmsReply> request(JmsRequestSettings settings) {
    return new ProducerStage<>(settings.producer(), () -> Requesting.opener(settings));
  }

  @Override
  public FlowShape<Pair<JmsMessage, C>, Pair<R, C>> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("JmsFlow");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private final ArrayDeque<Outgoing<C, R>> inFlight = new ArrayDeque<>();
    private final AsyncCallback<NotUsed> changed = createAsyncCallback(nothing -> proceed());
    private final AsyncCallback<NotUsed> idle = createAsyncCallback(nothing -> handOver());
    private final Sender<C, R> sender =
        new Sender<>(settings, opener.get(), () -> changed.invoke(NotUsed.getInstance()));
    private List<Outgoing<C, R>> batch = new ArrayList<>();
    private long emitted;
    private boolean completed;

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
          });
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
      sender.start();
      pull(in);
    }

    @Override
    public void postStop() {
      if (completed) {
        sender.close();
      } else {
        sender.abandon();
      }
    }

    private void take(Pair<JmsMessage, C> element) {
      Outgoing<C, R> outgoing = new Outgoing<>(element.first(), element.second());
      inFlight.add(outgoing);
      batch.add(outgoing);
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
        batch = new ArrayList<>(BATCH);
      }
    }

    private void proceed() {
      Throwable failure = sender.failure(); // before the count, which was raised before it
      long confirmed = sender.confirmed();
      if (emitted < confirmed && isAvailable(out)) {
        Outgoing<C, R> oldest = inFlight.remove();
        emitted++;
        push(out, Pair.create(Objects.requireNonNull(oldest.result), oldest.context));
      }
      if (failure != null) {
        if (emitted == confirmed) {
          failStage(failure);
        }
      } else if (isClosed(in)) {
        if (inFlight.isEmpty()) {
          completed = true;
          completeStage();
        }
      } else if (!hasBeenPulled(in) && inFlight.size() < settings.maxInFlight()) {
        pull(in);
      }
    }
  }
}
