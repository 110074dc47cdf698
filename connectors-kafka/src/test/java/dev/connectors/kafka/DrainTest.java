package dev.connectors.kafka;

import static dev.connectors.kafka.FakeCluster.P0;
import static dev.connectors.kafka.FakeCluster.P1;
import static dev.connectors.kafka.FakeCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.Health;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.Test;

/** How a committable source ends. */
class DrainTest extends SourceTest {
  @Test
  void drainAndShutdown_inFlight_settlesCommitsAndCloses() throws Exception {
    cluster.append(P0, 20);
    CompletableFuture<Done> open = new CompletableFuture<>();
    List<ConsumerRecord<String, String>> seen = new CopyOnWriteArrayList<>();
    Control.Draining<Done> control = held(open, seen, materializer);
    await().until(() -> seen.size() == 20);

    CompletionStage<Done> drained = control.drainAndShutdown();
    await().until(() -> control.health().state() == Health.State.DRAINING);
    cluster.append(P0, 5);
    awaitPolls(cluster.consumer());
    assertThat(drained.toCompletableFuture()).isNotDone();
    open.complete(Done.getInstance());

    result(drained);
    assertThat(cluster.consumer().isClosed()).isTrue();
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 20L));
    assertThat(control.health().state()).isEqualTo(Health.State.STOPPED);
  }

  /** A pipeline that holds its elements until {@code open} is completed. */
  private Control.Draining<Done> held(
      CompletableFuture<Done> open, List<ConsumerRecord<String, String>> seen, Materializer with) {
    return KafkaSource.committable(settings, Subscription.topics(TOPIC))
        .mapAsync(
            100,
            record -> {
              seen.add(record);
              return open.thenApply(opened -> record);
            })
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(with);
  }

  @Test
  void coordinatedShutdown_inFlight_drains() throws Exception {
    ActorSystem another = ActorSystem.create("another");
    cluster.append(P0, 20);
    CompletableFuture<Done> open = new CompletableFuture<>();
    List<ConsumerRecord<String, String>> seen = new CopyOnWriteArrayList<>();
    Control.Draining<Done> control =
        held(open, seen, SystemMaterializer.get(another).materializer());
    await().until(() -> seen.size() == 20);
    awaitBeforeTermination(another, control.streamCompletion());

    another.terminate();
    await().until(() -> control.health().state() == Health.State.DRAINING);
    open.complete(Done.getInstance());

    result(control.streamCompletion());
    result(control.isShutdown());
    TestKit.shutdownActorSystem(another);
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 20L));
  }

  @Test
  void drainAndShutdown_commitFailsForGood_failsAndClosesNevertheless() throws Exception {
    CommitFailedException cause = new CommitFailedException("for a test");
    settings = settings.withCloseTimeout(Duration.ofMillis(200));
    Control.Draining<Done> control = settledWhenCommitsFail(() -> cause);

    assertThat(failure(control.drainAndShutdown())).isSameAs(cause);

    assertThat(cluster.consumer().isClosed()).isTrue();
    assertThat(cluster.committed).isEmpty();
  }

  @Test
  void drainAndShutdown_groupIsRebalanced_goesThroughWithItAndCommits() throws Exception {
    AtomicInteger failed = new AtomicInteger();
    Control.Draining<Done> control =
        settledWhenCommitsFail(
            () -> {
              failed.incrementAndGet();
              return new RebalanceInProgressException("for a test");
            });

    CompletionStage<Done> drained = control.drainAndShutdown();
    await().until(() -> failed.get() > 1);
    awaitPolls(cluster.consumer());
    assertThat(drained.toCompletableFuture()).isNotDone();
    cluster.consumer().commitFailure = null;

    result(drained);
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 3L));
  }

  @Test
  void drainAndShutdown_rebalanceTakesThePartition_commitsThere() throws Exception {
    Control.Draining<Done> control =
        settledWhenCommitsFail(() -> new RebalanceInProgressException("for a test"));
    FakeConsumer consumer = cluster.consumer();

    CompletionStage<Done> drained = control.drainAndShutdown();
    await().until(() -> consumer.requests.get() > 0);
    result(
        consumer.inPoll(
            () -> {
              consumer.commitFailure = null;
              consumer.rebalance(List.of());
            }));

    result(drained);
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 3L));
  }

  @Test
  void drainAndShutdown_partitionsAreLostMeanwhile_ends() throws Exception {
    Control.Draining<Done> control =
        settledWhenCommitsFail(() -> new CommitFailedException("for a test"));
    FakeConsumer consumer = cluster.consumer();

    CompletionStage<Done> drained = control.drainAndShutdown();
    await().until(() -> consumer.requests.get() > 0);
    result(consumer.inPoll(() -> consumer.losePartitions(List.of(P0, P1))));

    result(drained);
    assertThat(cluster.committed).isEmpty();
  }

  /** A pipeline that has settled three elements, none of which could be committed. */
  private Control.Draining<Done> settledWhenCommitsFail(Supplier<RuntimeException> failures)
      throws Exception {
    cluster.append(P0, 3);
    CompletableFuture<Done> open = new CompletableFuture<>();
    List<ConsumerRecord<String, String>> seen = new CopyOnWriteArrayList<>();
    Control.Draining<Done> control = held(open, seen, materializer);
    await().until(() -> seen.size() == 3);
    cluster.consumer().commitFailure = failures;
    open.complete(Done.getInstance());
    return control;
  }

  @Test
  void drainAndShutdown_elementsDroppedByTheStream_doesNotWaitForThem() throws Exception {
    cluster.append(P0, 5);
    Control.Draining<Done> control =
        KafkaSource.committable(settings, Subscription.topics(TOPIC))
            .filter(record -> record.offset() < 3)
            .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
            .run(materializer);
    await().until(() -> control.health().elementsInFlight() == 2);

    result(control.drainAndShutdown());

    assertThat(cluster.committed).isEqualTo(Map.of(P0, 3L));
  }

  @Test
  void shutdown_neverSettled_endsAfterTheDrainTimeout() throws Exception {
    cluster.append(P0, 3);
    var running = committable(settings.withDrainTimeout(Duration.ofMillis(100)));
    var elements = next(running.probe(), 3);
    elements.get(0).second().commit();

    result(running.control().shutdown());

    running.probe().expectComplete();
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 1L));
  }

  @Test
  void stop_inFlight_completesAtOnceAndStaysOpenForCommits() throws Exception {
    cluster.append(P0, 3);
    var running = committable(settings);
    var elements = next(running.probe(), 3);

    result(running.control().stop());
    running.probe().expectComplete();
    FakeConsumer consumer = cluster.consumer();
    awaitPolls(consumer);
    assertThat(consumer.isClosed()).isFalse();
    assertThat(consumer.pausedNow()).isNotEmpty();

    result(elements.get(0).second().commit());
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 1L));
    elements.get(1).second().commit();
    elements.get(2).second().commit();
    result(running.control().isShutdown());
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 3L));
  }

  @Test
  void cancel_neverSettled_endsAfterTheGrace() throws Exception {
    cluster.append(P0, 3);
    var running = committable(settings);
    var elements = next(running.probe(), 3);
    elements.get(0).second().commit();

    running.probe().cancel();

    result(running.control().isShutdown());
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 1L));
  }

  @Test
  void cancel_settledInTheGrace_isCommitted() throws Exception {
    cluster.append(P0, 3);
    var running = committable(settings.withCancelGrace(LONG));
    var elements = next(running.probe(), 3);
    running.probe().cancel();
    await().until(() -> running.control().health().state() == Health.State.DRAINING);

    for (var element : elements) {
      element.second().commit();
    }

    result(running.control().isShutdown());
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 3L));
  }

  @Test
  void streamFails_drainingControl_closes() {
    cluster.append(P0, 3);
    RuntimeException cause = new IllegalStateException("for a test");
    CompletableFuture<Done> open = new CompletableFuture<>();
    List<ConsumerRecord<String, String>> seen = new CopyOnWriteArrayList<>();
    Control.Draining<Done> control = held(open, seen, materializer);
    await().until(() -> seen.size() == 3);
    open.completeExceptionally(cause);

    assertThat(failure(control.streamCompletion())).isSameAs(cause);
    assertThat(failure(control.drainAndShutdown())).isSameAs(cause);
    assertThat(cluster.consumer().isClosed()).isTrue();
  }

  @Test
  void commit_afterTheLastOneFailed_failsToo() throws Exception {
    CommitFailedException cause = new CommitFailedException("for a test");
    cluster.append(P0, 1);
    var running = committable(settings.withCloseTimeout(Duration.ofMillis(200)));
    Committable element = next(running.probe(), 1).get(0).second();
    cluster.consumer().commitFailure = () -> cause;
    result(running.control().stop());
    assertThat(failure(element.commit())).isSameAs(cause);
    result(running.control().isShutdown());

    assertThat(failure(element.commit())).isSameAs(cause);
  }

  @Test
  void pollFailsWhileDraining_closesAndTheStreamCompletes() throws Exception {
    cluster.append(P0, 3);
    var running = committable(settings);
    var elements = next(running.probe(), 3);
    result(running.control().stop());
    elements.get(0).second().commit();
    awaitPolls(cluster.consumer());

    cluster.consumer().failPoll(new org.apache.kafka.common.KafkaException("for a test"));

    result(running.control().isShutdown());
    running.probe().expectComplete();
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 1L));
  }

  @Test
  void pollFailsAfterAStop_theStreamCompletes() throws Exception {
    cluster.append(P0, 1);
    CompletableFuture<Done> open = new CompletableFuture<>();
    CompletableFuture<Done> held = new CompletableFuture<>();
    Pair<Control, CompletionStage<Done>> run =
        KafkaSource.committable(
                settings.withDrainTimeout(Duration.ZERO), Subscription.topics(TOPIC))
            .asSource()
            .map(
                element -> { // on the source's thread, which learns of neither meanwhile
                  held.complete(Done.getInstance());
                  return open.join();
                })
            .toMat(Sink.ignore(), Keep.both())
            .run(materializer);
    result(held);
    FakeConsumer consumer = cluster.consumer();

    consumer.inPoll(
        () -> {
          run.first().stop();
          throw new org.apache.kafka.common.KafkaException("for a test");
        });
    result(run.first().isShutdown());
    open.complete(Done.getInstance());

    result(run.second());
  }

  @Test
  void errorWhileDraining_closes() throws Exception {
    cluster.append(P0, 3);
    var running = committable(settings);
    next(running.probe(), 3);
    result(running.control().stop());
    running.probe().expectComplete();
    awaitPolls(cluster.consumer());
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
    Thread.setDefaultUncaughtExceptionHandler((thread, cause) -> uncaught.complete(cause));
    try {
      Error cause = new NoClassDefFoundError("for a test");
      cluster
          .consumer()
          .inPoll(
              () -> {
                throw cause;
              });
      result(running.control().isShutdown());
      assertThat(result(uncaught)).isSameAs(cause);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void ignoredSink_neverCommits_leavesAllToBeReadAgain() throws Exception {
    cluster.append(P0, 3);
    List<ConsumerRecord<String, String>> read =
        result(
            KafkaSource.committable(settings, Subscription.topics(TOPIC))
                .asSource()
                .map(pair -> pair.first())
                .take(3)
                .runWith(Sink.seq(), materializer));
    assertThat(read).hasSize(3);
    await().until(() -> cluster.consumer().isClosed());
    assertThat(cluster.committed).isEmpty();
  }
}
