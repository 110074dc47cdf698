package dev.connectors.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.connectors.testkit.internal.Waiting;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every flow with context that writes to a server promises, as tests: extend it and tell it
 * how to make your flow, how to count what the server has, and how to stall the server. For JUnit
 * 5; see {@link SourceContract} for sources.
 *
 * @param <I> what the flow takes
 * @param <O> what it emits once the server has confirmed
 */
public abstract class SinkContract<I, O> {
  private static final int MANY = 5_000;

  @SuppressWarnings("NullAway.Init") // before each test
  private ActorSystem system;

  /** Called before each test: from now on {@link #stored} begins with 0. */
  protected abstract void fresh() throws Exception;

  /** The flow, with the context of each element: {@code flowWithContext.asFlow()}. */
  protected abstract Flow<Pair<I, Integer>, Pair<O, Integer>, NotUsed> flow(ActorSystem system);

  /** An element that the server takes. */
  protected abstract I element(int number);

  /** An element that is refused for good. */
  protected abstract I refused();

  /** What the stream fails with when an element is refused. */
  protected abstract Class<? extends Throwable> refusal();

  /** How many elements the server has. */
  protected abstract long stored() throws Exception;

  /** The most elements that {@link #flow} may hold; keep it well below 5,000. */
  protected abstract int bound();

  /** From now on the server takes connections and answers nothing. */
  protected abstract void stall();

  /** The server answers again. */
  protected abstract void resume();

  @BeforeEach
  void start() throws Exception {
    system = ActorSystem.create("contract");
    fresh();
  }

  @AfterEach
  void terminate() throws Exception {
    resume();
    system.terminate();
    get(system.getWhenTerminated());
  }

  @Test
  void run_many_confirmsInInputOrderWithTheirContexts() throws Exception {
    List<Integer> confirmed =
        get(elements(MANY).via(flow(system)).map(Pair::second).runWith(Sink.seq(), system));

    assertEquals(IntStream.range(0, MANY).boxed().toList(), confirmed);
    assertEquals(MANY, stored());
  }

  @Test
  void run_each_isStoredWhenItIsConfirmed() throws Exception {
    List<Long> stored =
        get(
            elements(5)
                .via(flow(system))
                .map(pair -> stored() - pair.second())
                .runWith(Sink.seq(), system));

    assertTrue(stored.stream().allMatch(more -> more >= 1), () -> "stored at each: " + stored);
  }

  @Test
  void run_nothing_completes() throws Exception {
    assertEquals(List.of(), get(elements(0).via(flow(system)).runWith(Sink.seq(), system)));
  }

  @Test
  void run_serverStalls_takesNoMoreThanTheBoundAndGoesOn() throws Exception {
    get(elements(1).via(flow(system)).runWith(Sink.ignore(), system)); // connected and warm
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger confirmed = new AtomicInteger();
    stall();

    CompletionStage<?> running =
        elements(MANY)
            .map(
                pair -> {
                  taken.incrementAndGet();
                  return pair;
                })
            .via(flow(system))
            .runWith(Sink.foreach(pair -> confirmed.incrementAndGet()), system);
    Waiting.until("it takes some", () -> taken.get() > 0);
    Waiting.during(
        1_000,
        "it takes no more than the bound and confirms nothing",
        () -> taken.get() <= bound() + 1 && confirmed.get() == 0);
    resume();
    get(running);

    assertEquals(MANY, confirmed.get());
  }

  @Test
  void run_refusedElement_failsWithTheClientsFailure() throws Exception {
    CompletionStage<?> running =
        Source.from(List.of(Pair.create(element(0), 0), Pair.create(refused(), 1)))
            .via(flow(system))
            .runWith(Sink.ignore(), system);

    Throwable failure = assertThrows(ExecutionException.class, () -> get(running)).getCause();
    assertInstanceOf(refusal(), failure);
  }

  @Test
  void run_upstreamFails_failsWithThat() throws Exception {
    IllegalStateException bug = new IllegalStateException("bug");

    CompletionStage<?> running =
        elements(3).concat(Source.failed(bug)).via(flow(system)).runWith(Sink.ignore(), system);

    assertSame(bug, assertThrows(ExecutionException.class, () -> get(running)).getCause());
  }

  @Test
  void cancel_whileMoreIsThere_completes() throws Exception {
    List<Integer> first =
        get(elements(MANY).via(flow(system)).map(Pair::second).take(3).runWith(Sink.seq(), system));

    assertEquals(List.of(0, 1, 2), first);
  }

  private Source<Pair<I, Integer>, NotUsed> elements(int count) {
    return Source.fromIterator(() -> IntStream.range(0, count).iterator())
        .map(number -> Pair.create(element(number), number));
  }

  private static <R> R get(CompletionStage<R> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
