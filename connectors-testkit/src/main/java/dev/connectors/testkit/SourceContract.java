package dev.connectors.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.Health;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.OutOfOrderException;
import dev.connectors.core.Restarting;
import dev.connectors.core.RetrySettings;
import dev.connectors.testkit.internal.Threads;
import dev.connectors.testkit.internal.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every committable source promises, as tests: extend it and tell it how to make your source
 * and how to fill what it reads. For JUnit 5; run it against a fake that keeps positions as the
 * server does, and against the real server.
 *
 * <pre>{@code
 * class OrdersSourceTest extends SourceContract<ConsumerRecord<String, String>> {
 *   protected void fresh() { … a new topic and a new group … }
 *   protected void publish(int count) { … }
 *   protected Source<Pair<ConsumerRecord<String, String>, Committable>, Control> source(
 *       ActorSystem system, InFlightSettings inFlight) { … }
 *   protected long number(ConsumerRecord<String, String> record) { return record.offset(); }
 *   protected long committed() { … }
 *   protected String threads() { return "orders-"; }
 * }
 * }</pre>
 *
 * <p>What is read has to be in one lane: one partition, one queue, one file. Give the source a
 * drain time-out that is longer than a test may take, a minute, where it runs on a fake: then the
 * tests that stop it show that it does not wait for nothing. What does not apply to a source, it
 * says by overriding a method; the tests of that are reported as skipped.
 *
 * @param <T> the source's element
 */
public abstract class SourceContract<T> {
  private static final int BOUND = 16;

  /** What each lane may hold whatever the bound, and the step in which it is given more. */
  private static final int CHUNK = 64;

  /** What a stage and the buffer that Pekko may put before it can take without a demand. */
  private static final int BUFFERED = 1 + 16;

  private static final int QUIET_MILLIS = 300;
  private static final String ALL_OR_NOTHING = "this source commits all of a batch or nothing";
  private static final String HELD_BACK =
      "what follows an unsettled element is held back by the server";

  @SuppressWarnings("NullAway.Init") // before each test
  private ActorSystem system;

  /**
   * Called before each test: from now on {@link #publish} begins with number 0, and nothing is
   * committed.
   */
  protected abstract void fresh() throws Exception;

  /** Adds {@code count} elements to what the source reads, numbered on. */
  protected abstract void publish(int count) throws Exception;

  /** A source of what was published, from the committed position on, with such a window. */
  protected abstract Source<Pair<T, Committable>, Control> source(
      ActorSystem system, InFlightSettings inFlight);

  /** The number with which the element was published. */
  protected abstract long number(T element);

  /** The number of the first element that is not committed, as the server knows it. */
  protected abstract long committed() throws Exception;

  /**
   * How the names of the source's own threads begin. Empty for a source that starts none: then the
   * test that none is left is skipped.
   */
  protected abstract String threads();

  /**
   * Whether {@code max-bytes} bounds the source, which is the default. False for one that can't
   * know the size of an element: then the test of that bound is skipped.
   */
  protected boolean countsBytes() {
    return true;
  }

  /**
   * Whether part of what was emitted can be made durable without the rest, which is the default.
   * False for a source whose server takes all of a batch or nothing, as a transaction does: then
   * the tests that commit part are skipped.
   */
  protected boolean commitsParts() {
    return true;
  }

  /**
   * Whether what one run has not committed comes to the next one in its order, which is the
   * default. False for a server that may deliver what it was given back in another order.
   */
  protected boolean keepsOrderBetweenRuns() {
    return true;
  }

  /**
   * Whether the server may deliver again what was committed, of its own accord; the default is that
   * it does not.
   */
  protected boolean mayDeliverCommittedAgain() {
    return false;
  }

  /**
   * Whether the server delivers what follows an unsettled element however long that takes, and only
   * once, which is the default. False for one that keeps an order by holding back.
   */
  protected boolean deliversBehindUnsettled() {
    return true;
  }

  /**
   * Whether the server takes each element by itself. False, which is the default, for a source that
   * commits positions: what was settled behind an unsettled element is delivered again with it.
   */
  protected boolean commitsEach() {
    return false;
  }

  /**
   * Called after each test, when its streams have ended and unless it has terminated {@code
   * system}: the place for {@code StreamTestKit.assertAllStagesStopped} and for a look at what the
   * client was told. Does nothing by default.
   */
  protected void ended(ActorSystem system) throws Exception {}

  @BeforeEach
  void start() throws Exception {
    system = ActorSystem.create("contract");
    fresh();
  }

  @AfterEach
  void terminate() throws Exception {
    try {
      if (!system.getWhenTerminated().toCompletableFuture().isDone()) {
        ended(system);
      }
    } finally {
      system.terminate();
      get(system.getWhenTerminated());
    }
    if (!threads().isEmpty()) {
      Waiting.until("no thread is left", () -> Threads.live(threads()).isEmpty());
    }
  }

  // ---- in order, and all of it

  @Test
  void settle_allOfThem_emitsInOrderAndCommitsAll() throws Exception {
    publish(500);
    List<Long> seen = new CopyOnWriteArrayList<>();

    Control.Draining<Done> running = run(seen, CommitOrder.IN_ORDER);
    Waiting.until("all is committed", () -> committed() == 500);
    get(running.drainAndShutdown());

    assertEquals(numbers(0, 500), seen);
    assertEquals(500, committed());
  }

  @Test
  void settle_onManyThreads_commitsAll() throws Exception {
    publish(2_000);

    Control.Draining<Done> running =
        source(system, window())
            .mapAsyncUnordered(8, pair -> CompletableFuture.supplyAsync(() -> pair))
            .toMat(Committer.sink(settings(CommitOrder.ANY_ORDER)), Control::draining)
            .run(system);
    Waiting.until("all is committed", () -> committed() == 2_000);
    get(running.drainAndShutdown());

    assertEquals(2_000, committed());
  }

  @Test
  void publish_whileTheSourceWaits_isEmitted() throws Exception {
    List<Long> seen = new CopyOnWriteArrayList<>();
    Control.Draining<Done> running = run(seen, CommitOrder.IN_ORDER);
    Waiting.until("it runs", () -> running.health().isHealthy());

    publish(3);
    Waiting.until("they are committed", () -> committed() == 3);
    publish(2);
    Waiting.until("so are these", () -> committed() == 5);
    get(running.drainAndShutdown());

    assertEquals(numbers(0, 5), seen);
  }

  // ---- law 1, no gap

  @Test
  void settle_outOfOrder_commitsUpToTheLowestUnsettled() throws Exception {
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    publish(10);
    Running running = collect(10);

    for (int i = 0; i < 10; i++) {
      if (i != 3) {
        get(running.open.get(i).commit());
      }
    }
    long before = committed();
    get(running.open.get(3).commit());

    assertEquals(3, before);
    assertEquals(10, committed());
    get(running.control.shutdown());
  }

  // ---- law 3, once

  @Test
  void settle_twice_changesNothing() throws Exception {
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    publish(3);
    Running running = collect(3);

    get(running.open.get(0).commit());
    get(running.open.get(0).commit());
    get(running.open.get(0).reject(new IllegalStateException("too late")));

    assertEquals(1, committed());
    assertEquals(2, running.control.health().elementsInFlight());
    running.commitAll();
    get(running.control.shutdown());
    get(running.open.get(1).commit()); // after the end: no effect, and no failure
    assertEquals(3, committed());
  }

  @Test
  void commit_afterTheClientIsClosed_hasNoEffect() throws Exception {
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    publish(5);
    Running running = collect(5);
    get(running.open.get(0).commit());
    running.cancel();

    running.commitAll();
    get(running.open.get(4).reject(new IllegalStateException("too late")));

    assertEquals(1, committed());
    assertEquals(numbers(1, 5), takeAndCommit(4));
  }

  // ---- law 5, bounded

  @Test
  void settle_nothing_stopsAtTheBoundAndGoesOnWhenSettled() throws Exception {
    publish(200);
    Running running = new Running(window());
    Waiting.until("the bound is reached", () -> running.open.size() == BOUND);
    Waiting.during(
        QUIET_MILLIS, "no more than the bound is emitted", () -> running.open.size() == BOUND);

    assertEquals(BOUND, running.control.health().elementsInFlight());
    assertEquals(0, committed());
    int more = running.commitAll() + BOUND;
    Waiting.until(
        "it goes on",
        () -> {
          if (!deliversBehindUnsettled()) {
            running.commitAll(); // only then comes the rest of what was held back
          }
          return running.open.size() >= more;
        });
    assertTrue(running.control.health().elementsInFlight() <= BOUND);
    get(running.control.stop());
    running.commitAll();
    get(running.control.shutdown());
    if (deliversBehindUnsettled()) {
      assertEquals(more, running.open.size());
    }
    assertEquals(running.open.size(), committed());
  }

  @Test
  void settle_nothing_stopsAtTheBoundInBytesAndGoesOnWhenSettled() throws Exception {
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    assumeTrue(countsBytes(), "this source doesn't bound what is in flight by bytes");
    publish(100);
    Running one = new Running(window().withMaxBytes(1));
    Waiting.until("one is emitted, though it is larger", () -> one.open.size() == 1);
    Waiting.during(QUIET_MILLIS, "no more than that one is", () -> one.open.size() == 1);
    long bytes = one.control.health().bytesInFlight();
    assertTrue(bytes > 1, () -> "in flight: " + bytes + " bytes");
    get(one.open.get(0).commit());
    Waiting.until("it goes on", () -> one.open.size() == 2);
    one.cancel();

    Running some = new Running(window().withMaxBytes(5 * bytes));
    // 5 of that size, or 4 that are a little larger.
    Waiting.until("as many are as fit", () -> some.control.health().bytesInFlight() > 4 * bytes);
    Waiting.during(QUIET_MILLIS, "it is below the bound in elements", () -> some.open.size() < 8);
    some.cancel();
    assertEquals(1, committed());
  }

  @Test
  void settle_allButTheFirst_stopsAtTheBoundOfTheUncommitted() throws Exception {
    assumeTrue(deliversBehindUnsettled(), HELD_BACK);
    publish(500);
    AtomicInteger emitted = new AtomicInteger();
    CompletableFuture<Committable> first = new CompletableFuture<>();

    Control control =
        source(system, window().withMaxUncommitted(CHUNK))
            .toMat(
                Sink.foreach(
                    pair -> {
                      emitted.incrementAndGet();
                      if (!first.complete(pair.second())) {
                        pair.second().commit();
                      }
                    }),
                Keep.left())
            .run(system);
    Waiting.until("the bound is reached", () -> emitted.get() >= CHUNK);
    Waiting.during(
        QUIET_MILLIS, "no more is emitted than a lane may hold", () -> emitted.get() <= 2 * CHUNK);
    assertEquals(0, committed());

    get(first).commit();
    Waiting.until("it goes on to the end", () -> committed() == 500);
    get(control.shutdown());
  }

  @Test
  void demand_none_emitsNoMoreThanTheStreamTakes() throws Exception {
    publish(500);
    CompletableFuture<Done> permit = new CompletableFuture<>();

    Control.Draining<Done> running =
        source(system, window().withMaxElements(200))
            .mapAsync(1, pair -> permit.thenApply(done -> pair))
            .toMat(Committer.sink(settings(CommitOrder.IN_ORDER)), Control::draining)
            .run(system);
    Waiting.until("one is emitted", () -> running.health().elementsInFlight() > 0);
    Waiting.during(
        QUIET_MILLIS,
        "no more is emitted than is taken",
        () -> running.health().elementsInFlight() <= BUFFERED);
    assertEquals(0, committed());

    permit.complete(Done.getInstance());
    Waiting.until("all is committed", () -> committed() == 500);
    get(running.drainAndShutdown());
  }

  // ---- law 6, dropped is done

  @Test
  void settle_inOrder_takesWhatIsDroppedForDone() throws Exception {
    publish(10);

    Control.Draining<Done> running =
        source(system, window())
            .filter(pair -> number(pair.first()) % 3 == 0)
            .toMat(Committer.sink(settings(CommitOrder.IN_ORDER)), Control::draining)
            .run(system);
    Waiting.until("all is committed", () -> committed() == 10);
    get(running.drainAndShutdown());

    assertEquals(10, committed());
  }

  @Test
  void settle_anyOrder_doesNotPassWhatIsDropped() throws Exception {
    assumeTrue(deliversBehindUnsettled(), HELD_BACK);
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    publish(10);

    Control.Draining<Done> running =
        source(system, window())
            .filter(pair -> number(pair.first()) != 3)
            .toMat(Committer.sink(settings(CommitOrder.ANY_ORDER)), Control::draining)
            .run(system);
    Waiting.until("what precedes it is committed", () -> committed() == 3);
    Waiting.until("all others are settled", () -> running.health().elementsInFlight() == 1);
    get(running.drainAndShutdown()); // without waiting for the one that is dropped

    assertEquals(3, committed());
    List<Long> again = commitsEach() ? List.of(3L) : numbers(3, 10);
    assertEquals(again, takeAndCommit(again.size()));
  }

  @Test
  void filter_dropsMoreInARowThanTheBound_goesOnAndCommits() throws Exception {
    publish(10 * BOUND);
    CommitterSettings commits = settings(CommitOrder.IN_ORDER);

    Control.Draining<Done> running =
        source(system, window())
            .via(Committer.<T>filter(commits, element -> number(element) == 3).asFlow())
            .toMat(Committer.sink(commits), Control::draining)
            .run(system);
    Waiting.until("all is committed", () -> committed() == 10 * BOUND);
    publish(1);
    Waiting.until("what comes later is, too", () -> committed() == 10 * BOUND + 1);
    get(running.drainAndShutdown());
  }

  @Test
  void health_moreDroppedInARowThanTheBound_namesTheFirst() throws Exception {
    publish(2 * BOUND);

    Control.Draining<Done> running =
        source(system, window().withStuckAfter(Duration.ofMillis(50)))
            .filter(pair -> false)
            .toMat(Committer.sink(settings(CommitOrder.IN_ORDER)), Control::draining)
            .run(system);
    Waiting.until("it is named", () -> running.health().stuck().size() == 1);
    Waiting.until("all are there", () -> running.health().elementsInFlight() == BOUND);
    assertFalse(running.health().isHealthy());
    get(running.drainAndShutdown()); // without waiting for what is dropped

    assertEquals(0, committed());
  }

  @Test
  void settle_inOrderGoingBackwards_failsTheStream() throws Exception {
    publish(2);

    Pair<Control, CompletionStage<Done>> running =
        source(system, window())
            .grouped(2)
            .mapConcat(pairs -> List.of(pairs.get(1), pairs.get(0)))
            .toMat(Committer.sink(settings(CommitOrder.IN_ORDER)), Keep.both())
            .run(system);

    assertInstanceOf(OutOfOrderException.class, failure(running.second()));
    get(running.first().isShutdown());
  }

  // ---- law 7, fan-out and fan-in

  @Test
  void settle_partsAndSeveralAsOne_isDoneWhenAllAre() throws Exception {
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    publish(4);
    Running running = collect(4);

    List<Committable> parts = running.open.get(0).split(3);
    get(parts.get(2).commit());
    get(parts.get(0).commit());
    get(running.open.get(1).commit());
    long before = committed();
    get(parts.get(1).commit());
    long after = committed();
    get(Committable.all(running.open.subList(2, 4)).commit());

    assertEquals(0, before);
    assertEquals(2, after);
    assertEquals(4, committed());
    get(running.control.shutdown());
  }

  // ---- rejected

  @Test
  void reject_one_failsTheStreamOrRedeliversAndCommitsNothingPastIt() throws Exception {
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    publish(5);
    Running running = collect(5);

    running.open.get(0).commit(); // before the rejection, which may take along what is unsettled
    running.open.get(1).reject(new IllegalStateException("poison"));
    running.open.get(1).commit(); // too late
    running.open.get(2).commit();

    Waiting.until("what precedes it is committed", () -> committed() == 1);
    get(running.control.shutdown());
    assertEquals(1, committed());
  }

  @Test
  void reject_thenAnotherStream_deliversItAgain() throws Exception {
    assumeTrue(deliversBehindUnsettled(), HELD_BACK);
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    publish(5);
    Running running = collect(5);
    get(running.open.get(0).commit());
    running.open.get(1).reject(new IllegalStateException("poison"));
    running.open.get(2).commit();
    get(running.control.shutdown());

    List<Long> again = commitsEach() ? List.of(1L, 3L, 4L) : numbers(1, 5);
    assertEquals(again, takeAndCommit(again.size()));
    assertEquals(5, committed());
  }

  @Test
  void reject_restarting_deliversItAgainToTheSameStream() throws Exception {
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    publish(10);
    List<Long> seen = new CopyOnWriteArrayList<>();
    AtomicBoolean poisoned = new AtomicBoolean();
    RetrySettings soon =
        RetrySettings.create(system)
            .withMinBackoff(Duration.ofMillis(10))
            .withMaxBackoff(Duration.ofMillis(50));

    Control control =
        Restarting.source(soon, () -> source(system, window()))
            .toMat(
                Sink.foreach(
                    pair -> {
                      seen.add(number(pair.first()));
                      if (number(pair.first()) == 4 && poisoned.compareAndSet(false, true)) {
                        pair.second().reject(new IllegalStateException("poison"));
                      } else {
                        pair.second().commit();
                      }
                    }),
                Keep.left())
            .run(system);
    Waiting.until("all is committed", () -> committed() == 10);
    Waiting.until("it runs", () -> control.health().isHealthy());
    get(control.shutdown());

    assertEquals(numbers(0, 10), List.copyOf(new TreeSet<>(seen)));
    assertEquals(2, seen.stream().filter(number -> number == 4).count());
    assertEquals(Health.State.STOPPED, control.health().state());
  }

  // ---- the end, and the next stream

  @Test
  void restart_afterSomeWereCommitted_goesOnThere() throws Exception {
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    publish(20);

    List<Long> first = takeAndCommit(8);
    List<Long> second = takeAndCommit(12);

    assertEquals(numbers(0, 8), first);
    assertEquals(numbers(8, 20), ordered(second));
  }

  @Test
  void run_again_isIndependentOfTheStreamBefore() throws Exception {
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    publish(10);
    Source<Pair<T, Committable>, Control> same = source(system, window());
    Running first = new Running(same);
    first.awaitEmitted(10);
    get(first.open.get(0).commit());
    get(first.open.get(1).commit());
    first.cancel();

    Running second = new Running(same);
    second.awaitEmitted(8);
    first.commitAll(); // law 3: its lane was given up
    get(first.control.shutdown());

    assertEquals(numbers(2, 10), second.numbers);
    assertEquals(Health.State.STOPPED, first.control.health().state());
    assertEquals(8, second.control.health().elementsInFlight());
    assertEquals(2, committed());
    second.commitAll();
    get(second.control.shutdown());
    assertEquals(10, committed());
  }

  @Test
  void stop_whileSomeAreInFlight_completesAndCommitsWhatIsSettledLater() throws Exception {
    publish(100);
    Running running = collect(BOUND);

    get(running.control.stop());
    get(running.completion);
    assertFalse(running.control.isShutdown().toCompletableFuture().isDone());
    running.commitAll();
    get(running.control.isShutdown());

    assertEquals(numbers(0, BOUND), running.numbers);
    assertEquals(BOUND, committed());
  }

  @Test
  void drainAndShutdown_underLoad_losesNothingAndDoublesNothing() throws Exception {
    publish(2_000);
    List<Long> seen = new CopyOnWriteArrayList<>();

    for (int enough : new int[] {300, 700, 2_000}) {
      Control.Draining<Done> running = run(seen, CommitOrder.IN_ORDER);
      Waiting.until(
          "enough is seen, and law 2: no more is committed than that",
          () -> {
            long committed = committed(); // before what was seen by then
            assertTrue(committed <= seen.size(), () -> committed + " committed");
            return ordered(seen).size() >= enough;
          });
      get(running.drainAndShutdown());

      if (keepsOrderBetweenRuns() || !commitsEach()) { // else what is committed has gaps
        assertEquals(seen.size(), committed());
      }
    }
    assertEquals(2_000, committed());
    assertEquals(numbers(0, 2_000), ordered(seen));
  }

  /** As it was seen, but for what the server may have changed by itself. */
  private List<Long> ordered(List<Long> seen) {
    Stream<Long> ordered = keepsOrderBetweenRuns() ? seen.stream() : seen.stream().sorted();
    return (mayDeliverCommittedAgain() ? ordered.distinct() : ordered).toList();
  }

  @Test
  void coordinatedShutdown_underLoad_drains() throws Exception {
    publish(2_000);
    List<Long> seen = new CopyOnWriteArrayList<>();
    Control.Draining<Done> running = run(seen, CommitOrder.IN_ORDER);
    Waiting.until("some are seen", () -> seen.size() >= 100);

    get(CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.unknownReason()));
    get(running.isShutdown());

    assertEquals(seen.size(), committed());
    assertEquals(numbers(0, seen.size()), seen);
  }

  @Test
  void fail_downstream_commitsWhatWasSettledAndCloses() throws Exception {
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    publish(20);
    IllegalStateException bug = new IllegalStateException("bug");

    Pair<Control, CompletionStage<Done>> running =
        source(system, window())
            .map(
                pair -> {
                  if (number(pair.first()) == 7) {
                    throw bug;
                  }
                  return pair;
                })
            .toMat(Committer.sink(settings(CommitOrder.IN_ORDER)), Keep.both())
            .run(system);
    Throwable failure = failure(running.second());
    get(running.first().isShutdown());

    assertEquals(bug, failure);
    assertEquals(7, committed());
  }

  @Test
  void cancel_whileMoreIsThere_closes() throws Exception {
    publish(100);

    Pair<Control, CompletionStage<List<Long>>> running =
        source(system, window())
            .map(pair -> number(pair.first()))
            .take(5)
            .toMat(Sink.seq(), Keep.both())
            .run(system);

    assertEquals(numbers(0, 5), get(running.second()));
    get(running.first().isShutdown());
    assertEquals(0, committed());
  }

  @Test
  void cancel_afterSomeWereSettled_commitsThese() throws Exception {
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    publish(10);
    Running running = collect(10);

    for (int i = 0; i < 4; i++) {
      running.open.get(i).commit(); // not awaited: it may not be under way yet
    }
    running.cancel();

    assertEquals(4, committed());
  }

  @Test
  void stop_idle_completesTheStreamAndLeavesNoThread() throws Exception {
    assumeTrue(!threads().isEmpty(), "this source starts no threads of its own");
    Control.Draining<Done> running = run(new CopyOnWriteArrayList<>(), CommitOrder.IN_ORDER);
    Waiting.until("it runs", () -> running.health().isHealthy());
    assertFalse(Threads.live(threads()).isEmpty(), "its thread has another name");

    get(running.drainAndShutdown());

    Waiting.until("its threads are gone", () -> Threads.live(threads()).isEmpty());
  }

  // ---- health

  @Test
  void health_fromStartToEnd_namesTheState() throws Exception {
    publish(3);
    Running running = collect(3);
    Waiting.until("it runs", () -> running.control.health().isHealthy());
    Health runs = running.control.health();
    get(running.control.stop());
    Health drains = running.control.health();
    running.commitAll();
    get(running.control.isShutdown());
    Health stopped = running.control.health();

    assertEquals(Health.State.RUNNING, runs.state());
    assertEquals(3, runs.elementsInFlight());
    assertFalse(runs.sinceProgress().isNegative());
    assertEquals(Health.State.DRAINING, drains.state());
    assertEquals(3, drains.elementsInFlight());
    assertFalse(drains.isHealthy());
    assertEquals(Health.State.STOPPED, stopped.state());
    assertEquals(0, stopped.elementsInFlight());
    assertEquals(0, stopped.bytesInFlight());
  }

  @Test
  void health_oneUnsettledForLong_namesItUntilItIsSettled() throws Exception {
    assumeTrue(commitsParts(), ALL_OR_NOTHING);
    publish(5);
    Running running = new Running(window().withStuckAfter(Duration.ofMillis(50)));
    running.awaitEmitted(5);
    for (Committable other : running.open.subList(1, 5)) {
      get(other.commit());
    }

    Waiting.until("it is named", () -> running.control.health().stuck().size() == 1);
    assertFalse(running.control.health().isHealthy());
    get(running.open.get(0).commit());
    Waiting.until("it no longer is", () -> running.control.health().isHealthy());

    get(running.control.shutdown());
    assertEquals(5, committed());
  }

  // ---- what the tests share

  /** A stream that settles nothing by itself. */
  private final class Running {
    final List<Long> numbers = new CopyOnWriteArrayList<>();
    final List<Committable> open = new CopyOnWriteArrayList<>();
    final Control control;
    final CompletionStage<Done> completion;
    private final UniqueKillSwitch killSwitch;

    Running(InFlightSettings window) {
      this(source(system, window));
    }

    Running(Source<Pair<T, Committable>, Control> source) {
      Pair<Pair<Control, UniqueKillSwitch>, CompletionStage<Done>> run =
          source
              .viaMat(KillSwitches.single(), Keep.both())
              .toMat(
                  Sink.foreach(
                      pair -> {
                        numbers.add(number(pair.first()));
                        open.add(pair.second());
                      }),
                  Keep.both())
              .run(system);
      control = run.first().first();
      killSwitch = run.first().second();
      completion = run.second();
    }

    void awaitEmitted(int count) throws Exception {
      Waiting.until(count + " are emitted", () -> open.size() == count);
    }

    /**
     * Commits what is there; where all of a batch is committed or nothing, also what comes
     * meanwhile, which may be the rest of it.
     *
     * @return how many
     */
    int commitAll() throws Exception {
      List<CompletionStage<Done>> commits = new ArrayList<>();
      for (Committable element : open) {
        commits.add(element.commit()); // together: it may take the last to make the first durable
      }
      if (!commitsParts()) {
        Waiting.until(
            "the batch is committed",
            () -> {
              if (commits.stream().allMatch(commit -> commit.toCompletableFuture().isDone())) {
                return true;
              }
              while (commits.size() < open.size()) {
                commits.add(open.get(commits.size()).commit());
              }
              return false;
            });
      }
      for (CompletionStage<Done> commit : commits) {
        get(commit);
      }
      return commits.size();
    }

    /** Cancels the source, as a stream does that ends before it. */
    void cancel() throws Exception {
      killSwitch.shutdown();
      get(control.isShutdown());
    }
  }

  private Running collect(int count) throws Exception {
    Running running = new Running(window());
    running.awaitEmitted(count);
    return running;
  }

  /** Runs as a pipeline does: what is seen is handled on several threads and then settled. */
  private Control.Draining<Done> run(List<Long> seen, CommitOrder order) {
    return source(system, window())
        .mapAsync(4, pair -> CompletableFuture.supplyAsync(() -> pair))
        .map(
            pair -> {
              seen.add(number(pair.first()));
              return pair;
            })
        .toMat(Committer.sink(settings(order)), Control::draining)
        .run(system);
  }

  private List<Long> takeAndCommit(int count) throws Exception {
    Pair<Control, CompletionStage<List<Long>>> running =
        source(system, window())
            .take(count)
            .via(Committer.flow(settings(CommitOrder.IN_ORDER)))
            .map(this::number)
            .toMat(Sink.seq(), Keep.both())
            .run(system);
    List<Long> numbers = get(running.second());
    get(running.first().isShutdown());
    return numbers;
  }

  private InFlightSettings window() {
    return InFlightSettings.create(system).withMaxElements(BOUND).withResumeAt(0);
  }

  private CommitterSettings settings(CommitOrder order) {
    return CommitterSettings.create(system)
        .withOrder(order)
        .withMaxInterval(Duration.ofMillis(100));
  }

  /** From {@code from} to before {@code to}. */
  private static List<Long> numbers(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  private static Throwable failure(CompletionStage<?> stage) {
    return Objects.requireNonNull(
        assertThrows(ExecutionException.class, () -> get(stage)).getCause());
  }

  private static <R> R get(CompletionStage<R> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
