package dev.connectors.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import dev.connectors.core.internal.Tracked;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.RunnableGraph;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.junit.jupiter.api.Test;

class CommitterTest extends StreamTest {

  /** A source's server: it confirms a commit when the test says so. */
  private static final class Server implements InFlight.Owner {
    final List<Long> frontiers = new CopyOnWriteArrayList<>();
    final List<CompletableFuture<Done>> commits = new CopyOnWriteArrayList<>();
    final InFlight window;
    final Lane lane;
    boolean asWhole;
    long next;

    Server(InFlightSettings settings) {
      window = new InFlight(settings, this);
      lane = window.lane("orders-0");
    }

    Tracked emit() {
      return Objects.requireNonNull(lane.emit(next++, 1));
    }

    List<Tracked> emit(int count) {
      List<Tracked> elements = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        elements.add(emit());
      }
      return elements;
    }

    void confirm(int commit) {
      commits.get(commit).complete(Done.getInstance());
    }

    @Override
    public void resume() {}

    @Override
    public CompletionStage<Done> commit() {
      CompletableFuture<Done> commit = new CompletableFuture<>();
      frontiers.add(lane.frontier());
      commits.add(commit);
      return commit;
    }

    @Override
    public CompletionStage<Done> rejected(Tracked element, Throwable cause) {
      return CompletableFuture.completedFuture(Done.getInstance());
    }

    @Override
    public boolean commitsAsWhole() {
      return asWhole;
    }
  }

  /** A user's own committable. */
  private static final class Foreign implements Committable {
    final CompletableFuture<Done> commit = new CompletableFuture<>();
    volatile boolean asked;

    @Override
    public CompletionStage<Done> commit() {
      asked = true;
      return commit;
    }

    @Override
    public CompletionStage<Done> reject(Throwable cause) {
      return CompletableFuture.failedFuture(new AssertionError(cause));
    }
  }

  /** What runs: a source under control of the test, and the committer's result. */
  private record Stream(
      TestPublisher.Probe<Pair<String, Committable>> in, CompletionStage<Done> result) {
    void send(Committable committable) {
      in.sendNext(Pair.create(committable.toString(), committable));
    }

    Throwable failure() throws Exception {
      try {
        result.toCompletableFuture().get(5, TimeUnit.SECONDS);
        throw new AssertionError("did not fail");
      } catch (ExecutionException e) {
        return Objects.requireNonNull(e.getCause());
      }
    }
  }

  private Server server() {
    return new Server(InFlightSettings.create(system));
  }

  private CommitterSettings settings() {
    return CommitterSettings.create(system).withMaxInterval(LONG);
  }

  private Stream sink(CommitterSettings settings) {
    RunnableGraph<Pair<TestPublisher.Probe<Pair<String, Committable>>, CompletionStage<Done>>>
        graph =
            TestSource.<Pair<String, Committable>>create(system)
                .toMat(Committer.sink(settings), Keep.both());
    var run = graph.run(materializer);
    return new Stream(run.first(), run.second());
  }

  private static void awaitCommits(Server server, int count) {
    await().atMost(SOON).until(() -> server.commits.size() >= count);
  }

  @Test
  void sink_maxBatchReached_commitsOnce() {
    Server server = server();
    Stream stream = sink(settings().withMaxBatch(3));
    server.emit(7).forEach(stream::send);

    awaitCommits(server, 2);
    assertThat(server.frontiers).containsExactly(2L, 5L);
    await().atMost(SOON).until(() -> server.window.elements() == 0);
    assertThat(server.commits).as("the seventh is settled before it is committed").hasSize(2);
    server.confirm(0);
    server.confirm(1);
    stream.in.sendComplete();
    awaitCommits(server, 3);
    assertThat(stream.result.toCompletableFuture()).isNotDone();
    server.confirm(2);
    assertThat(stream.result.toCompletableFuture()).succeedsWithin(SOON);
  }

  @Test
  void sink_intervalOver_commitsWhatThereIs() {
    Server server = server();
    Stream stream = sink(settings().withMaxInterval(Duration.ofMillis(20)));
    stream.send(server.emit());

    awaitCommits(server, 1);
    server.confirm(0);
    stream.send(server.emit());
    awaitCommits(server, 2);
    server.confirm(1);
    stream.in.sendComplete();
    assertThat(stream.result.toCompletableFuture()).succeedsWithin(SOON);
    assertThat(server.frontiers).containsExactly(0L, 1L);
  }

  @Test
  void sink_upstreamEmpty_completesWithoutCommit() {
    Stream stream = sink(settings());
    stream.in.sendComplete();
    assertThat(stream.result.toCompletableFuture()).succeedsWithin(SOON);
  }

  @Test
  void sink_upstreamFails_commitsWhatIsSettledAndFailsWithIt() throws Exception {
    Server server = server();
    Stream stream = sink(settings());
    Exception cause = new IOException("upstream");
    stream.send(server.emit());
    stream.send(server.emit());
    stream.in.sendError(cause);

    awaitCommits(server, 1);
    assertThat(server.frontiers).containsExactly(1L);
    assertThat(stream.result.toCompletableFuture()).isNotDone();
    server.confirm(0);
    assertThat(stream.failure()).isSameAs(cause);
  }

  @Test
  void sink_parallelismReached_stopsPullingUntilAConfirmation() {
    Server server = server();
    CompletionStage<Done> result =
        source(server.emit(20))
            .runWith(Committer.sink(settings().withMaxBatch(2).withParallelism(2)), materializer);

    awaitCommits(server, 2);
    await().atMost(SOON).until(() -> server.window.elements() == 14);
    await()
        .during(Duration.ofMillis(100))
        .atMost(SOON)
        .until(() -> server.commits.size() == 2 && server.window.elements() == 14);
    for (int commit = 0; commit < 10; commit++) {
      awaitCommits(server, commit + 1);
      server.confirm(commit);
    }
    assertThat(result.toCompletableFuture()).succeedsWithin(SOON);
    assertThat(server.frontiers).hasSize(10).last().isEqualTo(19L);
  }

  @Test
  void sink_parallelismReachedAndCommitsAsWhole_pullsWhatTheyWaitFor() {
    Server server = server();
    server.asWhole = true;
    CompletionStage<Done> result =
        source(server.emit(20))
            .runWith(Committer.sink(settings().withMaxBatch(2).withParallelism(2)), materializer);

    await().atMost(SOON).until(() -> server.window.elements() == 0);
    assertThat(server.frontiers).startsWith(1L, 3L);
    for (int commit = 0; commit < 3; commit++) {
      awaitCommits(server, commit + 1);
      server.confirm(commit);
    }
    assertThat(result.toCompletableFuture()).succeedsWithin(SOON);
    assertThat(server.frontiers).containsExactly(1L, 3L, 19L);
  }

  @Test
  void sink_commitFails_failsWithTheUndisguisedException() throws Exception {
    Server server = server();
    Stream stream = sink(settings().withMaxBatch(1));
    Exception cause = new IOException("broker");
    stream.send(server.emit());
    awaitCommits(server, 1);
    server.commits.get(0).completeExceptionally(cause);

    assertThat(stream.failure()).isSameAs(cause);
    stream.in.expectCancellationWithCause(cause);
  }

  @Test
  void sink_earlierCommitFailsAfterLaterSucceeded_fails() throws Exception {
    Server server = server();
    Stream stream = sink(settings().withMaxBatch(1));
    Exception cause = new IOException("broker");
    stream.send(server.emit());
    stream.send(server.emit());
    awaitCommits(server, 2);
    server.confirm(1);
    server.commits.get(0).completeExceptionally(cause);

    assertThat(stream.failure()).isSameAs(cause);
  }

  @Test
  void sink_commitFailsWhileOthersWait_failsOnceTheyAreKnown() throws Exception {
    Server server = server();
    Stream stream = sink(settings().withMaxBatch(1));
    Exception cause = new IOException("first");
    server.emit(3).forEach(stream::send);
    awaitCommits(server, 3);
    server.commits.get(1).completeExceptionally(cause);
    stream.in.expectCancellation();
    assertThat(stream.result.toCompletableFuture()).isNotDone();
    server.commits.get(2).completeExceptionally(new IOException("second"));
    server.confirm(0);

    assertThat(stream.failure()).isSameAs(cause);
  }

  @Test
  void sink_windowThrowsAtCommit_failsWithIt() throws Exception {
    RuntimeException cause = new IllegalStateException("closed");
    Stream stream = sink(settings().withMaxBatch(1));
    stream.send(
        new Committable() {
          @Override
          public CompletionStage<Done> commit() {
            throw cause;
          }

          @Override
          public CompletionStage<Done> reject(Throwable poison) {
            throw cause;
          }
        });

    assertThat(stream.failure()).isSameAs(cause);
  }

  @Test
  void sink_inOrderGoingBackwards_failsAndNamesAnyOrderAndCommitsNothingThatWasPassed()
      throws Exception {
    Server server = server();
    Stream stream = sink(settings().withMaxBatch(2));
    List<Tracked> elements = server.emit(5);
    stream.send(elements.get(0));
    stream.send(elements.get(1));
    awaitCommits(server, 1);
    stream.send(elements.get(4)); // 2 is still in the stream
    stream.send(elements.get(3));

    awaitCommits(server, 2);
    server.confirm(0);
    server.confirm(1);
    assertThat(stream.failure())
        .isInstanceOfSatisfying(
            OutOfOrderException.class, e -> assertThat(e.position()).isEqualTo("orders-0@3"))
        .hasMessageContaining("ANY_ORDER");
    assertThat(server.frontiers).containsExactly(1L, 1L);
    assertThat(server.lane.frontier()).isEqualTo(1);
  }

  @Test
  void sink_anyOrderGoingBackwards_commits() {
    Server server = server();
    Stream stream = sink(settings().withMaxBatch(1).withOrder(CommitOrder.ANY_ORDER));
    List<Tracked> elements = server.emit(3);
    for (int i : new int[] {1, 0, 2}) {
      stream.send(elements.get(i));
    }
    awaitCommits(server, 3);
    assertThat(server.frontiers).containsExactly(Lane.NONE, 1L, 2L);
    server.commits.forEach(commit -> commit.complete(Done.getInstance()));
    stream.in.sendComplete();
    assertThat(stream.result.toCompletableFuture()).succeedsWithin(SOON);
  }

  @Test
  void sink_inOrderWithDropped_commitsPastThem() {
    Server server = server();
    CompletionStage<Done> result =
        Source.from(server.emit(10))
            .map(element -> Pair.create("", (Committable) element))
            .filter(pair -> ((Tracked) pair.second()).position() % 4 == 0)
            .runWith(Committer.sink(settings()), materializer);
    awaitCommits(server, 1);
    assertThat(server.frontiers).containsExactly(8L);
    server.confirm(0);
    assertThat(result.toCompletableFuture()).succeedsWithin(SOON);
  }

  @Test
  void sink_twoWindows_commitsBoth() {
    Server one = server();
    Server other = server();
    Stream stream = sink(settings().withMaxBatch(4));
    stream.send(one.emit());
    stream.send(other.emit());
    stream.send(one.emit());
    stream.send(other.emit());
    awaitCommits(one, 1);
    awaitCommits(other, 1);
    stream.in.sendComplete();
    one.confirm(0);
    await()
        .during(Duration.ofMillis(50))
        .atMost(SOON)
        .until(() -> !stream.result.toCompletableFuture().isDone());
    other.confirm(0);
    assertThat(stream.result.toCompletableFuture()).succeedsWithin(SOON);
  }

  @Test
  void sink_foreignCommittable_isCommittedAndAwaited() {
    Foreign foreign = new Foreign();
    Stream stream = sink(settings());
    stream.send(foreign);
    stream.in.sendComplete();
    await().atMost(SOON).until(() -> foreign.asked);
    assertThat(stream.result.toCompletableFuture()).isNotDone();
    foreign.commit.complete(Done.getInstance());
    assertThat(stream.result.toCompletableFuture()).succeedsWithin(SOON);
  }

  @Test
  void sink_partsOfForeignFail_failsWithTheUndisguisedException() throws Exception {
    Foreign foreign = new Foreign();
    Exception cause = new IOException("theirs");
    Stream stream = sink(settings().withMaxBatch(2));
    List<Committable> parts = foreign.split(2);
    stream.send(parts.get(0));
    stream.send(parts.get(1));
    await().atMost(SOON).until(() -> foreign.asked);
    foreign.commit.completeExceptionally(cause);

    assertThat(stream.failure()).isSameAs(cause);
  }

  @Test
  void sink_allOfForeignAndTracked_awaitsBoth() {
    Server server = server();
    Foreign foreign = new Foreign();
    Stream stream = sink(settings().withMaxBatch(1));
    stream.send(Committable.all(List.of(server.emit(), foreign, server.emit())));
    awaitCommits(server, 1);
    stream.in.sendComplete();
    server.confirm(0);
    assertThat(stream.result.toCompletableFuture()).isNotDone();
    foreign.commit.complete(Done.getInstance());
    assertThat(stream.result.toCompletableFuture()).succeedsWithin(SOON);
    assertThat(server.frontiers).containsExactly(1L);
  }

  @Test
  void sink_allInAnyOrderOfItsMembers_keepsTheOrder() {
    Server server = server();
    List<Tracked> elements = server.emit(3);
    Stream stream = sink(settings());
    stream.send(Committable.all(List.of(elements.get(2), elements.get(0))));
    stream.in.sendComplete();
    awaitCommits(server, 1);
    server.confirm(0);
    assertThat(stream.result.toCompletableFuture()).succeedsWithin(SOON);
    assertThat(server.frontiers).containsExactly(2L);
  }

  @Test
  void sink_lateLoneRestOfASplitElement_isReported() throws Exception {
    Server server = server();
    List<Tracked> elements = server.emit(2);
    Stream stream = sink(settings());
    Committable late = elements.get(0).split(2).get(1);
    stream.send(elements.get(1));
    stream.send(late);
    awaitCommits(server, 1);
    server.confirm(0);
    assertThat(stream.failure()).isInstanceOf(OutOfOrderException.class);
    assertThat(server.frontiers).containsExactly(Lane.NONE);
  }

  @Test
  void mapConcat_noneOneAndSeveral_settlesWhenAllPartsAre() {
    Server server = server();
    List<Tracked> elements = server.emit(4);
    List<Integer> counts = List.of(0, 1, 3, 2);
    CompletionStage<Done> result =
        Source.range(0, 3)
            .map(i -> Pair.create(counts.get(i), (Committable) elements.get(i)))
            .via(
                Committable.<Integer, String>mapConcat(
                        count -> java.util.Collections.nCopies(count, "part"))
                    .asFlow())
            .take(5)
            .runWith(Committer.sink(settings().withOrder(CommitOrder.ANY_ORDER)), materializer);
    awaitCommits(server, 1);
    assertThat(server.frontiers).as("the last has one part left").containsExactly(2L);
    server.confirm(0);
    assertThat(result.toCompletableFuture()).succeedsWithin(SOON);
  }

  private TestSubscriber.Probe<String> flow(
      CommitterSettings settings, Source<Pair<String, Committable>, ?> source) {
    return source.via(Committer.flow(settings)).runWith(TestSink.create(system), materializer);
  }

  private static Source<Pair<String, Committable>, ?> source(List<Tracked> elements) {
    return Source.from(elements)
        .map(element -> Pair.create("e" + element.position(), (Committable) element));
  }

  @Test
  void flow_commitsConfirmedOutOfOrder_emitsInOrderAfterTheirCommit() {
    Server server = server();
    TestSubscriber.Probe<String> out = flow(settings().withMaxBatch(2), source(server.emit(4)));
    out.request(10);
    awaitCommits(server, 2);
    server.confirm(1);
    out.expectNoMessage(Duration.ofMillis(50));
    server.confirm(0);
    out.expectNext("e0", "e1", "e2", "e3").expectComplete();
  }

  @Test
  void flow_downstreamStalled_holdsABoundedNumber() {
    Server server = server();
    int sent = 1000;
    TestSubscriber.Probe<String> out =
        source(server.emit(sent))
            .via(Committer.flow(settings().withMaxBatch(10).withParallelism(2)))
            .runWith(TestSink.create(system), materializer);
    out.request(1);
    CompletableFuture<?> confirming =
        CompletableFuture.runAsync(
            () -> {
              for (int commit = 0; commit < 3; commit++) {
                awaitCommits(server, commit + 1);
                server.confirm(commit);
              }
            });
    out.expectNext("e0");
    assertThat(confirming).succeedsWithin(SOON);
    await()
        .during(Duration.ofMillis(50))
        .atMost(SOON)
        .until(() -> sent - server.window.elements() <= 60);
    out.cancel();
  }

  @Test
  void flow_downstreamCancels_commitsWhatIsSettled() {
    Server server = server();
    var run =
        TestSource.<Pair<String, Committable>>create(system)
            .via(Committer.flow(settings()))
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    run.second().request(1);
    run.first().sendNext(Pair.create("", server.emit()));
    await().atMost(SOON).until(() -> server.window.elements() == 0);
    run.second().cancel();
    awaitCommits(server, 1);
    assertThat(server.frontiers).containsExactly(0L);
    run.first().expectCancellation();
  }

  @Test
  void flow_behindTake_commitsAll() {
    Server server = server();
    CompletionStage<List<String>> taken =
        source(server.emit(5))
            .via(Committer.flow(settings().withMaxBatch(1).withParallelism(1)))
            .take(1)
            .runWith(Sink.seq(), materializer);
    awaitCommits(server, 1);
    server.confirm(0);
    assertThat(taken.toCompletableFuture()).succeedsWithin(SOON).isEqualTo(List.of("e0"));
  }

  private TestSubscriber.Probe<String> filter(
      CommitterSettings settings, Source<Pair<String, Committable>, ?> source) {
    return source
        .via(Committer.<String>filter(settings, name -> name.equals("e3")).asFlow())
        .map(Pair::first)
        .runWith(TestSink.create(system), materializer);
  }

  @Test
  void filter_dropsMoreThanMaxBatch_commitsOneAtATimeAndEmitsTheRest() {
    Server server = server();
    TestSubscriber.Probe<String> out = filter(settings().withMaxBatch(2), source(server.emit(9)));
    out.request(10).expectNext("e3");
    awaitCommits(server, 1);
    await().atMost(SOON).until(() -> server.window.elements() == 1);
    assertThat(server.commits).hasSize(1);

    server.confirm(0);
    awaitCommits(server, 2);
    out.expectNoMessage(Duration.ofMillis(50));
    server.confirm(1);
    out.expectComplete();
    assertThat(server.frontiers).as("e3 is not settled").containsExactly(1L, 2L);
  }

  @Test
  void filter_intervalOver_commitsWhatIsDropped() {
    Server server = server();
    var run =
        TestSource.<Pair<String, Committable>>create(system)
            .via(
                Committer.<String>filter(
                        settings().withMaxInterval(Duration.ofMillis(10)), name -> false)
                    .asFlow())
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    run.second().request(1);
    run.first().sendNext(Pair.create("", server.emit()));
    awaitCommits(server, 1);
    server.confirm(0);
    assertThat(server.frontiers).containsExactly(0L);
    run.first().sendComplete();
    run.second().expectComplete();
  }

  @Test
  void filter_earlierOnesUnderWay_leavesThemUnsettled() {
    Server server = server();
    List<Tracked> elements = server.emit(5);
    TestSubscriber.Probe<String> out = filter(settings(), source(elements.subList(3, 5)));
    out.request(10).expectNext("e3");
    awaitCommits(server, 1);
    server.confirm(0);
    out.expectComplete();
    assertThat(server.window.elements()).isEqualTo(4);
    assertThat(server.frontiers).containsExactly(Lane.NONE);
  }

  @Test
  void filter_upstreamFails_commitsWhatIsDroppedAndFailsWithIt() {
    Server server = server();
    Exception cause = new IOException("theirs");
    var run =
        TestSource.<Pair<String, Committable>>create(system)
            .via(Committer.<String>filter(settings(), name -> false).asFlow())
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    run.second().request(1);
    run.first().sendNext(Pair.create("", server.emit()));
    run.first().sendError(cause);
    awaitCommits(server, 1);
    server.confirm(0);
    assertThat(run.second().expectError()).isSameAs(cause);
    assertThat(server.frontiers).containsExactly(0L);
  }

  @Test
  void filter_downstreamCancels_commitsWhatIsDropped() {
    Server server = server();
    TestSubscriber.Probe<String> out =
        filter(settings(), source(server.emit(2)).concat(Source.maybe()));
    out.request(1);
    await().atMost(SOON).until(() -> server.window.elements() == 0);
    out.cancel();
    awaitCommits(server, 1);
  }

  @Test
  void filter_commitFails_failsWithTheUndisguisedException() {
    Server server = server();
    Exception cause = new IOException("theirs");
    TestSubscriber.Probe<String> out = filter(settings().withMaxBatch(1), source(server.emit(3)));
    out.request(10);
    awaitCommits(server, 1);
    server.commits.get(0).completeExceptionally(cause);
    assertThat(out.expectError()).isSameAs(cause);
  }

  @Test
  void filter_predicateThrows_failsWithIt() {
    RuntimeException cause = new IllegalStateException("theirs");
    TestSubscriber.Probe<String> out =
        source(server().emit(1))
            .via(
                Committer.<String>filter(
                        settings(),
                        name -> {
                          throw cause;
                        })
                    .asFlow())
            .map(Pair::first)
            .runWith(TestSink.create(system), materializer);
    out.request(1);
    assertThat(out.expectError()).isSameAs(cause);
  }
}
