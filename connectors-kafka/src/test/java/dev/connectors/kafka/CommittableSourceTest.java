package dev.connectors.kafka;

import static dev.connectors.kafka.FakeCluster.P0;
import static dev.connectors.kafka.FakeCluster.P1;
import static dev.connectors.kafka.FakeCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.InFlightSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.junit.jupiter.api.Test;

class CommittableSourceTest extends SourceTest {

  private InFlightSettings inFlight() {
    return settings.inFlight();
  }

  private static List<Committable> committables(
      List<Pair<ConsumerRecord<String, String>, Committable>> elements) {
    return elements.stream().map(Pair::second).toList();
  }

  private static CompletionStage<Done> commitAll(List<Committable> committables) {
    return Committable.all(committables).commit();
  }

  @Test
  void committable_autoCommit_isRefused() {
    assertThatThrownBy(
            () ->
                KafkaSource.committable(
                    settings.withProperty("enable.auto.commit", true), Subscription.topics(TOPIC)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("enable.auto.commit is true, allowed is false")
        .hasMessageContaining("KafkaSource.plain");
  }

  @Test
  void committable_noGroup_isRefused() {
    ConsumerSettings<String, String> noGroup =
        ConsumerSettings.create(system, new StringDeserializer(), new StringDeserializer());
    assertThatThrownBy(() -> KafkaSource.committable(noGroup, Subscription.topics(TOPIC)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("group.id is missing")
        .hasMessageContaining("withGroupId");
  }

  @Test
  void committable_nothingSettled_emitsUpToTheWindow() throws Exception {
    cluster.append(P0, 100);
    var running = committable(settings.withInFlight(inFlight().withMaxElements(10)));
    List<Committable> first = committables(next(running.probe(), 10));
    running.probe().request(100);
    running.probe().expectNoMessage(BRIEFLY);
    assertThat(running.control().health().elementsInFlight()).isEqualTo(10);

    result(commitAll(first.subList(0, 3)));
    for (int offset = 10; offset < 13; offset++) {
      assertThat(running.probe().expectNext().first().offset()).isEqualTo(offset);
    }
    running.probe().expectNoMessage(BRIEFLY);
    running.probe().cancel();
  }

  @Test
  void committable_windowOfBytes_emitsUpToIt() {
    cluster.append(P0, 100);
    var running = committable(settings.withInFlight(inFlight().withMaxBytes(50)));
    next(running.probe(), 5);
    running.probe().request(100);
    running.probe().expectNoMessage(BRIEFLY);
    assertThat(running.control().health().bytesInFlight()).isEqualTo(50);
    running.probe().cancel();
  }

  @Test
  void committable_sinkStalled_readsNoMoreThanWindowAndBuffer() {
    cluster.append(P0, 1000);
    var running =
        committable(settings.withBufferElements(20).withInFlight(inFlight().withMaxElements(10)));
    awaitRead(cluster.consumer(), P0, 20); // full, so that it is known when it is read on
    next(running.probe(), 10);
    running.probe().request(1000);
    awaitRead(cluster.consumer(), P0, 10 + 20);
    awaitPolls(cluster.consumer());
    assertThat(cluster.consumer().read(P0)).isEqualTo(10 + 20);
    running.probe().cancel();
  }

  @Test
  void commit_outOfOrder_commitsBehindTheLowestUnsettled() throws Exception {
    cluster.append(P0, 5);
    var running = committable(settings);
    List<Committable> elements = committables(next(running.probe(), 5));

    result(elements.get(1).commit());
    result(elements.get(2).commit());
    assertThat(cluster.consumer().commits).isEmpty();

    result(elements.get(0).commit());
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 3L));

    result(elements.get(4).commit());
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 3L));
    running.probe().cancel();
  }

  @Test
  void commit_twoPartitions_commitsEachFrontier() throws Exception {
    cluster.append(P0, 2);
    cluster.append(P1, 3);
    var running = committable(settings);
    result(commitAll(committables(next(running.probe(), 5))));
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 2L, P1, 3L));
    running.probe().cancel();
  }

  @Test
  void commit_oneUnderWay_coalescesTheRest() throws Exception {
    cluster.append(P0, 10);
    var running = committable(settings);
    List<Committable> elements = committables(next(running.probe(), 10));
    FakeConsumer consumer = cluster.consumer();
    consumer.holdsCommits = true;
    CompletionStage<Done> first = elements.get(0).commit();
    await().until(() -> consumer.requests.get() == 1);

    List<CompletionStage<Done>> rest = new ArrayList<>();
    elements.subList(1, 10).forEach(element -> rest.add(element.commit()));
    awaitPolls(consumer);
    assertThat(consumer.requests).hasValue(1);
    consumer.holdsCommits = false;

    result(first);
    for (CompletionStage<Done> one : rest) {
      result(one);
    }
    assertThat(consumer.commits).containsExactly(Map.of(P0, 1L), Map.of(P0, 10L));
    assertThat(consumer.mostUnanswered).hasValue(1);
    running.probe().cancel();
  }

  @Test
  void commit_anotherWhoWaitsGivesUp_completesAllTheSame() throws Exception {
    cluster.append(P0, 2);
    var running = committable(settings);
    List<Committable> elements = committables(next(running.probe(), 2));
    FakeConsumer consumer = cluster.consumer();
    consumer.holdsCommits = true;
    elements.get(0).commit();
    await().until(() -> consumer.requests.get() == 1);
    CompletionStage<Done> second = elements.get(1).commit();

    elements.get(1).commit().toCompletableFuture().cancel(true);
    consumer.holdsCommits = false;

    result(second);
    running.probe().cancel();
  }

  @Test
  void commit_nothingNew_asksTheServerNothing() throws Exception {
    cluster.append(P0, 1);
    var running = committable(settings);
    Committable element = next(running.probe(), 1).get(0).second();
    result(element.commit());
    result(element.commit());
    assertThat(cluster.consumer().commits).hasSize(1);
    running.probe().cancel();
  }

  @Test
  void commit_failsPassingly_isTriedAgain() throws Exception {
    cluster.append(P0, 1);
    var running = committable(settings);
    Committable element = next(running.probe(), 1).get(0).second();
    cluster.consumer().commitFailures.add(new RetriableCommitFailedException("for a test"));
    cluster.consumer().commitFailures.add(new RebalanceInProgressException("for a test"));

    result(element.commit());

    assertThat(cluster.consumer().requests).hasValue(3);
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 1L));
    running.probe().cancel();
  }

  @Test
  void commit_memberWasRemoved_completesOnceItsPartitionsAreLost() throws Exception {
    cluster.append(P0, 1);
    var running = committable(settings);
    Committable element = next(running.probe(), 1).get(0).second();
    FakeConsumer consumer = cluster.consumer();
    consumer.commitFailure = () -> new CommitFailedException("for a test");
    CompletionStage<Done> commit = element.commit();
    await().until(() -> consumer.requests.get() > 0);
    assertThat(commit.toCompletableFuture()).isNotDone();

    result(consumer.inPoll(() -> consumer.losePartitions(List.of(P0, P1))));

    result(commit);
    assertThat(cluster.committed).isEmpty();
    running.probe().cancel();
  }

  @Test
  void commit_failsPassinglyForTooLong_failsTheStreamUndisguised() {
    RuntimeException cause = new RetriableCommitFailedException("for a test");
    Duration limit = Duration.ofMillis(150);
    CompletionStage<Done> done =
        run(settings.withCommitTimeout(limit).withCloseTimeout(limit)).second();
    cluster.consumer().commitFailure = () -> cause;
    cluster.append(P0, 1);

    assertThat(failure(done)).isSameAs(cause);
    assertThat(cluster.consumer().requests.get()).isGreaterThan(1);
  }

  @Test
  void commit_neverAnswered_failsTheStream() {
    CompletionStage<Done> done = run(settings.withCommitTimeout(Duration.ofMillis(150))).second();
    cluster.consumer().holdsCommits = true;
    cluster.append(P0, 1);

    assertThat(failure(done)).isInstanceOf(TimeoutException.class).hasMessageContaining("PT0.15S");
    assertThat(cluster.consumer().requests.get()).isGreaterThan(0);
  }

  @Test
  void commit_afterOneThatIsNotAnswered_isSentOnceThatIs() throws Exception {
    cluster.append(P0, 3);
    var running = committable(settings.withCommitTimeout(Duration.ofMillis(150)));
    List<Committable> elements = committables(next(running.probe(), 3));
    FakeConsumer consumer = cluster.consumer();
    consumer.holdsCommits = true;
    assertThat(failure(elements.get(0).commit())).isInstanceOf(TimeoutException.class);
    assertThat(failure(elements.get(1).commit())).isInstanceOf(TimeoutException.class);
    assertThat(consumer.requests).hasValue(1);

    consumer.holdsCommits = false;
    await().until(() -> cluster.committed.equals(Map.of(P0, 1L)));
    result(elements.get(2).commit());

    assertThat(cluster.committed).isEqualTo(Map.of(P0, 3L));
    assertThat(consumer.mostUnanswered).hasValue(1);
    running.probe().cancel();
  }

  @Test
  void commit_failsForGood_failsTheStreamUndisguised() {
    RuntimeException cause = new TopicAuthorizationException("for a test");
    CompletionStage<Done> done = run(settings).second();
    cluster.consumer().commitFailure = () -> cause;
    cluster.append(P0, 1);

    assertThat(failure(done)).isSameAs(cause);
  }

  private Pair<Control, CompletionStage<Done>> run(ConsumerSettings<String, String> with) {
    return KafkaSource.committable(with, Subscription.topics(TOPIC))
        .toMat(
            Committer.sink(CommitterSettings.create(system).withMaxInterval(Duration.ofMillis(10))),
            org.apache.pekko.stream.javadsl.Keep.both())
        .run(materializer);
  }

  @Test
  void commit_sourceClosed_completes() throws Exception {
    cluster.append(P0, 1);
    var running = committable(settings.withDrainTimeout(Duration.ZERO));
    Committable element = next(running.probe(), 1).get(0).second();
    result(running.control().shutdown());

    result(element.commit());

    assertThat(cluster.committed).isEmpty();
  }

  @Test
  void reject_element_failsTheStreamAndIsNeverPassed() throws Exception {
    cluster.append(P0, 5);
    RecordingObserver observer = new RecordingObserver();
    var running = committable(settings.withObserver(observer));
    List<Committable> elements = committables(next(running.probe(), 4));
    RuntimeException cause = new IllegalStateException("for a test");
    result(elements.get(0).commit());

    result(elements.get(1).reject(cause));
    result(elements.get(2).commit());
    result(elements.get(3).commit());

    assertThat(running.probe().expectError()).isSameAs(cause);
    result(running.control().isShutdown());
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 1L));
    assertThat(observer.rejected).containsExactly(cause);
  }

  @Test
  void reject_recordsBuffered_emitsNoneOfThem() throws Exception {
    cluster.append(P0, 50);
    var running = committable(settings);
    Committable element = next(running.probe(), 1).get(0).second();
    awaitRead(cluster.consumer(), P0, 50);
    result(element.reject(new IllegalStateException("for a test")));
    assertThat(running.probe().expectError()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void committable_pollFails_emitsWhatWasReadAndCommitsWhatIsSettled() throws Exception {
    cluster.append(P0, 5);
    var running = committable(settings.withCancelGrace(LONG));
    FakeConsumer consumer = awaitRead(cluster.consumer(), P0, 5);
    RuntimeException cause = new org.apache.kafka.common.KafkaException("for a test");
    consumer.failPoll(cause);
    await()
        .until(
            () -> running.control().health().state() == dev.connectors.core.Health.State.DRAINING);
    awaitPolls(consumer);

    List<Committable> elements = committables(next(running.probe(), 5));

    assertThat(running.probe().expectError()).isSameAs(cause);
    result(commitAll(elements));
    result(running.control().isShutdown());
    assertThat(cluster.committed).isEqualTo(Map.of(P0, 5L));
  }

  @Test
  void committable_started_tellsTheClientNotToCommit() {
    var running = committable(settings);
    assertThat(cluster.consumer().properties)
        .containsEntry("enable.auto.commit", "false")
        .containsEntry("group.id", group);
    running.probe().cancel();
  }

  @Test
  void committable_startedAgain_readsFromTheCommitted() throws Exception {
    cluster.append(P0, 10);
    var first = committable(settings);
    result(commitAll(committables(next(first.probe(), 10)).subList(0, 4)));
    first.probe().cancel();
    result(first.control().isShutdown());

    var second = committable(settings);
    assertThat(next(second.probe(), 6)).extracting(p -> p.first().offset()).startsWith(4L);
    second.probe().cancel();
  }
}
