package dev.connectors.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connectors.testkit.internal.Threads;
import dev.connectors.testkit.internal.Waiting;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every flow with context that writes to a server promises, as tests: extend it and tell it
 * how to make your flow, how to count what the server has, and how to stall the server. For JUnit
 * 5; run it against a fake and against the real server, and see {@link SourceContract} for sources.
 *
 * <p>What does not apply to a flow or cannot be arranged, it says by leaving a method as it is; the
 * tests of that are reported as skipped.
 *
 * @param <I> what the flow takes
 * @param <O> what it emits once the server has confirmed
 */
public abstract class SinkContract<I, O> {
  private static final int QUIET_MILLIS = 300;

  private final AtomicInteger taken = new AtomicInteger();

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

  /** The most elements that {@link #flow} may hold; keep it well below {@link #many}. */
  protected abstract int bound();

  /** How many elements go through where it takes many: 5,000, unless each takes milliseconds. */
  protected int many() {
    return 5_000;
  }

  /** From now on the server takes connections and answers nothing. */
  protected abstract void stall();

  /** The server answers again. */
  protected abstract void resume();

  /**
   * From now on the server answers out of order, or fails part of what it is sent in ways that pass
   * when it is sent again. Called before {@link #flow}.
   *
   * @return false, the default, when that can't be arranged: the test of it is skipped
   */
  protected boolean disturb() throws Exception {
    return false;
  }

  /**
   * How the names of the flow's own threads begin. Empty, the default, for a flow that starts none,
   * because its client is passed in: then the test that none is left is skipped.
   */
  protected String threads() {
    return "";
  }

  /**
   * Called after each test, when its streams have ended: the place for {@code
   * StreamTestKit.assertAllStagesStopped} and for a look at what the client was told. Does nothing
   * by default.
   */
  protected void ended(ActorSystem system) throws Exception {}

  @BeforeEach
  void start() throws Exception {
    system = ActorSystem.create("contract");
    taken.set(0);
    fresh();
  }

  @AfterEach
  void terminate() throws Exception {
    resume();
    try {
      ended(system);
    } finally {
      system.terminate();
      get(system.getWhenTerminated());
    }
    if (!threads().isEmpty()) {
      Waiting.until("no thread is left", () -> Threads.live(threads()).isEmpty());
    }
  }

  // ---- in order, all of it, and durable first

  @Test
  void run_many_confirmsInInputOrderWithTheirContexts() throws Exception {
    assertEquals(numbers(0, many()), get(confirmed(elements(0, many()), flow(system))));
    assertEquals(many(), stored());
  }

  @Test
  void run_each_isStoredWhenItIsConfirmed() throws Exception {
    List<Long> stored =
        get(
            elements(0, 5)
                .via(flow(system))
                .map(pair -> stored() - pair.second())
                .runWith(Sink.seq(), system));

    assertTrue(stored.stream().allMatch(more -> more >= 1), () -> "stored at each: " + stored);
  }

  @Test
  void run_serverDisturbed_confirmsAllInInputOrder() throws Exception {
    assumeTrue(disturb(), "passing failures of this server can't be arranged");

    assertEquals(numbers(0, many()), get(confirmed(elements(0, many()), flow(system))));
    assertEquals(many(), stored());
  }

  @Test
  void run_nothing_completes() throws Exception {
    assertEquals(List.of(), get(confirmed(elements(0, 0), flow(system))));
  }

  @Test
  void run_severalTimes_streamsAreIndependent() throws Exception {
    Flow<Pair<I, Integer>, Pair<O, Integer>, NotUsed> same = flow(system);

    CompletionStage<List<Integer>> first = confirmed(elements(0, 500), same);
    CompletionStage<List<Integer>> failing = confirmed(Source.single(refusedAs(0)), same);
    CompletionStage<List<Integer>> second = confirmed(elements(500, 1_000), same);

    assertInstanceOf(refusal(), failure(failing));
    assertEquals(numbers(0, 500), get(first));
    assertEquals(numbers(500, 1_000), get(second));
    assertEquals(numbers(1_000, 1_010), get(confirmed(elements(1_000, 1_010), same)));
    assertEquals(1_010, stored());
  }

  // ---- bounded

  @Test
  void run_serverStalls_takesNoMoreThanTheBoundAndGoesOn() throws Exception {
    Stalled stalled = new Stalled(elements(1, many()));
    Waiting.during(
        1_000,
        "it takes no more than the bound and confirms nothing",
        () -> taken.get() <= 1 + bound() && stalled.confirmed.size() == 1);
    resume();
    get(stalled.completion);

    assertEquals(numbers(0, many()), stalled.confirmed);
  }

  @Test
  void demand_none_takesNoMoreThanTheBoundAndGoesOn() throws Exception {
    CompletableFuture<Done> permit = new CompletableFuture<>();

    CompletionStage<List<Integer>> running =
        elements(0, many())
            .via(counted())
            .mapAsync(1, pair -> permit.thenApply(done -> pair.second()))
            .runWith(Sink.seq(), system);
    Waiting.until("it takes some", () -> taken.get() > 0);
    Waiting.during(
        QUIET_MILLIS,
        "it takes no more than the bound, and the stage behind it one",
        () -> taken.get() <= bound() + 1);
    permit.complete(Done.getInstance());

    assertEquals(numbers(0, many()), get(running));
  }

  // ---- the end

  @Test
  void complete_whileSomeAreInFlight_confirmsThemFirst() throws Exception {
    Stalled stalled = new Stalled(elements(1, 6));
    Waiting.until("all are taken", () -> taken.get() == 6);
    Waiting.during(
        QUIET_MILLIS,
        "it doesn't complete before",
        () -> !stalled.completion.toCompletableFuture().isDone());
    resume();
    get(stalled.completion);

    assertEquals(numbers(0, 6), stalled.confirmed);
    assertEquals(6, stored());
  }

  @Test
  void complete_all_leavesNoThread() throws Exception {
    assumeTrue(!threads().isEmpty(), "this flow starts no threads of its own");

    CompletableFuture<Pair<I, Integer>> last = new CompletableFuture<>();

    CompletionStage<List<Integer>> running =
        confirmed(elements(0, 5).concat(Source.completionStage(last)), flow(system));
    Waiting.until("a thread has that name", () -> !Threads.live(threads()).isEmpty());
    last.complete(Pair.create(element(5), 5));

    assertEquals(numbers(0, 6), get(running));
    Waiting.until("its threads are gone", () -> Threads.live(threads()).isEmpty());
  }

  @Test
  void run_refusedElement_failsWithTheClientsFailureAndEmitsNothingFromThereOn() throws Exception {
    List<Integer> emitted = new CopyOnWriteArrayList<>();

    CompletionStage<?> running =
        elements(0, 5)
            .concat(Source.single(refusedAs(5)))
            .concat(elements(6, 10))
            .via(flow(system))
            .runWith(Sink.foreach(pair -> emitted.add(pair.second())), system);

    assertInstanceOf(refusal(), failure(running));
    assertEquals(numbers(0, emitted.size()), emitted);
    assertTrue(emitted.size() <= 5, () -> "emitted " + emitted);
  }

  @Test
  void run_upstreamFails_failsWithThat() throws Exception {
    IllegalStateException bug = new IllegalStateException("bug");
    // A plain concat(failed) would fail before the first element.
    Source<Pair<I, Integer>, NotUsed> failing =
        elements(0, 3).concatLazy(Source.lazySource(() -> Source.failed(bug)));

    CompletionStage<?> running = confirmed(failing, flow(system));

    assertSame(bug, failure(running));
  }

  @Test
  void run_upstreamFailsWhileTheServerStalls_failsWithThat() throws Exception {
    CompletableFuture<Pair<I, Integer>> next = new CompletableFuture<>();
    IllegalStateException bug = new IllegalStateException("bug");

    Stalled stalled = new Stalled(elements(1, 6).concat(Source.completionStage(next)));
    Waiting.until("some are in flight", () -> taken.get() == 6);
    next.completeExceptionally(bug);

    assertSame(bug, failure(stalled.completion));
  }

  @Test
  void run_serverSilentFromTheStart_failsWithTheUpstreamAtOnce() throws Exception {
    CompletableFuture<Pair<I, Integer>> next = new CompletableFuture<>();
    IllegalStateException bug = new IllegalStateException("bug");
    stall();

    CompletionStage<?> running =
        elements(0, 3)
            .concat(Source.completionStage(next))
            .via(counted())
            .runWith(Sink.ignore(), system);
    Waiting.until("some are taken", () -> taken.get() == 3);
    next.completeExceptionally(bug);

    assertSame(
        bug,
        Objects.requireNonNull(
            assertThrows(ExecutionException.class, () -> getSoon(running)).getCause()));
  }

  @Test
  void cancel_serverSilentFromTheStart_ends() throws Exception {
    stall();

    Pair<Pair<CompletionStage<Done>, UniqueKillSwitch>, CompletionStage<Done>> running =
        elements(0, many())
            .watchTermination(Keep.right())
            .via(counted())
            .viaMat(KillSwitches.single(), Keep.both())
            .toMat(Sink.ignore(), Keep.both())
            .run(system);
    Waiting.until("some are taken", () -> taken.get() > 0);
    running.first().second().shutdown();

    getSoon(running.second());
    getSoon(running.first().first()); // it is told
  }

  @Test
  void cancel_whileMoreIsThere_completes() throws Exception {
    List<Integer> first =
        get(
            elements(0, many())
                .via(flow(system))
                .map(Pair::second)
                .take(3)
                .runWith(Sink.seq(), system));

    assertEquals(numbers(0, 3), first);
  }

  @Test
  void cancel_whileTheServerStalls_ends() throws Exception {
    Stalled stalled = new Stalled(elements(1, many()));
    stalled.killSwitch.shutdown();

    get(stalled.completion);
    get(stalled.upstream); // it is told
  }

  // ---- what the tests share

  /**
   * A stream whose first element is confirmed before the server stalls, so that it is connected and
   * has what clients fetch before they send; more are in flight now.
   */
  private final class Stalled {
    final List<Integer> confirmed = new CopyOnWriteArrayList<>();
    final CompletionStage<Done> upstream;
    final UniqueKillSwitch killSwitch;
    final CompletionStage<Done> completion;

    Stalled(Source<Pair<I, Integer>, NotUsed> more) throws Exception {
      CompletableFuture<Done> stalled = new CompletableFuture<>();
      Pair<Pair<CompletionStage<Done>, UniqueKillSwitch>, CompletionStage<Done>> running =
          elements(0, 1)
              .concat(Source.completionStage(stalled).flatMapConcat(done -> more))
              .watchTermination(Keep.right())
              .via(counted())
              .viaMat(KillSwitches.single(), Keep.both())
              .toMat(Sink.foreach(pair -> confirmed.add(pair.second())), Keep.both())
              .run(system);
      upstream = running.first().first();
      killSwitch = running.first().second();
      completion = running.second();
      Waiting.until("the first is confirmed", () -> confirmed.size() == 1);
      stall();
      stalled.complete(Done.getInstance());
      Waiting.until("more are taken", () -> taken.get() > 1);
    }
  }

  /** Elements from number {@code from} to before {@code to}. */
  private Source<Pair<I, Integer>, NotUsed> elements(int from, int to) {
    return Source.fromIterator(() -> IntStream.range(from, to).iterator())
        .map(number -> Pair.create(element(number), number));
  }

  /** The flow, before which is counted what it takes. */
  private Flow<Pair<I, Integer>, Pair<O, Integer>, NotUsed> counted() {
    return Flow.<Pair<I, Integer>>create()
        .map(
            element -> {
              taken.incrementAndGet();
              return element;
            })
        .via(flow(system));
  }

  private Pair<I, Integer> refusedAs(int number) {
    return Pair.create(refused(), number);
  }

  private CompletionStage<List<Integer>> confirmed(
      Source<Pair<I, Integer>, NotUsed> elements,
      Flow<Pair<I, Integer>, Pair<O, Integer>, NotUsed> flow) {
    return elements.via(flow).map(Pair::second).runWith(Sink.seq(), system);
  }

  /** From {@code from} to before {@code to}. */
  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static Throwable failure(CompletionStage<?> stage) {
    return Objects.requireNonNull(
        assertThrows(ExecutionException.class, () -> get(stage)).getCause());
  }

  /** Sooner than the time-outs of clients. */
  private static <R> R getSoon(CompletionStage<R> stage) throws Exception {
    return stage.toCompletableFuture().get(15, TimeUnit.SECONDS);
  }

  private static <R> R get(CompletionStage<R> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
