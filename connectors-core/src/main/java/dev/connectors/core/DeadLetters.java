package dev.connectors.core;

import dev.connectors.core.internal.DivertStage;
import dev.connectors.core.internal.DivertWork;
import dev.connectors.core.internal.Envelopes;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;
import org.jspecify.annotations.Nullable;

/**
 * Takes elements that fail out of a stream and writes them elsewhere, each in a {@link DeadLetter},
 * while the others go on.
 *
 * <p>Two ways: {@link #map} and {@link #mapWithContext} divert an element for which a function
 * throws. {@link #keep} and {@link #divert} stand before and behind flows that emit a result for
 * each element, and divert the original of a result that is a failure:
 *
 * <pre>{@code
 * KafkaSource.committable(consumer, Subscription.topics("orders"))
 *     .via(deadLetters.keep())
 *     .map(record -> Bulk.index("orders", record))
 *     .via(ElasticsearchFlow.bulkWithContext(client, bulk.withOnFailure(FailurePolicy.EMIT)))
 *     .via(deadLetters.divert(BulkOperationException::of))
 *     .toMat(Committer.sink(commits), Control::draining)
 * }</pre>
 *
 * <ul>
 *   <li><b>Emits</b> what did not fail, in input order: elements behind a letter wait until it is
 *       confirmed. What was diverted is not emitted.
 *   <li><b>Guarantee:</b> the element's {@code Committable} is settled and committed once the
 *       letter is confirmed, never before. A letter may be written twice, after a lost
 *       confirmation.
 *   <li><b>A failed write</b> leaves the element and all behind it pending. The writer is started
 *       anew by {@link DeadLetterSettings#withRetry}, and what it had not confirmed is written
 *       again. When the retries are used up the stream fails with the writer's exception.
 *   <li><b>Completes</b> when upstream has completed and all letters are confirmed and committed.
 *   <li><b>Fails</b> when upstream does, when a commit does, and with failures that {@link
 *       DeadLetterSettings#withDivertOn} refuses.
 *   <li><b>Back-pressure:</b> at most {@code max-held} elements are held while letters are written.
 * </ul>
 *
 * <p>To replay, run the pipeline on the place where the letters went. {@link #withEarlier} makes an
 * element that fails once more keep its first source and position and count its attempts, by which
 * the writer can tell letters that are to be given up.
 *
 * @param <T> the payload of the letters: the elements before the function or flow that may fail
 */
public final class DeadLetters<T> {
  private final Flow<DeadLetter<T>, Object, ?> writer;
  private final DeadLetterSettings settings;
  private final Envelopes<T> envelopes;

  private DeadLetters(
      Flow<DeadLetter<T>, Object, ?> writer, DeadLetterSettings settings, Envelopes<T> envelopes) {
    this.writer = writer;
    this.settings = settings;
    this.envelopes = envelopes;
  }

  /**
   * Letters that go to {@code writer}.
   *
   * @param source names the pipeline, in the letters and to the observer
   * @param writer emits one element for each letter, in the same order, once the letter is durable;
   *     for example a map to a {@code ProducerRecord} and {@code KafkaFlow.produce}. It is
   *     materialized with the stream, and again for each retry.
   */
  public static <T> DeadLetters<T> create(
      String source, Flow<DeadLetter<T>, ?, ?> writer, DeadLetterSettings settings) {
    return new DeadLetters<>(
        Objects.requireNonNull(writer, "writer").map(confirmed -> confirmed),
        Objects.requireNonNull(settings, "settings"),
        new Envelopes<>(source));
  }

  /**
   * Says where an element stands. Default: the text of its {@code Committable}, for example {@code
   * orders-3@42}; without one its number in the stream, from 1 on.
   */
  public DeadLetters<T> withPosition(Function<T, String> position) {
    return new DeadLetters<>(writer, settings, envelopes.withPosition(position));
  }

  /**
   * Finds the headers of an earlier letter in an element that is replayed: source and position stay
   * those of the earlier letter, and attempts is counted on. Headers without {@link
   * DeadLetter#SOURCE} are those of an element that never was in a letter; of others, what is
   * missing or malformed is made anew.
   */
  public DeadLetters<T> withEarlier(Function<T, Map<String, String>> headers) {
    return new DeadLetters<>(writer, settings, envelopes.withEarlier(headers));
  }

  /**
   * Maps each element, and diverts those for which {@code function} throws. Without a {@code
   * Committable}: nothing is settled.
   */
  public <R> Flow<T, R, NotUsed> map(Function<T, R> function) {
    return Flow.fromGraph(
        new DivertStage<>(
            writer,
            settings,
            envelopes,
            new DivertWork<T, T, R>() {
              @Override
              public Object outcome(T element) {
                return attempt(function, element);
              }

              @Override
              public T original(T element) {
                return element;
              }

              @Override
              public @Nullable Committable committable(T element) {
                return null;
              }
            }));
  }

  /**
   * Maps each element, and diverts those for which {@code function} throws. They are settled once
   * their letter is confirmed.
   */
  public <R> FlowWithContext<T, Committable, R, Committable, NotUsed> mapWithContext(
      Function<T, R> function) {
    return FlowWithContext.fromPairs(
        Flow.fromGraph(
            new DivertStage<>(
                writer,
                settings,
                envelopes,
                new DivertWork<Pair<T, Committable>, T, Pair<R, Committable>>() {
                  @Override
                  public Object outcome(Pair<T, Committable> element) {
                    Object outcome = attempt(function, element.first());
                    return outcome instanceof DivertWork.Failed
                        ? outcome
                        : Pair.create(outcome, element.second());
                  }

                  @Override
                  public T original(Pair<T, Committable> element) {
                    return element.first();
                  }

                  @Override
                  public Committable committable(Pair<T, Committable> element) {
                    return element.second();
                  }
                })));
  }

  /**
   * Keeps each element beside its {@code Committable}, for {@link #divert}. The flows between the
   * two pass this context on, and emit at most one result for an element.
   */
  public FlowWithContext<T, Committable, T, Pair<T, Committable>, NotUsed> keep() {
    return FlowWithContext.fromPairs(
        Flow.<Pair<T, Committable>>create().map(element -> Pair.create(element.first(), element)));
  }

  /**
   * Diverts the originals of results that are failures.
   *
   * @param failure what is wrong with a result, or null if nothing is
   */
  public <R> FlowWithContext<R, Pair<T, Committable>, R, Committable, NotUsed> divert(
      Function<R, @Nullable Throwable> failure) {
    return FlowWithContext.fromPairs(
        Flow.fromGraph(
            new DivertStage<>(
                writer,
                settings,
                envelopes,
                new DivertWork<Pair<R, Pair<T, Committable>>, T, Pair<R, Committable>>() {
                  @Override
                  public Object outcome(Pair<R, Pair<T, Committable>> element) throws Exception {
                    Throwable cause = failure.apply(element.first());
                    return cause != null
                        ? new DivertWork.Failed(cause)
                        : Pair.create(element.first(), element.second().second());
                  }

                  @Override
                  public T original(Pair<R, Pair<T, Committable>> element) {
                    return element.second().first();
                  }

                  @Override
                  public Committable committable(Pair<R, Pair<T, Committable>> element) {
                    return element.second().second();
                  }
                })));
  }

  private static <T, R> Object attempt(Function<T, R> function, T element) {
    try {
      R result = function.apply(element);
      return result != null
          ? result
          : new DivertWork.Failed(new NullPointerException("the function returned null"));
    } catch (Exception e) {
      return new DivertWork.Failed(e);
    }
  }
}
