package dev.connectors.elasticsearch.internal;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.json.JsonpMapper;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.elasticsearch.internal.BulkBatches.Attempt;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;
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

/** Moves operations in and results out; all that is worth knowing is in {@link BulkBatches}. */
public final class BulkStage<I, C, O> extends GraphStage<FlowShape<I, O>> {
  private final Inlet<I> in = Inlet.create("BulkStage.in");
  private final Outlet<O> out = Outlet.create("BulkStage.out");
  private final FlowShape<I, O> shape = FlowShape.of(in, out);

  private final ElasticsearchAsyncClient client;
  private final BulkSettings settings;
  private final Function<I, BulkOperation> operation;
  private final Function<I, C> context;
  private final BiFunction<BulkResponseItem, C, O> result;

  /**
   * For elements of any form.
   *
   * @param operation the operation of an element
   * @param context what to keep of the element until the operation is confirmed
   * @param result what to emit then
   */
  public BulkStage(
      ElasticsearchAsyncClient client,
      BulkSettings settings,
      Function<I, BulkOperation> operation,
      Function<I, C> context,
      BiFunction<BulkResponseItem, C, O> result) {
    this.client = Objects.requireNonNull(client, "client");
    this.settings = Objects.requireNonNull(settings, "settings");
    this.operation = operation;
    this.context = context;
    this.result = result;
  }

  @Override
  public FlowShape<I, O> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private record Outcome(
      Attempt attempt, @Nullable BulkResponse response, @Nullable Throwable failure) {}

  private final class Logic extends TimerGraphStageLogic
      implements InHandler, OutHandler, BulkBatches.Sender {
    private static final String TIMER = "deadline";

    private final long start = System.nanoTime();
    private final BulkBatches<C> batches = new BulkBatches<>(settings, this::now, this);
    private final JsonpMapper mapper = client._jsonpMapper();
    private final AsyncCallback<Outcome> finished = createAsyncCallback(this::onFinished);
    private final AsyncCallback<BulkBatches<C>> idle = createAsyncCallback(this::onIdle);
    private long timerAt = BulkBatches.NO_DEADLINE;

    Logic() {
      super(shape);
      setHandler(in, this);
      setHandler(out, this);
    }

    private long now() {
      return System.nanoTime() - start;
    }

    @Override
    public void preStart() {
      pull(in);
    }

    @Override
    public void onPush() {
      I element = grab(in);
      BulkOperation serialised;
      try {
        serialised = Operations.serialised(operation.apply(element), mapper);
      } catch (RuntimeException e) {
        // Not thrown, since Pekko would log it, and a mapper may quote the document.
        failStage(e);
        return;
      }
      if (batches.add(serialised, context.apply(element))) {
        batches.run();
        if (batches.wantsIdleSignal()) {
          // It comes back behind whatever upstream has at hand.
          idle.invoke(batches);
        }
        goOn();
      } else {
        pullIfRoom();
      }
    }

    @Override
    public void onPull() {
      if (batches.hasResult()) {
        push(out, batches.next(result));
        if (batches.isFinished()) {
          completeStage();
        } else {
          pullIfRoom();
        }
      }
    }

    @Override
    public void onUpstreamFinish() {
      batches.close();
      goOn();
    }

    @Override
    public void onTimer(Object key) {
      timerAt = BulkBatches.NO_DEADLINE;
      batches.run();
      goOn();
    }

    private void onIdle(BulkBatches<C> ignored) {
      batches.runIdle();
      goOn();
    }

    @Override
    public Future<?> send(Attempt attempt) {
      CompletableFuture<BulkResponse> response;
      try {
        BulkRequest request =
            settings
                .request()
                .apply(new BulkRequest.Builder())
                .operations(attempt.operations())
                .build();
        response = client.bulk(request);
      } catch (RuntimeException failure) {
        response = CompletableFuture.failedFuture(failure);
      }
      var unused =
          response.whenComplete((r, failure) -> finished.invoke(new Outcome(attempt, r, failure)));
      return response;
    }

    private void onFinished(Outcome outcome) {
      BulkResponse response = outcome.response;
      if (response != null) {
        batches.succeeded(outcome.attempt, response);
      } else {
        batches.failed(
            outcome.attempt,
            outcome.failure != null
                ? outcome.failure
                : new IllegalStateException("the client gave no response to a bulk"));
      }
      goOn();
    }

    private void goOn() {
      Throwable failure = batches.failure();
      if (failure != null) {
        failStage(failure);
        return;
      }
      if (isAvailable(out) && batches.hasResult()) {
        push(out, batches.next(result));
      }
      if (batches.isFinished()) {
        completeStage();
        return;
      }
      pullIfRoom();
      long deadline = batches.deadline();
      // A timer that is too early is cheaper than one that is set anew for each bulk.
      if (deadline < timerAt) {
        timerAt = deadline;
        scheduleOnce(TIMER, Duration.ofNanos(Math.max(1, deadline - now())));
      }
    }

    private void pullIfRoom() {
      if (batches.hasRoom() && !hasBeenPulled(in) && !isClosed(in)) {
        pull(in);
      }
    }

    @Override
    public void postStop() {
      batches.abort();
    }
  }
}
