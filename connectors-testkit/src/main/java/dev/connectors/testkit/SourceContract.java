package dev.connectors.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.testkit.internal.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every committable source promises, as tests: extend it and tell it how to make your source
 * and how to fill what it reads. For JUnit 5; run it against the real server, or against a fake
 * that keeps positions as the server does.
 *
 * <pre>{@code
 * class OrdersSourceTest extends SourceContract<ConsumerRecord<String, String>> {
 *   protected void fresh() { … a new topic and a new group … }
 *   protected void publish(int count) { … }
 *   protected Source<Pair<ConsumerRecord<String, String>, Committable>, Control> source(
 *       ActorSystem system, int maxInFlight) { … }
 *   protected long number(ConsumerRecord<String, String> record) { return record.offset(); }
 *   protected long committed() { … }
 * }
 * }</pre>
 *
 * <p>What is read has to be in one lane: one partition, one queue, one file.
 *
 * @param <T> the source's element
 */
public abstract class SourceContract<T> {
  private static final int BOUND = 16;

  @SuppressWarnings("NullAway.Init") // before each test
  private ActorSystem system;

  /**
   * Called before each test: from now on {@link #publish} begins with number 0, and nothing is
   * committed.
   */
  protected abstract void fresh() throws Exception;

  /** Adds {@code count} elements to what the source reads, numbered on. */
  protected abstract void publish(int count) throws Exception;

  /**
   * A source of what was published, from the committed position on, which may have so many elements
   * in flight.
   */
  protected abstract Source<Pair<T, Committable>, Control> source(
      ActorSystem system, int maxInFlight);

  /** The number with which the element was published. */
  protected abstract long number(T element);

  /** The number of the first element that is not committed, as the server knows it. */
  protected abstract long committed() throws Exception;

  /** How the names of the source's own threads begin. */
  protected abstract String threads();

  @BeforeEach
  void start() throws Exception {
    system = ActorSystem.create("contract");
    fresh();
  }

  @AfterEach
  void terminate() throws Exception {
    system.terminate();
    get(system.getWhenTerminated());
  }

  @Test
  void settle_allOfThem_emitsInOrderAndCommitsAll() throws Exception {
    publish(500);
    List<Long> seen = new CopyOnWriteArrayList<>();

    Control.Draining<Done> running =
        source(system, BOUND)
            .map(pair -> noted(seen, pair))
            .toMat(Committer.sink(settings()), Control::draining)
            .run(system);
    Waiting.until("all is committed", () -> committed() == 500);
    get(running.drainAndShutdown());

    assertEquals(LongStream.range(0, 500).boxed().toList(), seen);
    assertEquals(500, committed());
  }

  @Test
  void settle_nothing_stopsAtTheBoundAndGoesOnWhenSettled() throws Exception {
    publish(200);
    List<Committable> open = new CopyOnWriteArrayList<>();

    Control control =
        source(system, BOUND)
            .toMat(Sink.foreach(pair -> open.add(pair.second())), Keep.left())
            .run(system);
    Waiting.until("the bound is reached", () -> open.size() == BOUND);
    Waiting.during(500, "no more than the bound is emitted", () -> open.size() == BOUND);

    assertEquals(BOUND, control.health().elementsInFlight());
    assertEquals(0, committed());
    for (Committable element : open) {
      get(element.commit());
    }
    Waiting.until("it goes on", () -> open.size() == 2 * BOUND);
    get(control.stop());
    open.forEach(Committable::commit);
    get(control.shutdown());
    assertEquals(2 * BOUND, committed());
  }

  @Test
  void settle_outOfOrder_commitsUpToTheLowestUnsettled() throws Exception {
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

  @Test
  void settle_twice_changesNothing() throws Exception {
    publish(3);
    Running running = collect(3);

    get(running.open.get(0).commit());
    get(running.open.get(0).commit());

    assertEquals(1, committed());
    assertEquals(2, running.control.health().elementsInFlight());
    running.open.forEach(Committable::commit);
    get(running.control.shutdown());
    get(running.open.get(1).commit()); // after the end: no effect, and no failure
    assertEquals(3, committed());
  }

  @Test
  void reject_one_failsTheStreamOrRedeliversAndCommitsNothingPastIt() throws Exception {
    publish(5);
    Running running = collect(5);

    running.open.get(1).reject(new IllegalStateException("poison"));
    running.open.get(0).commit();
    running.open.get(2).commit();

    Waiting.until("what precedes it is committed", () -> committed() == 1);
    get(running.control.shutdown());
    assertEquals(1, committed());
  }

  @Test
  void restart_afterSomeWereCommitted_goesOnThere() throws Exception {
    publish(20);

    List<Long> first = takeAndCommit(8);
    List<Long> second = takeAndCommit(12);

    assertEquals(LongStream.range(0, 8).boxed().toList(), first);
    assertEquals(LongStream.range(8, 20).boxed().toList(), second);
  }

  @Test
  void fail_downstream_commitsWhatWasSettledAndCloses() throws Exception {
    publish(20);
    IllegalStateException bug = new IllegalStateException("bug");

    Pair<Control, CompletionStage<Done>> running =
        source(system, BOUND)
            .map(
                pair -> {
                  if (number(pair.first()) == 7) {
                    throw bug;
                  }
                  return pair;
                })
            .toMat(Committer.sink(settings()), Keep.both())
            .run(system);
    Throwable failure =
        assertThrows(ExecutionException.class, () -> get(running.second())).getCause();
    get(running.first().isShutdown());

    assertEquals(bug, failure);
    assertEquals(7, committed());
  }

  @Test
  void cancel_whileMoreIsThere_closes() throws Exception {
    publish(100);

    Pair<Control, CompletionStage<List<Long>>> running =
        source(system, BOUND)
            .map(pair -> number(pair.first()))
            .take(5)
            .toMat(Sink.seq(), Keep.both())
            .run(system);

    assertEquals(List.of(0L, 1L, 2L, 3L, 4L), get(running.second()));
    get(running.first().isShutdown());
    assertEquals(0, committed());
  }

  @Test
  void stop_idle_completesTheStreamAndLeavesNoThread() throws Exception {
    Control.Draining<Done> running =
        source(system, BOUND).toMat(Committer.sink(settings()), Control::draining).run(system);
    Waiting.until("it runs", () -> running.health().isHealthy());

    get(running.drainAndShutdown());

    Waiting.until("its threads are gone", () -> liveThreads().isEmpty());
  }

  /** What is emitted and not settled. */
  private final class Running {
    final List<Committable> open = new CopyOnWriteArrayList<>();
    final Control control =
        source(system, BOUND)
            .toMat(Sink.foreach(pair -> open.add(pair.second())), Keep.left())
            .run(system);
  }

  private Running collect(int count) throws Exception {
    Running running = new Running();
    Waiting.until(count + " are emitted", () -> running.open.size() == count);
    return running;
  }

  private List<Long> takeAndCommit(int count) throws Exception {
    Pair<Control, CompletionStage<List<Long>>> running =
        source(system, BOUND)
            .take(count)
            .via(Committer.flow(settings()))
            .map(this::number)
            .toMat(Sink.seq(), Keep.both())
            .run(system);
    List<Long> numbers = get(running.second());
    get(running.first().isShutdown());
    return numbers;
  }

  private Pair<T, Committable> noted(List<Long> seen, Pair<T, Committable> pair) {
    seen.add(number(pair.first()));
    return pair;
  }

  private CommitterSettings settings() {
    return CommitterSettings.create(system).withOrder(CommitOrder.IN_ORDER);
  }

  private List<String> liveThreads() {
    List<String> names = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith(threads())) {
        names.add(thread.getName());
      }
    }
    return names;
  }

  private static <R> R get(CompletionStage<R> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
