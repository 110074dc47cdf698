package dev.connectors.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import dev.connectors.core.internal.RestartingStage;
import dev.connectors.core.internal.Tracked;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.japi.function.Creator;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RestartingTest extends StreamTest {

  /** A source that ran once. */
  private static final class Inner implements Control {
    final BoundedSourceQueue<String> queue;
    final CompletionStage<Done> termination;
    final CompletableFuture<Done> closed = new CompletableFuture<>();
    final AtomicBoolean stopped = new AtomicBoolean();
    volatile boolean ignoresStop;
    volatile boolean shutdownAsked;
    volatile boolean drainAsked;

    Inner(BoundedSourceQueue<String> queue, CompletionStage<Done> termination) {
      this.queue = queue;
      this.termination = termination;
    }

    @Override
    public CompletionStage<Done> stop() {
      if (stopped.compareAndSet(false, true) && !ignoresStop) {
        try {
          queue.complete();
        } catch (IllegalStateException e) {
          // It has ended already, perhaps just now, in another thread.
        }
      }
      return termination;
    }

    @Override
    public CompletionStage<Done> shutdown() {
      shutdownAsked = true;
      stop();
      closed.complete(Done.getInstance());
      return closed;
    }

    @Override
    public <T> CompletionStage<T> drainAndShutdown(CompletionStage<T> streamCompletion) {
      drainAsked = true;
      stop();
      streamCompletion.whenComplete((value, cause) -> closed.complete(Done.getInstance()));
      return closed.thenCompose(done -> streamCompletion);
    }

    @Override
    public CompletionStage<Done> isShutdown() {
      return closed;
    }

    @Override
    public Health health() {
      return new Health(Health.State.RUNNING, 7, 70, Duration.ofSeconds(3), 5, List.of());
    }
  }

  private static final CompletionStage<Done> NEVER = new CompletableFuture<>();

  private final AtomicLong clock = new AtomicLong();
  private final List<Inner> inners = new CopyOnWriteArrayList<>();

  private Source<String, Control> inner() {
    return Source.<String>queue(16)
        .watchTermination(
            (queue, termination) -> {
              Inner inner = new Inner(queue, termination);
              inners.add(inner);
              return inner;
            });
  }

  @BeforeEach
  void forgetInners() {
    inners.clear();
  }

  private RetrySettings retry(Duration backoff) {
    return RetrySettings.create(system).withMaxBackoff(LONG).withMinBackoff(backoff);
  }

  private RetrySettings atOnce() {
    return RetrySettings.create(system).withMinBackoff(Duration.ofMillis(1));
  }

  private record Running(Control control, TestSubscriber.Probe<String> out) {}

  private Running run(RetrySettings settings, Creator<Source<String, Control>> create) {
    Pair<Control, TestSubscriber.Probe<String>> run =
        Restarting.source(settings, create)
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    run.second().request(100);
    return new Running(run.first(), run.second());
  }

  private Running run(RetrySettings settings) {
    return run(settings, this::inner);
  }

  private Inner awaitInner(int number) {
    await().atMost(SOON).until(() -> inners.size() > number);
    return inners.get(number);
  }

  private static void awaitState(Control control, Health.State state) {
    await().atMost(SOON).until(() -> control.health().state() == state);
  }

  private final Exception failure = new IOException("connection lost");

  @Test
  void source_innerFails_goesOnWithAnother() {
    Running running = run(atOnce());
    awaitInner(0).queue.offer("a");
    running.out.expectNext("a");
    inners.get(0).queue.fail(failure);
    awaitInner(1).queue.offer("b");
    running.out.expectNext("b");
    inners.get(1).queue.complete();
    running.out.expectComplete();
    assertThat(inners).hasSize(2);
  }

  @Test
  void source_notMaterialized_createsNothing() {
    AtomicInteger created = new AtomicInteger();
    Source<String, Control> source =
        Restarting.source(
            atOnce(),
            () -> {
              created.incrementAndGet();
              return inner();
            });
    assertThat(source).isNotNull();
    assertThat(created).hasValue(0);
  }

  @Test
  void source_materializedTwice_hasTwoControls() {
    Source<String, Control> source = Restarting.source(atOnce(), this::inner);
    var one = source.toMat(TestSink.create(system), Keep.both()).run(materializer);
    awaitInner(0);
    var other = source.toMat(TestSink.create(system), Keep.both()).run(materializer);
    awaitInner(1);
    one.second().request(1);
    other.second().request(1);
    one.first().stop();
    one.second().expectComplete();
    other.second().expectNoMessage(Duration.ofMillis(50));
    other.first().stop();
    other.second().expectComplete();
  }

  @Test
  void source_failureNotToBeRetried_failsWithIt() {
    Running running = run(atOnce().withRetryOn(cause -> cause != failure));
    awaitInner(0).queue.fail(failure);
    running.out.expectError(failure);
  }

  @Test
  void source_attemptsUsedUp_failsWithTheLastFailure() {
    Running running = run(atOnce().withMaxAttempts(1));
    awaitInner(0).queue.fail(new IOException("first"));
    awaitInner(1).queue.fail(failure);
    running.out.expectError(failure);
    assertThat(inners).hasSize(2);
  }

  @Test
  void source_noAttempts_failsAtOnce() {
    Running running = run(atOnce().withMaxAttempts(0));
    awaitInner(0).queue.fail(failure);
    running.out.expectError(failure);
  }

  @Test
  void source_createThrows_isTriedAgain() {
    AtomicInteger attempts = new AtomicInteger();
    Running running =
        run(
            atOnce(),
            () -> {
              if (attempts.incrementAndGet() < 3) {
                throw failure;
              }
              return inner();
            });
    awaitInner(0).queue.offer("a");
    running.out.expectNext("a");
    running.control.stop();
    running.out.expectComplete();
  }

  @Test
  void source_materializationThrows_isTriedAgain() {
    AtomicInteger attempts = new AtomicInteger();
    Running running =
        run(
            atOnce(),
            () ->
                inner()
                    .mapMaterializedValue(
                        inner -> {
                          if (attempts.incrementAndGet() < 3) {
                            throw failure;
                          }
                          return inner;
                        }));
    awaitInner(2).queue.offer("a");
    running.out.expectNext("a");
    running.control.stop();
    running.out.expectComplete();
  }

  /** Behind {@link Restarting}, on a clock that stands still. */
  private Running runOnClock(RetrySettings settings) {
    Pair<Control, TestSubscriber.Probe<String>> run =
        Source.fromGraph(new RestartingStage<>(settings, this::inner, clock::get))
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    run.second().request(100);
    return new Running(run.first(), run.second());
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  @Test
  void source_failsMaxDurationAfterTheFirstFailure_failsWithIt() {
    Running running = runOnClock(atOnce().withMaxDuration(LONG));
    Inner first = awaitInner(0);
    pass(LONG); // the time before the first failure does not count
    first.queue.fail(new IOException("first"));
    Inner second = awaitInner(1);
    pass(LONG.minusNanos(1));
    second.queue.fail(new IOException("second"));
    Inner third = awaitInner(2);
    pass(Duration.ofNanos(1));
    third.queue.fail(failure);
    running.out.expectError(failure);
    assertThat(inners).hasSize(3);
  }

  @Test
  void source_emitsAndStaysUp_hasAllAttemptsAgain() {
    Running running = runOnClock(atOnce().withMaxAttempts(1));
    for (int i = 0; i < 5; i++) {
      Inner inner = awaitInner(i);
      inner.queue.offer("a");
      running.out.expectNext("a");
      pass(atOnce().maxBackoff());
      inner.queue.fail(new IOException("failure " + i));
    }
    awaitInner(5).queue.fail(failure);
    running.out.expectError(failure);
    assertThat(inners).hasSize(6);
  }

  @Test
  void source_emitsButFailsSoon_usesUpItsAttempts() {
    Running running = runOnClock(atOnce().withMaxAttempts(1));
    awaitInner(0).queue.fail(new IOException("first"));
    Inner second = awaitInner(1);
    second.queue.offer("a");
    running.out.expectNext("a");
    pass(atOnce().maxBackoff().minusNanos(1));
    second.queue.fail(failure);
    running.out.expectError(failure);
  }

  @Test
  void source_staysUpButEmitsNothing_usesUpItsAttempts() {
    Running running = runOnClock(atOnce().withMaxAttempts(1).withMaxDuration(LONG));
    awaitInner(0).queue.fail(new IOException("first"));
    Inner second = awaitInner(1);
    pass(LONG.minusNanos(1));
    second.queue.fail(failure);
    running.out.expectError(failure);
  }

  @Test
  void source_littleDemand_pullsNoMore() {
    AtomicInteger pulled = new AtomicInteger();
    TestSubscriber.Probe<Integer> out =
        Restarting.source(
                atOnce(),
                () -> {
                  int start = pulled.get();
                  return Source.range(1, 100)
                      .map(
                          i -> {
                            pulled.incrementAndGet();
                            if (i == 3) {
                              throw failure;
                            }
                            return start + i;
                          })
                      .mapMaterializedValue(unused -> new Inner(noQueue(), NEVER));
                })
            .runWith(TestSink.create(system), materializer);
    out.request(2).expectNext(1, 2);
    out.expectNoMessage(Duration.ofMillis(50));
    assertThat(pulled).hasValue(2);
    out.request(2).expectNext(4, 5); // the demand outlasts the failure of the third
    assertThat(pulled).hasValue(5);
    out.cancel();
  }

  private BoundedSourceQueue<String> noQueue() {
    return Source.<String>queue(1).to(Sink.cancelled()).run(materializer);
  }

  @Test
  void source_asyncInsideAndOutside_emitsInOrder() {
    List<Integer> elements =
        Restarting.source(
                atOnce(),
                () ->
                    Source.range(1, 1000)
                        .async()
                        .map(i -> i)
                        .mapMaterializedValue(unused -> (Control) new Inner(noQueue(), NEVER)))
            .async()
            .map(i -> i)
            .runWith(Sink.seq(), materializer)
            .toCompletableFuture()
            .join();
    assertThat(elements).isEqualTo(IntStream.rangeClosed(1, 1000).boxed().toList());
  }

  @Test
  void source_attributes_reachTheInnerSource() {
    CompletableFuture<Boolean> found = new CompletableFuture<>();
    Restarting.source(
            atOnce(),
            () ->
                Source.<String, Control>fromMaterializer(
                        (unused, attributes) -> {
                          found.complete(
                              attributes.getAttribute(Attributes.LogLevels.class).isPresent());
                          return inner();
                        })
                    .mapMaterializedValue(unused -> (Control) new Inner(noQueue(), NEVER)))
        .withAttributes(
            Attributes.logLevels(
                Attributes.logLevelDebug(), Attributes.logLevelDebug(), Attributes.logLevelDebug()))
        .runWith(Sink.cancelled(), materializer);
    assertThat(found).succeedsWithin(SOON).isEqualTo(true);
  }

  @Test
  void stop_running_completesOnceTheSourceHasAndWithAllItEmitted() {
    Running running = run(atOnce());
    Inner inner = awaitInner(0);
    for (String element : List.of("a", "b", "c")) {
      inner.queue.offer(element);
    }
    assertThat(running.control.stop().toCompletableFuture()).succeedsWithin(SOON);
    running.out.expectNext("a", "b", "c").expectComplete();
    assertThat(inner.stopped).isTrue();
    assertThat(inners).hasSize(1);
  }

  /** Once it runs: a source is STARTING before that, too. */
  private void failFirst(Control control) {
    Inner inner = awaitInner(0);
    awaitState(control, Health.State.RUNNING);
    inner.queue.fail(failure);
    awaitState(control, Health.State.STARTING);
  }

  @Test
  void stop_duringBackOff_completesAtOnceAndStartsNoOther() {
    Running running = run(retry(LONG));
    failFirst(running.control);
    assertThat(running.control.stop().toCompletableFuture()).succeedsWithin(SOON);
    running.out.expectComplete();
    assertThat(inners).hasSize(1);
    assertThat(running.control.health().state()).isNotEqualTo(Health.State.STARTING);
  }

  @Test
  void stop_whileBeingCreated_reachesTheSource() {
    CompletableFuture<Control> control = new CompletableFuture<>();
    Running running =
        run(
            atOnce(),
            () -> {
              control.join().stop();
              return inner();
            });
    control.complete(running.control);
    running.out.expectComplete();
    await().atMost(SOON).until(() -> inners.isEmpty() || inners.get(0).stopped.get());
  }

  @Test
  void stop_sourceFailsAfterwards_failsAndStartsNoOther() {
    Running running = run(atOnce());
    Inner inner = awaitInner(0);
    inner.ignoresStop = true;
    CompletionStage<Done> stopped = running.control.stop();
    inner.queue.fail(failure);
    running.out.expectError(failure);
    assertThat(stopped.toCompletableFuture()).succeedsWithin(SOON);
    assertThat(inners).hasSize(1);
  }

  @Test
  void stop_calledAgain_completesAgain() {
    Running running = run(atOnce());
    awaitInner(0);
    assertThat(running.control.stop().toCompletableFuture()).succeedsWithin(SOON);
    running.out.expectComplete();
    assertThat(running.control.stop().toCompletableFuture()).succeedsWithin(SOON);
  }

  @Test
  void stop_concurrentWithFailures_alwaysEnds() {
    for (int i = 0; i < 200; i++) {
      inners.clear();
      Running running = run(atOnce().withMinBackoff(Duration.ofNanos(100_000)));
      Inner inner = awaitInner(0);
      CompletableFuture<Void> failing = CompletableFuture.runAsync(() -> inner.queue.fail(failure));
      CompletionStage<Done> stopped = running.control.stop();
      failing.handle((nothing, refused) -> true).join(); // a completed queue refuses to fail
      assertThat(stopped.toCompletableFuture()).succeedsWithin(SOON);
    }
  }

  @Test
  void shutdown_running_shutsTheSourceDown() {
    Running running = run(atOnce());
    Inner inner = awaitInner(0);
    assertThat(running.control.isShutdown().toCompletableFuture()).isNotDone();
    assertThat(running.control.shutdown().toCompletableFuture()).succeedsWithin(SOON);
    assertThat(inner.shutdownAsked).isTrue();
    assertThat(running.control.health().state()).isEqualTo(Health.State.STOPPED);
    running.out.expectComplete();
  }

  @Test
  void shutdown_afterTheStreamEnded_reachesTheLastSource() {
    Running running = run(atOnce());
    Inner inner = awaitInner(0);
    running.control.stop();
    running.out.expectComplete();
    assertThat(running.control.isShutdown().toCompletableFuture()).isNotDone();
    assertThat(running.control.shutdown().toCompletableFuture()).succeedsWithin(SOON);
    assertThat(inner.shutdownAsked).isTrue();
  }

  @Test
  void isShutdown_earlierSourceStillOpen_waitsForIt() {
    Running running = run(atOnce());
    awaitInner(0).queue.fail(failure);
    Inner second = awaitInner(1);
    second.queue.complete();
    running.out.expectComplete();
    second.closed.complete(Done.getInstance());
    assertThat(running.control.isShutdown().toCompletableFuture()).isNotDone();
    inners.get(0).closed.complete(Done.getInstance());
    assertThat(running.control.isShutdown().toCompletableFuture()).succeedsWithin(SOON);
  }

  @Test
  void isShutdown_neverStarted_completesWithTheStream() {
    Running running =
        run(
            atOnce().withMaxAttempts(0),
            () -> {
              throw failure;
            });
    running.out.expectError(failure);
    assertThat(running.control.isShutdown().toCompletableFuture()).succeedsWithin(SOON);
  }

  @Test
  void drainAndShutdown_running_completesAsTheStreamAfterTheClientIsClosed() {
    Control.Draining<List<String>> control =
        Restarting.source(atOnce(), this::inner)
            .toMat(Sink.<String>seq(), Control::draining)
            .run(materializer);
    Inner inner = awaitInner(0);
    inner.queue.offer("a");
    assertThat(control.drainAndShutdown().toCompletableFuture())
        .succeedsWithin(SOON)
        .isEqualTo(List.of("a"));
    assertThat(inner.drainAsked).isTrue();
    assertThat(inner.closed).isDone();
  }

  @Test
  void drainAndShutdown_duringBackOff_completesAsTheStream() {
    Control.Draining<List<String>> control =
        Restarting.source(retry(LONG), this::inner)
            .toMat(Sink.<String>seq(), Control::draining)
            .run(materializer);
    failFirst(control);
    assertThat(control.drainAndShutdown().toCompletableFuture())
        .succeedsWithin(SOON)
        .isEqualTo(List.of());
  }

  @Test
  void health_acrossRestart_isTheRunningSources() {
    CountDownLatch again = new CountDownLatch(1);
    Running running =
        run(
            atOnce(),
            () -> {
              if (!inners.isEmpty()) {
                again.await(); // starts for as long as it takes to look
              }
              return inner();
            });
    awaitInner(0);
    awaitState(running.control, Health.State.RUNNING);
    assertThat(running.control.health()).isEqualTo(inners.get(0).health());
    inners.get(0).queue.fail(failure);
    try {
      awaitState(running.control, Health.State.STARTING);
      assertThat(running.control.health().elementsInFlight()).isZero();
    } finally {
      again.countDown();
    }
    awaitInner(1);
    awaitState(running.control, Health.State.RUNNING);
    running.control.stop();
    running.out.expectComplete();
    inners.forEach(inner -> inner.closed.complete(Done.getInstance()));
    awaitState(running.control, Health.State.STOPPED);
  }

  @Test
  void cancel_running_cancelsTheSource() {
    Running running = run(atOnce());
    Inner inner = awaitInner(0);
    running.out.cancel();
    await().atMost(SOON).until(() -> inner.termination.toCompletableFuture().isDone());
    inner.closed.complete(Done.getInstance());
    assertThat(running.control.isShutdown().toCompletableFuture()).succeedsWithin(SOON);
    assertThat(inners).hasSize(1);
  }

  @Test
  void cancel_withACause_passesItOn() {
    Running running = run(atOnce());
    Inner inner = awaitInner(0);
    running.out.cancel(failure);
    assertThat(inner.termination.toCompletableFuture())
        .failsWithin(SOON)
        .withThrowableThat()
        .withCause(failure);
    inner.closed.complete(Done.getInstance());
  }

  @Test
  void cancel_duringBackOff_startsNoOther() {
    Running running = run(retry(LONG));
    failFirst(running.control);
    running.out.cancel();
    inners.get(0).closed.complete(Done.getInstance());
    assertThat(running.control.isShutdown().toCompletableFuture()).succeedsWithin(SOON);
    assertThat(inners).hasSize(1);
  }

  @Test
  void coordinatedShutdown_running_shutsTheSourceDown() {
    ActorSystem own = ActorSystem.create("coordinated");
    Control control =
        Restarting.source(atOnce(), this::inner).toMat(Sink.ignore(), Keep.left()).run(own);
    Inner inner = awaitInner(0);
    assertThat(
            CoordinatedShutdown.get(own)
                .runAll(CoordinatedShutdown.unknownReason())
                .toCompletableFuture())
        .succeedsWithin(Duration.ofSeconds(20));
    assertThat(inner.shutdownAsked).isTrue();
    assertThat(control.isShutdown().toCompletableFuture()).succeedsWithin(SOON);
  }

  @Test
  void sourceWithContext_elementOfAnEarlierSource_settlesWithoutEffectOnTheNext() {
    List<Server> servers = new CopyOnWriteArrayList<>();
    var run =
        Restarting.<String>sourceWithContext(
                atOnce(),
                () -> {
                  Server server = new Server(InFlightSettings.create(system));
                  servers.add(server);
                  return SourceWithContext.fromPairs(
                      inner().map(text -> Pair.create(text, (Committable) server.emit())));
                })
            .asSource()
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    run.second().request(10);
    awaitInner(0).queue.offer("a");
    Committable old = run.second().expectNext().second();
    inners.get(0).queue.fail(failure);
    servers.get(0).lane.revoke();
    awaitInner(1).queue.offer("a");
    Committable again = run.second().expectNext().second();

    assertThat(old.commit().toCompletableFuture()).succeedsWithin(SOON);
    assertThat(servers.get(0).lane.frontier()).isEqualTo(Lane.NONE);
    assertThat(servers.get(1).lane.frontier()).isEqualTo(Lane.NONE);
    assertThat(again.commit().toCompletableFuture()).succeedsWithin(SOON);
    assertThat(servers.get(1).lane.frontier()).isEqualTo(0);
    run.first().stop();
    run.second().expectComplete();
  }

  private static final class Server implements InFlight.Owner {
    final InFlight window;
    final Lane lane;
    long next;

    Server(InFlightSettings settings) {
      window = new InFlight(settings, this);
      lane = window.lane("orders-0");
    }

    Tracked emit() {
      return Objects.requireNonNull(lane.emit(next++, 1));
    }

    @Override
    public void resume() {}

    @Override
    public CompletionStage<Done> commit() {
      return CompletableFuture.completedFuture(Done.getInstance());
    }

    @Override
    public CompletionStage<Done> rejected(Tracked element, Throwable cause) {
      return CompletableFuture.completedFuture(Done.getInstance());
    }
  }
}
