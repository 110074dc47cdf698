package dev.connectors.core.internal;

import dev.connectors.core.Committable;
import dev.connectors.core.DeadLetter;
import dev.connectors.core.DeadLetterSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.stream.stage.TimerGraphStageLogicWithLogging;
import org.jspecify.annotations.Nullable;

/**
 * Behind {@link dev.connectors.core.DeadLetters}: passes elements on, or hands them to a writer
 * that runs inside this stage, and holds what comes after a letter until that is confirmed.
 *
 * @param <I> what comes in
 * @param <T> what a letter holds
 * @param <O> what goes out
 */
public final class DivertStage<I, T, O> extends GraphStage<FlowShape<I, O>> {

  /** An element that is diverted. */
  private static final class Diverted<T> {
    final DeadLetter<T> letter;
    final @Nullable Committable committable;
    boolean confirmed;

    Diverted(DeadLetter<T> letter, @Nullable Committable committable) {
      this.letter = letter;
      this.committable = committable;
    }
  }

  private final Flow<DeadLetter<T>, Object, ?> writer;
  private final DeadLetterSettings settings;
  private final Envelopes<T> envelopes;
  private final DivertWork<I, T, O> work;
  private final Inlet<I> in = Inlet.create("DeadLetters.in");
  private final Outlet<O> out = Outlet.create("DeadLetters.out");
  private final FlowShape<I, O> shape = FlowShape.of(in, out);

  public DivertStage(
      Flow<DeadLetter<T>, Object, ?> writer,
      DeadLetterSettings settings,
      Envelopes<T> envelopes,
      DivertWork<I, T, O> work) {
    this.writer = writer;
    this.settings = settings;
    this.envelopes = envelopes;
    this.work = work;
  }

  @Override
  public FlowShape<I, O> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("DeadLetters");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic(inheritedAttributes);
  }

  private final class Logic extends TimerGraphStageLogicWithLogging
      implements InHandler, OutHandler {
    private static final String BACK_OFF = "back-off";

    private final Attributes attributes;
    private final FailureSeries failures = new FailureSeries(settings.retry(), System::nanoTime);
    private final AsyncCallback<Optional<Throwable>> committed =
        createAsyncCallback(this::onCommitted);

    /** The first letter that is not confirmed, and all that has come since, in input order. */
    private final ArrayDeque<Object> held = new ArrayDeque<>();

    private final ArrayDeque<Diverted<T>> unsent = new ArrayDeque<>();
    private final ArrayDeque<Diverted<T>> sent = new ArrayDeque<>();
    private @Nullable Writing writing;
    private long elements;
    private long commits;

    Logic(Attributes attributes) {
      super(shape);
      this.attributes = attributes;
      setHandler(in, this);
      setHandler(out, this);
    }

    @Override
    public void preStart() {
      startWriting();
    }

    // ---- elements

    @Override
    public void onPush() {
      I element = grab(in);
      elements++;
      try {
        Object outcome = work.outcome(element);
        if (outcome instanceof DivertWork.Failed failed) {
          divert(element, failed.cause());
        } else if (held.isEmpty() && isAvailable(out)) {
          push(out, emitted(outcome));
          return;
        } else {
          held.add(outcome);
        }
      } catch (Exception e) {
        failStage(e); // not thrown, since Pekko would log it, and it may quote the element
        return;
      }
      goOn();
    }

    private void divert(I element, Throwable cause) throws Exception {
      if (cause instanceof Error || !settings.divertOn().test(cause)) {
        failStage(cause);
        return;
      }
      settings.observer().rejected(envelopes.source(), cause);
      Committable committable = work.committable(element);
      Diverted<T> diverted =
          new Diverted<>(
              envelopes.letter(work.original(element), committable, elements, cause), committable);
      held.add(diverted);
      unsent.add(diverted);
      if (writing != null) {
        writing.send();
      }
    }

    @SuppressWarnings("unchecked") // an outcome that is no failure
    private O emitted(Object outcome) {
      return (O) outcome;
    }

    @Override
    public void onPull() {
      goOn();
    }

    @Override
    public void onUpstreamFinish() {
      goOn();
    }

    @Override
    public void onUpstreamFailure(Throwable cause) {
      failStage(cause);
    }

    @Override
    public void onDownstreamFinish(Throwable cause) {
      cancelStage(cause);
    }

    private void goOn() {
      while (isNextConfirmed() || (isNextToEmit() && isAvailable(out))) {
        Object next = held.remove();
        if (!(next instanceof Diverted)) {
          push(out, emitted(next));
        }
      }
      if (isClosed(in)) {
        if (held.isEmpty() && commits == 0) {
          completeStage();
        }
      } else if (!hasBeenPulled(in)
          && (held.isEmpty()
              ? isAvailable(out)
              : isWaiting() && held.size() < settings.maxHeld())) {
        pull(in);
      }
    }

    private boolean isNextConfirmed() {
      return held.peek() instanceof Diverted<?> diverted && diverted.confirmed;
    }

    /** Whether a letter holds back what comes after it, rather than downstream. */
    private boolean isWaiting() {
      return held.peek() instanceof Diverted;
    }

    private boolean isNextToEmit() {
      return !held.isEmpty() && !isWaiting();
    }

    // ---- letters

    private void startWriting() {
      failures.started();
      try {
        writing = new Writing();
        writing.start();
      } catch (RuntimeException e) {
        onWriterFailure(e);
      }
    }

    @Override
    public void onTimer(Object timer) {
      startWriting();
    }

    private void onConfirmed() {
      failures.emitted();
      Diverted<T> diverted = sent.remove();
      diverted.confirmed = true;
      if (diverted.committable != null) {
        commits++;
        diverted
            .committable
            .commit()
            .whenComplete((done, cause) -> committed.invoke(Optional.ofNullable(cause)));
      }
      goOn();
    }

    private void onCommitted(Optional<Throwable> outcome) {
      commits--;
      if (outcome.isPresent()) {
        Throwable cause = outcome.get();
        Throwable inner = cause.getCause();
        failStage(cause instanceof CompletionException && inner != null ? inner : cause);
      } else {
        goOn();
      }
    }

    private void onWriterFailure(Throwable failure) {
      if (writing != null) {
        writing.giveUp(failure);
        writing = null;
      }
      Duration pause = failures.failed(failure);
      if (pause == null) {
        failStage(failure);
        return;
      }
      while (!sent.isEmpty()) {
        unsent.addFirst(sent.removeLast());
      }
      settings.observer().retried(envelopes.source(), unsent.size(), failure);
      log()
          .warning(
              "Starts the writer of the dead letters of {} again in {} ms, after a {}",
              envelopes.source(),
              pause.toMillis(),
              failure.getClass().getName());
      scheduleOnce(BACK_OFF, pause);
    }

    /** One materialization of the writer. */
    private final class Writing {
      private final SubSourceOutlet<DeadLetter<T>> letters = new SubSourceOutlet<>("letters");
      private final SubSinkInlet<Object> confirmations = new SubSinkInlet<>("confirmations");

      void start() {
        letters.setHandler(
            new AbstractOutHandler() {
              @Override
              public void onPull() {
                send();
              }

              @Override
              public void onDownstreamFinish(Throwable cause) {
                // The writer's other end tells how it ended.
              }
            });
        confirmations.setHandler(
            new InHandler() {
              @Override
              public void onPush() {
                confirmations.grab();
                if (sent.isEmpty()) {
                  failStage(
                      new IllegalStateException(
                          "the writer of dead letters has emitted more than it was given"));
                  return;
                }
                confirmations.pull();
                onConfirmed();
              }

              @Override
              public void onUpstreamFinish() {
                failStage(
                    new IllegalStateException(
                        "the writer of dead letters has completed before its upstream"));
              }

              @Override
              public void onUpstreamFailure(Throwable cause) {
                if (writing == Writing.this) {
                  onWriterFailure(cause);
                }
              }
            });
        subFusingMaterializer()
            .materialize(
                Source.fromGraph(letters.source()).via(writer).to(confirmations.sink()),
                attributes);
        confirmations.pull();
      }

      void send() {
        if (letters.isAvailable() && !unsent.isEmpty()) {
          Diverted<T> next = unsent.remove();
          sent.add(next);
          letters.push(next.letter);
        }
      }

      void giveUp(Throwable failure) {
        if (!letters.isClosed()) {
          letters.fail(failure);
        }
        if (!confirmations.isClosed()) {
          confirmations.cancel(failure);
        }
      }
    }
  }
}
