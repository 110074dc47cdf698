package dev.connectors.kafka.internal;

import dev.connectors.core.Observer;
import dev.connectors.kafka.ProducerSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.ActorAttributes;
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
import org.jspecify.annotations.Nullable;

/**
 * Sends records and emits their metadata in input order; one wake-up serves all acknowledgements
 * that came since the last.
 */
public final class ProducerStage<K, V, C>
    extends GraphStage<FlowShape<Pair<ProducerRecord<K, V>, C>, Pair<RecordMetadata, C>>> {
  private static final String NAME = "kafka-producer";
  private static final String DISPATCHER = "connectors.kafka.dispatcher";

  private final ProducerSettings<K, V> settings;
  private final Inlet<Pair<ProducerRecord<K, V>, C>> in = Inlet.create("KafkaFlow.in");
  private final Outlet<Pair<RecordMetadata, C>> out = Outlet.create("KafkaFlow.out");
  private final FlowShape<Pair<ProducerRecord<K, V>, C>, Pair<RecordMetadata, C>> shape =
      FlowShape.of(in, out);

  public ProducerStage(ProducerSettings<K, V> settings) {
    this.settings = settings;
  }

  @Override
  public FlowShape<Pair<ProducerRecord<K, V>, C>, Pair<RecordMetadata, C>> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("KafkaFlow").and(ActorAttributes.dispatcher(DISPATCHER));
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private final Observer observer = settings.observer();
    private final ArrayDeque<Sent> inFlight = new ArrayDeque<>();
    private final boolean observed = observer != Observer.NONE;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AsyncCallback<NotUsed> wake =
        createAsyncCallback(
            nothing -> {
              woken.set(false);
              proceed();
            });
    private @Nullable Producer<K, V> producer;
    private boolean refused;
    private boolean failed;
    private int confirmed;
    private long confirmedSentAt;

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              send(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
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
      producer = settings.producerFactory().apply(settings.properties());
      proceed();
    }

    @Override
    public void postStop() {
      observe();
      Producer<K, V> ours = producer;
      if (ours != null && !settings.isShared()) {
        ours.close(failed ? Duration.ZERO : settings.closeTimeout());
      }
    }

    /** A record on its way; the client's thread completes it. */
    private final class Sent implements Callback {
      final C context;
      final long sentAt = observed ? System.nanoTime() : 0;
      private @Nullable RecordMetadata metadata;
      private @Nullable Exception failure;
      private volatile boolean completed;

      Sent(C context) {
        this.context = context;
      }

      @Override
      public void onCompletion(@Nullable RecordMetadata result, @Nullable Exception cause) {
        metadata = result;
        failure = cause;
        completed = true;
        if (!woken.get() && woken.compareAndSet(false, true)) {
          wake.invoke(NotUsed.getInstance());
        }
      }

      @Nullable RecordMetadata metadata() {
        return completed && failure == null ? metadata : null;
      }

      @Nullable Exception failure() {
        return completed ? failure : null;
      }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback is told the same
    private void send(Pair<ProducerRecord<K, V>, C> element) {
      Sent sent = new Sent(element.second());
      inFlight.add(sent);
      try {
        Objects.requireNonNull(producer).send(element.first(), sent);
      } catch (RuntimeException cause) {
        // Fails the stream in its turn: what was sent before may yet be confirmed.
        refused = true;
        sent.onCompletion(null, cause);
      }
      proceed();
    }

    private void proceed() {
      Sent oldest = inFlight.peek();
      RecordMetadata metadata = oldest == null ? null : oldest.metadata();
      if (oldest != null && metadata != null && isAvailable(out)) {
        push(out, Pair.create(metadata, oldest.context));
        inFlight.poll();
        if (observed && confirmed++ == 0) {
          confirmedSentAt = oldest.sentAt;
        }
        oldest = inFlight.peek();
      }
      if (observed && (oldest == null || !oldest.completed)) {
        observe();
      }
      if (oldest != null && oldest.failure() != null) {
        failed = true;
        failStage(oldest.failure());
      } else if (isClosed(in)) {
        if (oldest == null) {
          completeStage();
        }
      } else if (!refused && !hasBeenPulled(in) && inFlight.size() < settings.maxInFlight()) {
        pull(in);
      }
    }

    /** Once for all that were confirmed before one that is not. */
    private void observe() {
      if (confirmed > 0) {
        observer.confirmed(NAME, confirmed, Duration.ofNanos(System.nanoTime() - confirmedSentAt));
        confirmed = 0;
      }
    }
  }
}
