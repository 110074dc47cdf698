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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.junit.jupiter.api.Test;

/** What happens to the partitions that a rebalance takes away. */
class HandOverTest extends SourceTest {

  @Test
  void revoke_inFlight_waitsThenCommitsOnceSynchronously() throws Exception {
    cluster.append(P0, 3);
    var running = committable(settings);
    var elements = next(running.probe(), 3);
    FakeConsumer consumer = cluster.consumer();

    CompletionStage<Void> rebalance = consumer.rebalanceTo(P1);
    int polls = consumer.polls.get() + 1;
    elements.get(0).second().commit();
    await().until(() -> cluster.committed.equals(Map.of(P0, 1L)));
    assertThat(consumer.polls.get()).isLessThanOrEqualTo(polls);
    assertThat(rebalance.toCompletableFuture()).isNotDone();
    elements.get(1).second().commit();
    elements.get(2).second().commit();
    result(rebalance);

    assertThat(cluster.committed).isEqualTo(Map.of(P0, 3L));
    running.probe().cancel();
  }

  @Test
  void revoke_nothingInFlight_doesNotWait() throws Exception {
    var running = committable(settings);
    awaitPolls(cluster.consumer());
    result(cluster.consumer().rebalanceTo(P1));
    assertThat(cluster.consumer().requests).hasValue(0);
    running.probe().cancel();
  }

  @Test
  void revoke_recordsBuffered_emitsNoneOfThem() throws Exception {
    cluster.append(P0, 5);
    var running = committable(settings);
    Committable first = next(running.probe(), 1).get(0).second();
    FakeConsumer consumer = awaitRead(cluster.consumer(), P0, 5);

    CompletionStage<Void> rebalance = consumer.rebalanceTo(P1);
    first.commit();
    result(rebalance);
    cluster.append(P1, 1);

    assertThat(next(running.probe(), 1).get(0).first().value()).isEqualTo("1-00000000");
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 1L));
    running.probe().cancel();
  }

  @Test
  void revoke_neverSettled_goesOnAfterTheTimeoutAndForgets() throws Exception {
    cluster.append(P0, 3);
    var running = committable(settings.withHandOverTimeout(Duration.ofMillis(50)));
    var elements = next(running.probe(), 3);
    elements.get(0).second().commit();
    FakeConsumer consumer = cluster.consumer();

    result(consumer.rebalanceTo(P1));
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 1L));
    assertThat(running.control().health().elementsInFlight()).isZero();

    result(elements.get(1).second().commit());
    result(elements.get(2).second().reject(new IllegalStateException("too late")));
    awaitPolls(consumer);
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 1L));
    running.probe().ensureSubscription();
    running.probe().expectNoMessage(BRIEFLY);

    result(consumer.rebalanceTo(P0));
    assertThat(next(running.probe(), 2))
        .extracting(p -> p.first().offset())
        .containsExactly(1L, 2L);
    running.probe().cancel();
  }

  @Test
  void revoke_stageWaitsForRoomInThatLane_emitsWhatComesNext() throws Exception {
    cluster.append(P0, 200);
    var running =
        committable(
            settings
                .withHandOverTimeout(Duration.ofMillis(50))
                .withInFlight(settings.inFlight().withMaxElements(64).withMaxUncommitted(64)));
    // As many as the first may hold back.
    next(running.probe(), 64).subList(1, 64).forEach(pair -> pair.second().commit());
    next(running.probe(), 63).forEach(pair -> pair.second().commit());
    next(running.probe(), 1).forEach(pair -> pair.second().commit());
    running.probe().request(1);
    running.probe().expectNoMessage(BRIEFLY);

    result(cluster.consumer().rebalanceTo(P1));
    cluster.append(P1, 1);

    assertThat(running.probe().expectNext().first().value()).isEqualTo("1-00000000");
    running.probe().cancel();
  }

  @Test
  void revoke_noTimeToWait_commitsWhatIsSettled() throws Exception {
    cluster.append(P0, 3);
    var running = committable(settings.withHandOverTimeout(Duration.ZERO));
    var elements = next(running.probe(), 3);
    cluster.consumer().holdsCommits = true;
    elements.get(0).second().commit();

    result(cluster.consumer().rebalanceTo(P1));

    assertThat(cluster.committed).isEqualTo(Map.of(P0, 1L));
    running.probe().cancel();
  }

  @Test
  void revoke_committerWaitsForACommit_isServedMeanwhile() throws Exception {
    Gate gate = new Gate();
    gate.open();
    CompletionStage<Done> done = gate.run();
    FakeConsumer consumer = cluster.consumer();
    consumer.holdsCommits = true;
    cluster.append(P0, 10);
    await().until(() -> consumer.requests.get() == 1);
    await().until(() -> gate.arrived.size() > 2);

    result(consumer.rebalanceTo(P1));

    assertThat(cluster.committed.get(P0)).isEqualTo(gate.arrived.size());
    result(gate.stop(done));
  }

  @Test
  void revoke_commitIsAskedForWhileItWaits_isServed() throws Exception {
    Gate gate = new Gate();
    CompletionStage<Done> done = gate.run();
    cluster.append(P0, 10);
    await().until(() -> gate.arrived.size() > 2);

    CompletionStage<Void> rebalance = cluster.consumer().rebalanceTo(P1);
    gate.open();
    result(rebalance);

    assertThat(cluster.committed.get(P0)).isEqualTo(gate.arrived.size());
    result(gate.stop(done));
  }

  /** A pipeline whose committer holds one element and waits for one commit. */
  private final class Gate {
    final List<ConsumerRecord<String, String>> arrived = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Done> open = new CompletableFuture<>();
    private @org.jspecify.annotations.Nullable Control control;

    void open() {
      open.complete(Done.getInstance());
    }

    CompletionStage<Done> run() {
      CommitterSettings one = CommitterSettings.create(system).withMaxBatch(1).withParallelism(1);
      Pair<Control, CompletionStage<Done>> run =
          KafkaSource.committable(settings, Subscription.topics(TOPIC))
              .mapAsync(
                  4,
                  record -> {
                    arrived.add(record);
                    return open.thenApply(opened -> record);
                  })
              .toMat(Committer.sink(one), Keep.both())
              .run(materializer);
      control = run.first();
      return run.second();
    }

    CompletionStage<Done> stop(CompletionStage<Done> done) {
      cluster.consumer().holdsCommits = false;
      return java.util.Objects.requireNonNull(control).drainAndShutdown(done);
    }
  }

  @Test
  void revoke_streamEndsMeanwhile_waitsNoLonger() throws Exception {
    cluster.append(P0, 3);
    var running = committable(settings);
    next(running.probe(), 3);

    CompletionStage<Void> rebalance = cluster.consumer().rebalanceTo(P1);
    running.probe().cancel();

    result(rebalance);
    result(running.control().isShutdown());
    assertThat(cluster.committed).isEmpty();
  }

  @Test
  void revoke_whileHeldUp_healthSaysSo() throws Exception {
    cluster.append(P0, 1);
    var running = committable(settings);
    Committable element = next(running.probe(), 1).get(0).second();
    CompletionStage<Void> rebalance = cluster.consumer().rebalanceTo(P1);

    Duration before = running.control().health().sinceProgress();
    await()
        .until(
            () -> running.control().health().sinceProgress().compareTo(before.plusMillis(50)) > 0);
    assertThat(running.control().health().elementsInFlight()).isEqualTo(1);

    element.commit();
    result(rebalance);
    running.probe().cancel();
  }

  @Test
  void revoke_wakeUpHitsTheCommit_isHarmless() throws Exception {
    cluster.append(P0, 1);
    var running = committable(settings);
    Committable element = next(running.probe(), 1).get(0).second();
    FakeConsumer consumer = cluster.consumer();
    consumer.beforeCommitSync =
        () -> {
          consumer.beforeCommitSync = () -> {};
          consumer.wakeup();
        };

    CompletionStage<Void> rebalance = consumer.rebalanceTo(P1);
    element.commit();
    result(rebalance);

    assertThat(cluster.committed).isEqualTo(Map.of(P0, 1L));
    cluster.append(P1, 1);
    assertThat(next(running.probe(), 1)).hasSize(1);
    running.probe().cancel();
  }

  @Test
  void revoke_commitFails_streamGoesOn() throws Exception {
    cluster.append(P0, 1);
    var running = committable(settings);
    Committable element = next(running.probe(), 1).get(0).second();
    FakeConsumer consumer = cluster.consumer();
    consumer.commitFailures.add(new CommitFailedException("for a test"));

    CompletionStage<Void> rebalance =
        consumer.inPoll(
            () -> {
              element.commit();
              consumer.rebalance(List.of(P1));
            });
    result(rebalance);

    assertThat(cluster.committed).isEmpty();
    cluster.append(P1, 1);
    assertThat(next(running.probe(), 1)).hasSize(1);
    running.probe().cancel();
  }

  @Test
  void revoke_commitMayPass_whoeverWaitsIsToldOfTheNext() throws Exception {
    cluster.append(P0, 1);
    cluster.append(P1, 1);
    var running = committable(settings);
    var elements = next(running.probe(), 2);
    FakeConsumer consumer = cluster.consumer();
    consumer.commitFailure = () -> new RebalanceInProgressException("for a test");

    CompletionStage<Done> first = elements.get(0).second().commit();
    CompletionStage<Done> second = elements.get(1).second().commit();
    result(consumer.rebalanceTo(P1));
    awaitPolls(consumer);
    assertThat(first.toCompletableFuture()).isNotDone();
    assertThat(second.toCompletableFuture()).isNotDone();
    consumer.commitFailure = null;

    result(first);
    result(second);
    assertThat(cluster.committed).isEqualTo(Map.of(P1, 1L));
    running.probe().cancel();
  }

  @Test
  void revoke_commitUnderWayGoesWell_confirmsNothingThatWasAskedSince() throws Exception {
    cluster.append(P0, 2);
    var running = committable(settings);
    var elements = next(running.probe(), 2);
    FakeConsumer consumer = cluster.consumer();
    consumer.holdsCommits = true;
    CompletionStage<Done> first = elements.get(0).second().commit();
    await().until(() -> consumer.requests.get() == 1);
    CompletionStage<Done> second = elements.get(1).second().commit();
    consumer.beforeCommitSync =
        () -> {
          consumer.beforeCommitSync = () -> {};
          consumer.answerCommits(); // as the client does before it sends another
          consumer.commitFailure = () -> new RebalanceInProgressException("for a test");
        };

    result(consumer.rebalanceTo(P0));
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 1L));
    awaitPolls(consumer);
    assertThat(second.toCompletableFuture()).isNotDone();
    consumer.commitFailure = null;
    consumer.holdsCommits = false;

    result(first);
    result(second);
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 2L));
    running.probe().cancel();
  }

  @Test
  void lost_inFlight_isForgottenWithoutCommitOrWaiting() throws Exception {
    cluster.append(P0, 3);
    var running = committable(settings);
    var elements = next(running.probe(), 2);
    FakeConsumer consumer = cluster.consumer();

    result(consumer.inPoll(() -> consumer.losePartitions(List.of(P0, P1))));

    assertThat(running.control().health().elementsInFlight()).isZero();
    for (var element : elements) {
      result(element.second().commit());
    }
    assertThat(consumer.requests).hasValue(0);
    running.probe().request(1);
    running.probe().expectNoMessage(BRIEFLY);
    running.probe().cancel();
  }

  @Test
  void rebalance_keptPartition_losesNothing() throws Exception {
    cluster.append(P0, 20);
    cluster.append(P1, 20);
    var running = committable(settings.withBufferElements(10));
    List<Pair<ConsumerRecord<String, String>, Committable>> elements =
        new ArrayList<>(next(running.probe(), 3));
    FakeConsumer consumer = awaitRead(cluster.consumer(), P0, 5);

    CompletionStage<Void> rebalance = consumer.rebalanceTo(P0);
    for (var element : elements) {
      element.second().commit();
    }
    result(rebalance);

    List<Long> offsets = new ArrayList<>(offsetsOf(P0, elements));
    while (offsets.size() < 20) {
      Pair<ConsumerRecord<String, String>, Committable> element = next(running.probe(), 1).get(0);
      offsets.addAll(offsetsOf(P0, List.of(element)));
      elements.add(element);
    }
    assertThat(offsets).isSorted().doesNotHaveDuplicates().hasSize(20);
    result(Committable.all(elements.stream().map(Pair::second).toList()).commit());
    assertThat(cluster.committed).containsEntry(P0, 20L);
    running.probe().cancel();
  }

  private static List<Long> offsetsOf(
      org.apache.kafka.common.TopicPartition partition,
      List<Pair<ConsumerRecord<String, String>, Committable>> elements) {
    return elements.stream()
        .map(Pair::first)
        .filter(record -> record.partition() == partition.partition())
        .map(ConsumerRecord::offset)
        .toList();
  }

  @Test
  void assigned_moreWhileRunning_areRead() throws Exception {
    cluster.firstAssignment = Set.of(P0);
    cluster.append(P0, 1);
    cluster.append(P1, 1);
    var running = committable(settings);
    assertThat(next(running.probe(), 1).get(0).first().partition()).isEqualTo(0);
    result(cluster.consumer().rebalanceTo(P0, P1));
    assertThat(next(running.probe(), 1).get(0).first().partition()).isEqualTo(1);
    running.probe().cancel();
  }
}
