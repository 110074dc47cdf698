package dev.connectors.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connectors.core.Committable;
import dev.connectors.core.DeadLetter;
import dev.connectors.core.DeadLetterSettings;
import dev.connectors.core.DeadLetters;
import dev.connectors.core.RetrySettings;
import dev.connectors.testkit.internal.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
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
 * What {@link DeadLetters} promise with the writer under test, as tests: extend it and tell it how
 * to write letters and how to read them again. For JUnit 5; run it against a fake and against the
 * real server.
 *
 * @param <T> the payload of the letters
 */
public abstract class DeadLetterContract<T> {
  private static final int MAX_HELD = 50;
  private static final int QUIET_MILLIS = 300;
  private static final String SOURCE = "contract";

  private final List<Mark> marks = new ArrayList<>();
  private final AtomicInteger taken = new AtomicInteger();

  @SuppressWarnings("NullAway.Init") // before each test
  private ActorSystem system;

  /** Called before each test: from now on {@link #written} begins with nothing. */
  protected abstract void fresh() throws Exception;

  /** What is handed to {@link DeadLetters#create}. */
  protected abstract Flow<DeadLetter<T>, ?, ?> writer(ActorSystem system);

  /** A payload that {@link #number} tells from others. */
  protected abstract T element(int number);

  /** The number that the payload was made with. */
  protected abstract int number(T payload);

  /** The letters that the server has, in the order in which they were written. */
  protected abstract List<DeadLetter<T>> written() throws Exception;

  /** From now on the server confirms nothing. */
  protected abstract void stall();

  /** The server confirms again. */
  protected abstract void resume();

  /**
   * From now on the writer fails with this, as soon as it is given a letter, until {@link #resume}.
   *
   * @return false, the default, when that can't be arranged: the tests of it are skipped
   */
  protected boolean fail(RuntimeException failure) {
    return false;
  }

  /**
   * Called after each test, when its streams have ended: the place for {@code
   * StreamTestKit.assertAllStagesStopped}. Does nothing by default.
   */
  protected void ended(ActorSystem system) throws Exception {}

  @BeforeEach
  void start() throws Exception {
    system = ActorSystem.create("contract");
    marks.clear();
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
  }

  // ---- what is written, and what goes on

  @Test
  void run_someFail_areWrittenAndSettledAndTheOthersGoOnInOrder() throws Exception {
    assertEquals(numbers(0, 300, i -> i % 7 != 3), get(run(300, i -> i % 7 == 3)));

    assertEquals(numbers(0, 300, i -> i % 7 == 3), numbersWritten());
    assertEquals(numbers(0, 300, i -> i % 7 == 3), settled());
  }

  @Test
  void run_allFail_areWrittenInOrderAndSettled() throws Exception {
    assertEquals(List.of(), get(run(200, i -> true)));

    assertEquals(numbers(0, 200, i -> true), numbersWritten());
    assertEquals(numbers(0, 200, i -> true), settled());
  }

  @Test
  void run_noneFails_writesNothing() throws Exception {
    assertEquals(numbers(0, 200, i -> true), get(run(200, i -> false)));

    assertEquals(List.of(), numbersWritten());
    assertEquals(List.of(), settled());
  }

  @Test
  void write_letter_hasTheWholeEnvelope() throws Exception {
    Instant before = Instant.now();
    get(run(1, i -> true));

    DeadLetter<T> letter = written().get(0);
    assertEquals(SOURCE, letter.source());
    assertEquals("lane@0", letter.position());
    assertEquals(IllegalStateException.class.getName(), letter.cause());
    assertEquals("refused 0", letter.message());
    assertEquals(1, letter.attempts());
    assertFalse(letter.time().isBefore(before.minusSeconds(1)), letter.time()::toString);
    assertEquals(0, number(letter.payload()));
  }

  @Test
  void replay_letterThatFailsAgain_keepsItsPositionAndCountsTheAttempt() throws Exception {
    get(run(3, i -> i == 2));
    DeadLetter<T> first = written().get(0);
    fresh();
    DeadLetters<T> again =
        letters(retry(0))
            .withPosition(payload -> "elsewhere")
            .withEarlier(payload -> first.headers());

    get(
        Source.single(first.payload())
            .via(again.map(payload -> refuse(number(payload))))
            .runWith(Sink.seq(), system));

    DeadLetter<T> second = written().get(0);
    assertEquals(SOURCE, second.source());
    assertEquals("lane@2", second.position());
    assertEquals(2, second.attempts());
    assertEquals(2, number(second.payload()));
  }

  @Test
  void replay_letterThatSucceeds_isSettledAtTheDeadLetters() throws Exception {
    get(run(1, i -> true));
    T payload = written().get(0).payload();
    Mark mark = new Mark(100);

    List<Pair<Integer, Committable>> replayed =
        get(
            Source.single(Pair.<T, Committable>create(payload, mark))
                .via(letters(retry(0)).mapWithContext(this::number).asFlow())
                .runWith(Sink.seq(), system));

    assertEquals(0, replayed.get(0).first());
    assertSame(mark, replayed.get(0).second());
    assertFalse(mark.settled);
  }

  // ---- durable first

  @Test
  void run_writerStalls_settlesAndEmitsNothingBehindTheLetterUntilItIsConfirmed() throws Exception {
    List<Integer> emitted = new CopyOnWriteArrayList<>();
    stall();

    CompletionStage<Done> running =
        elements(20)
            .via(diverting(letters(retry(0)), i -> i == 5))
            .runWith(Sink.foreach(pair -> emitted.add(pair.first())), system);
    Waiting.until("what is before it is emitted", () -> emitted.size() == 5);
    Waiting.during(
        QUIET_MILLIS,
        "nothing behind it is emitted, and it is pending",
        () -> emitted.size() == 5 && settled().isEmpty());
    resume();

    get(running);
    assertEquals(numbers(0, 20, i -> i != 5), emitted);
    assertEquals(List.of(5), settled());
  }

  @Test
  void run_writerStalls_takesNoMoreThanTheBoundAndGoesOn() throws Exception {
    stall();

    CompletionStage<List<Integer>> running = run(1_000, i -> i % 2 == 0);
    Waiting.until("it takes what it may hold", () -> taken.get() >= MAX_HELD);
    Waiting.during(QUIET_MILLIS, "and no more", () -> taken.get() <= MAX_HELD + 1);
    resume();

    assertEquals(numbers(0, 1_000, i -> i % 2 != 0), get(running));
    assertEquals(numbers(0, 1_000, i -> i % 2 == 0), settled());
  }

  @Test
  void run_writerFailsForGood_failsWithThatAndLeavesTheElementPending() throws Exception {
    IllegalStateException full = new IllegalStateException("full");
    assumeTrue(fail(full), "failures of this writer can't be arranged");
    List<Integer> emitted = new CopyOnWriteArrayList<>();

    CompletionStage<Done> running =
        elements(20)
            .via(diverting(letters(retry(2)), i -> i == 5))
            .runWith(Sink.foreach(pair -> emitted.add(pair.first())), system);

    assertSame(full, failure(running));
    assertEquals(List.of(), settled());
    assertTrue(emitted.size() <= 5, () -> "emitted " + emitted);
  }

  @Test
  void run_writerFailsForAWhile_writesAgainWhatWasNotConfirmed() throws Exception {
    assumeTrue(
        fail(new IllegalStateException("full")), "failures of this writer can't be arranged");

    CompletionStage<List<Integer>> running = run(100, i -> i % 3 == 0);
    Waiting.during(QUIET_MILLIS, "nothing is settled", () -> settled().isEmpty());
    resume();

    assertEquals(numbers(0, 100, i -> i % 3 != 0), get(running));
    assertEquals(numbers(0, 100, i -> i % 3 == 0), numbersWritten().stream().distinct().toList());
    assertEquals(numbers(0, 100, i -> i % 3 == 0), settled());
  }

  @Test
  void run_commitFails_failsWithThat() throws Exception {
    IllegalStateException lost = new IllegalStateException("lost");

    CompletionStage<?> running =
        Source.single(Pair.<T, Committable>create(element(0), new Refusing(lost)))
            .via(diverting(letters(retry(0)), i -> true))
            .runWith(Sink.seq(), system);

    assertSame(lost, failure(running));
  }

  @Test
  void run_causeThatIsNotDiverted_failsTheStreamAndWritesNothing() throws Exception {
    DeadLetters<T> some =
        DeadLetters.create(
            SOURCE,
            writer(system),
            DeadLetterSettings.create(system)
                .withDivertOn(cause -> !(cause instanceof IllegalStateException)));

    Throwable cause =
        failure(elements(5).via(diverting(some, i -> i == 3)).runWith(Sink.seq(), system));

    assertEquals("refused 3", cause.getMessage());
    assertEquals(List.of(), numbersWritten());
    assertEquals(List.of(), settled());
  }

  // ---- the end

  @Test
  void run_upstreamFailsWhileTheWriterStalls_failsWithThat() throws Exception {
    IllegalStateException bug = new IllegalStateException("bug");
    CompletableFuture<Pair<T, Committable>> next = new CompletableFuture<>();
    stall();

    CompletionStage<?> running =
        elements(3)
            .concat(Source.completionStage(next))
            .via(diverting(letters(retry(0)), i -> true))
            .runWith(Sink.ignore(), system);
    Waiting.until("all are taken", () -> taken.get() == 3);
    next.completeExceptionally(bug);

    assertSame(bug, failure(running));
    assertEquals(List.of(), settled());
  }

  @Test
  void cancel_whileTheWriterStalls_ends() throws Exception {
    stall();

    Pair<Pair<CompletionStage<Done>, UniqueKillSwitch>, CompletionStage<Done>> running =
        elements(1_000)
            .watchTermination(Keep.right())
            .via(diverting(letters(retry(0)), i -> true))
            .viaMat(KillSwitches.single(), Keep.both())
            .toMat(Sink.ignore(), Keep.both())
            .run(system);
    Waiting.until("some are taken", () -> taken.get() > 0);
    running.first().second().shutdown();

    get(running.second());
    get(running.first().first()); // it is told
  }

  // ---- what the tests share

  /** A position of the contract's own. */
  private static final class Mark implements Committable {
    final int number;
    volatile boolean settled;

    Mark(int number) {
      this.number = number;
    }

    @Override
    public CompletionStage<Done> commit() {
      settled = true;
      return CompletableFuture.completedFuture(Done.getInstance());
    }

    @Override
    public CompletionStage<Done> reject(Throwable cause) {
      return CompletableFuture.failedFuture(new AssertionError("rejected", cause));
    }

    @Override
    public String toString() {
      return "lane@" + number;
    }
  }

  /** One that can't be committed. */
  private record Refusing(RuntimeException failure) implements Committable {
    @Override
    public CompletionStage<Done> commit() {
      return CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletionStage<Done> reject(Throwable cause) {
      return CompletableFuture.failedFuture(new AssertionError("rejected", cause));
    }
  }

  private static int refuse(int number) {
    throw new IllegalStateException("refused " + number);
  }

  private RetrySettings retry(int attempts) {
    return RetrySettings.create(system)
        .withMinBackoff(Duration.ofMillis(5))
        .withMaxBackoff(Duration.ofMillis(20))
        .withMaxAttempts(attempts);
  }

  private DeadLetters<T> letters(RetrySettings retry) {
    return DeadLetters.create(
        SOURCE,
        writer(system),
        DeadLetterSettings.create(system).withMaxHeld(MAX_HELD).withRetry(retry));
  }

  private Source<Pair<T, Committable>, NotUsed> elements(int count) {
    for (int i = 0; i < count; i++) {
      marks.add(new Mark(i));
    }
    return Source.range(0, count - 1)
        .map(
            i -> {
              taken.incrementAndGet();
              return Pair.create(element(i), marks.get(i));
            });
  }

  private Flow<Pair<T, Committable>, Pair<Integer, Committable>, NotUsed> diverting(
      DeadLetters<T> letters, IntPredicate fails) {
    return letters
        .<Integer>mapWithContext(
            payload -> fails.test(number(payload)) ? refuse(number(payload)) : number(payload))
        .asFlow();
  }

  private CompletionStage<List<Integer>> run(int count, IntPredicate fails) {
    DeadLetters<T> letters = letters(retry(1_000));
    return elements(count)
        .via(letters.keep().asFlow())
        .map(pair -> Pair.create(number(pair.first()), pair.second()))
        .via(
            letters
                .<Integer>divert(
                    number ->
                        fails.test(number) ? new IllegalStateException("refused " + number) : null)
                .asFlow())
        .map(Pair::first)
        .runWith(Sink.seq(), system);
  }

  private List<Integer> settled() {
    return marks.stream().filter(mark -> mark.settled).map(mark -> mark.number).toList();
  }

  private List<Integer> numbersWritten() throws Exception {
    return written().stream().map(letter -> number(letter.payload())).toList();
  }

  private static List<Integer> numbers(int from, int to, IntPredicate which) {
    return IntStream.range(from, to).filter(which).boxed().toList();
  }

  private static Throwable failure(CompletionStage<?> stage) {
    return Objects.requireNonNull(
        assertThrows(ExecutionException.class, () -> get(stage)).getCause());
  }

  private static <R> R get(CompletionStage<R> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
