package dev.connectors.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.Health;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.activemq.command.ActiveMQTopic;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a source does beyond the contract. */
@SuppressWarnings("NullAway.Init") // set up before each test
class JmsSourceTest extends StreamTest {
  private String queue;
  private WatchedFactory watched;

  @BeforeEach
  void freshQueue() {
    queue = EmbeddedBroker.newQueue();
    watched = new WatchedFactory(EmbeddedBroker.factory());
  }

  // ---- plain

  @Test
  void plain_stopped_emitsAllThatWasReceived() throws Exception {
    EmbeddedBroker.publish(queue, 0, 500);
    CompletableFuture<Done> permit = new CompletableFuture<>();
    Pair<Control, CompletionStage<List<Integer>>> running =
        JmsSource.plain(settings().withBufferElements(100), JmsSubscription.queue(queue))
            .mapAsync(1, message -> permit.thenApply(done -> number(message)))
            .toMat(Sink.seq(), Keep.both())
            .run(materializer);
    await().until(() -> EmbeddedBroker.count(queue) < 500);

    CompletionStage<Done> stopped = running.first().stop();
    permit.complete(Done.getInstance());
    result(stopped);
    List<Integer> emitted = result(running.second());
    result(running.first().isShutdown());

    long left = EmbeddedBroker.count(queue);
    assertThat(emitted).isEqualTo(numbers(0, 500 - (int) left));
    assertThat(left).isPositive();
  }

  @Test
  void plain_oneOfTwoSessionsBreaks_emitsWhatTheOtherHasTakenBeforeItFails() throws Exception {
    CountDownLatch receiving = new CountDownLatch(2);
    CountDownLatch released = new CountDownLatch(1);
    AtomicBoolean broken = new AtomicBoolean();
    watched.breakIn(
        method -> {
          if (!method.equals("receive")) {
            return false;
          }
          boolean breaks = broken.compareAndSet(false, true);
          receiving.countDown();
          hold(breaks ? receiving : released);
          return breaks;
        });
    EmbeddedBroker.publish(queue, 0, 10);
    List<Integer> emitted = new CopyOnWriteArrayList<>();
    CountDownLatch failed = new CountDownLatch(1);
    JmsConsumerSettings settings =
        settings()
            .withSessions(2)
            .withPollTimeout(SOON) // the other one's messages may have to come back first
            .withConnectionListener(
                change -> {
                  if (change.state() == JmsConnections.State.FAILED) {
                    failed.countDown();
                  }
                });
    Pair<BoundedSourceQueue<Integer>, CompletionStage<Done>> running =
        JmsSource.plain(settings, JmsSubscription.queue(queue))
            .map(JmsSourceTest::number)
            .mergeMat(Source.<Integer>queue(1), Keep.right())
            .toMat(Sink.foreach(emitted::add), Keep.both())
            .run(materializer);
    hold(failed);
    running.first().offer(-1); // what comes to the stages behind the failure
    await().until(() -> emitted.contains(-1));

    released.countDown();

    assertThat(failure(running.second())).hasMessage("broken receive");
    emitted.remove(Integer.valueOf(-1));
    assertThat(emitted).isNotEmpty();
    assertThat(emitted.size() + EmbeddedBroker.count(queue)).isEqualTo(10);
  }

  private static void hold(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- browse

  @Test
  void browse_queue_emitsAllInOrderTakesNoneAndCompletes() throws Exception {
    EmbeddedBroker.publish(queue, 0, 50);

    List<Integer> seen =
        result(
            JmsSource.browse(settings(), JmsSubscription.queue(queue))
                .map(JmsSourceTest::number)
                .runWith(Sink.seq(), materializer));

    assertThat(seen).isEqualTo(numbers(0, 50));
    assertThat(EmbeddedBroker.count(queue)).isEqualTo(50);
    await().until(() -> watched.open.get() == 0);
  }

  @Test
  void browse_noConnection_failsWithTheClientsException() {
    watched.failOn(method -> method.equals("createBrowser"));

    assertThat(
            failure(
                JmsSource.browse(settings(), JmsSubscription.queue(queue))
                    .runWith(Sink.ignore(), materializer)))
        .isInstanceOf(JMSException.class);
    assertThat(watched.open).hasValue(0);
  }

  @Test
  void browse_topic_isRefused() {
    assertThatThrownBy(() -> JmsSource.browse(settings(), JmsSubscription.topic("topic")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- batches as a whole

  @ParameterizedTest
  @EnumSource(names = {"TRANSACTED", "CLIENT"})
  void committable_partOfABatchSettled_confirmsNothingAndDeliversAllAgain(
      JmsAcknowledgement acknowledgement) throws Exception {
    EmbeddedBroker.publish(queue, 0, 10);
    Collected first = new Collected(settings().withAcknowledgement(acknowledgement));
    first.await(10);

    for (Committable element : first.open.subList(0, 9)) {
      element.commit();
    }
    first.streamEnds();

    assertThat(EmbeddedBroker.first(queue)).isZero();
    Collected second = new Collected(settings().withAcknowledgement(acknowledgement));
    second.await(10);
    assertThat(second.numbers).isEqualTo(numbers(0, 10));
    second.commitAll();
    result(second.control.shutdown());
    assertThat(EmbeddedBroker.count(queue)).isZero();
  }

  @Test
  void committable_lastOfTheBatchDropped_receivesOnUntilOneSettlesIt() throws Exception {
    EmbeddedBroker.publish(queue, 0, 100);

    Control.Draining<Done> running =
        JmsSource.committable(settings().withBatchSize(10), JmsSubscription.queue(queue))
            .filter(message -> number(message) % 10 == 5)
            .asSource()
            .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
            .run(materializer);

    // 96 to 99 follow the last that is settled.
    await().until(() -> EmbeddedBroker.count(queue) <= 10);
    result(running.drainAndShutdown());
    assertThat(EmbeddedBroker.first(queue)).isBetween(86, 96);
  }

  @ParameterizedTest
  @EnumSource(names = {"TRANSACTED", "CLIENT"})
  void committable_moreReceivedThanTheCommitterTakes_isConfirmed(JmsAcknowledgement acknowledgement)
      throws Exception {
    EmbeddedBroker.publish(queue, 0, 100);
    CompletableFuture<Done> permit = new CompletableFuture<>();
    AtomicInteger received = new AtomicInteger();

    Control.Draining<Done> running =
        JmsSource.committable(
                settings().withAcknowledgement(acknowledgement).withBatchSize(10),
                JmsSubscription.queue(queue))
            .mapAsync(
                1_000,
                message -> {
                  received.incrementAndGet();
                  return permit.thenApply(done -> message);
                })
            .asSource()
            .toMat(
                Committer.sink(CommitterSettings.create(system).withMaxBatch(5).withParallelism(2)),
                Control::draining)
            .run(materializer);
    // A stream at a standstill is given more, since it may have dropped what it was given.
    await().until(() -> received.get() >= 30);
    permit.complete(Done.getInstance());

    await().until(() -> EmbeddedBroker.count(queue) == 0);
    result(running.drainAndShutdown());
  }

  @Test
  void commit_restOfItsBatchNeverSettled_failsAfterTheTimeout() throws Exception {
    EmbeddedBroker.publish(queue, 0, 2);
    Collected running =
        new Collected(
            settings()
                .withCommitTimeout(Duration.ofMillis(100))
                .withDrainTimeout(Duration.ofMillis(100)));
    running.await(2);

    assertThat(failure(running.open.get(0).commit()))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("batch-size");

    result(running.control.shutdown());
  }

  // ---- bounds

  @Test
  void individual_allButTheFirstSettled_receivesNoMoreThanTheBytesBound() throws Exception {
    EmbeddedBroker.publish(queue, 0, 200);
    List<Committable> open = new CopyOnWriteArrayList<>();
    Control control =
        JmsSource.committable(
                settings()
                    .withAcknowledgement(JmsAcknowledgement.INDIVIDUAL)
                    .withInFlight(InFlightSettings.create(system).withMaxBytes(10_000)),
                JmsSubscription.queue(queue))
            .asSource()
            .toMat(
                Sink.foreach(
                    pair -> {
                      open.add(pair.second());
                      if (open.size() > 1) {
                        pair.second().commit();
                      }
                    }),
                Keep.left())
            .run(materializer);
    await().until(() -> open.size() >= 20); // a short text counts for 520 bytes and a few
    letTheSessionGoRound(open.get(1));

    assertThat(watched.received).hasValue(20);
    result(open.get(0).commit());
    await().until(() -> EmbeddedBroker.count(queue) == 0);
    result(control.shutdown());
  }

  @ParameterizedTest
  @EnumSource
  void committable_nothingSettled_receivesNoMoreThanTheBytesBound(
      JmsAcknowledgement acknowledgement) throws Exception {
    EmbeddedBroker.publish(queue, 0, 200);
    Collected running =
        new Collected(
            settings()
                .withAcknowledgement(acknowledgement)
                .withInFlight(InFlightSettings.create(system).withMaxBytes(2_000)));
    running.await(4); // a short text counts for 520 bytes and a few

    assertThat(watched.received).hasValue(4);
    running.streamEnds();
    assertThat(EmbeddedBroker.count(queue)).isEqualTo(200);
  }

  // ---- rejected

  @ParameterizedTest
  @EnumSource
  void reject_always_triesThatOneAsOftenAsTheBrokerSaysAndLosesNoOther(
      JmsAcknowledgement acknowledgement) throws Exception {
    EmbeddedBroker.publish(queue, 0, 60);
    List<Integer> settled = new CopyOnWriteArrayList<>();
    List<Integer> triesOfSeven = new CopyOnWriteArrayList<>();
    List<Integer> triesOfEight = new CopyOnWriteArrayList<>();

    Control control =
        JmsSource.committable(
                settings().withAcknowledgement(acknowledgement), JmsSubscription.queue(queue))
            .asSource()
            .toMat(
                Sink.foreach(
                    pair -> {
                      int number = number(pair.first());
                      if (number == 7 || number == 8) {
                        (number == 7 ? triesOfSeven : triesOfEight)
                            .add(pair.first().getIntProperty("JMSXDeliveryCount"));
                        pair.second().reject(new IllegalStateException("poison"));
                      } else {
                        settled.add(number);
                        pair.second().commit();
                      }
                    }),
                Keep.left())
            .run(materializer);
    await().until(() -> EmbeddedBroker.count(queue) == 0);
    result(control.shutdown());

    List<Integer> tries = numbers(1, 2 + EmbeddedBroker.MAXIMUM_REDELIVERIES);
    assertThat(triesOfSeven).isEqualTo(tries);
    // The first of 8 is used up when 7 takes its batch along, be it in the stream or before it.
    assertThat(triesOfEight).isIn(tries, tries.subList(1, tries.size()));
    List<Integer> others = new ArrayList<>(numbers(0, 60));
    others.removeAll(List.of(7, 8));
    assertThat(new HashSet<>(settled)).isEqualTo(new HashSet<>(others));
  }

  @ParameterizedTest
  @EnumSource
  void reject_streamHasSeveralInHand_takesTheOthersAlongOnce(JmsAcknowledgement acknowledgement)
      throws Exception {
    EmbeddedBroker.publish(queue, 0, 20);
    List<Integer> triesOfSeven = new CopyOnWriteArrayList<>();
    List<Integer> settled = new CopyOnWriteArrayList<>();
    List<Integer> triesOfOthers = new CopyOnWriteArrayList<>();
    Executor later = CompletableFuture.delayedExecutor(30, TimeUnit.MILLISECONDS);

    Control control =
        JmsSource.committable(
                settings().withAcknowledgement(acknowledgement), JmsSubscription.queue(queue))
            .asSource()
            .mapAsync(4, pair -> CompletableFuture.supplyAsync(() -> pair, later))
            .toMat(
                Sink.foreach(
                    pair -> {
                      int tries = pair.first().getIntProperty("JMSXDeliveryCount");
                      if (number(pair.first()) == 7) {
                        triesOfSeven.add(tries);
                        pair.second().reject(new IllegalStateException("poison"));
                      } else {
                        triesOfOthers.add(tries);
                        settled.add(number(pair.first()));
                        pair.second().commit();
                      }
                    }),
                Keep.left())
            .run(materializer);
    await().until(() -> EmbeddedBroker.count(queue) == 0);
    result(control.shutdown());

    assertThat(triesOfSeven).isEqualTo(numbers(1, 2 + EmbeddedBroker.MAXIMUM_REDELIVERIES));
    assertThat(triesOfOthers).isSubsetOf(1, 2);
    List<Integer> others = new ArrayList<>(numbers(0, 20));
    others.remove(Integer.valueOf(7));
    assertThat(new HashSet<>(settled)).isEqualTo(new HashSet<>(others));
  }

  @ParameterizedTest
  @EnumSource
  void reject_othersAreSettledByACommitter_takesThemAlongOnce(JmsAcknowledgement acknowledgement)
      throws Exception {
    EmbeddedBroker.publish(queue, 0, 600); // more than are received ahead
    List<Integer> triesOfSeven = new CopyOnWriteArrayList<>();
    List<Integer> triesOfOthers = new CopyOnWriteArrayList<>();
    Control control =
        JmsSource.committable(
                settings().withAcknowledgement(acknowledgement), JmsSubscription.queue(queue))
            .asSource()
            .filter(
                pair -> {
                  int tries = tries(pair.first());
                  if (number(pair.first()) != 7) {
                    return triesOfOthers.add(tries);
                  }
                  triesOfSeven.add(tries);
                  pair.second().reject(new IllegalStateException("poison"));
                  return false;
                })
            .toMat(Committer.sink(CommitterSettings.create(system)), Keep.left())
            .run(materializer);
    await().until(() -> EmbeddedBroker.count(queue) == 0);
    result(control.shutdown());

    assertThat(triesOfSeven).isEqualTo(numbers(1, 2 + EmbeddedBroker.MAXIMUM_REDELIVERIES));
    assertThat(triesOfOthers).isSubsetOf(1, 2);
  }

  @Test
  void reject_streamDropsTheOthers_goesOn() throws Exception {
    EmbeddedBroker.publish(queue, 0, 10);
    List<Integer> seen = new CopyOnWriteArrayList<>();
    Control control =
        JmsSource.committable(settings().withBatchInterval(BRIEFLY), JmsSubscription.queue(queue))
            .asSource()
            .filter(pair -> number(pair.first()) == 2 || number(pair.first()) == 9)
            .filter(
                pair -> {
                  seen.add(number(pair.first()));
                  if (seen.size() == 1) {
                    pair.second().reject(new IllegalStateException("once"));
                  }
                  return seen.size() > 1;
                })
            .toMat(Committer.sink(CommitterSettings.create(system)), Keep.left())
            .run(materializer);

    await().until(() -> EmbeddedBroker.count(queue) == 0);
    result(control.shutdown());
    assertThat(seen).isIn(List.of(2, 2, 9), List.of(2, 9, 2, 9)); // seen before 2 came again
  }

  // ---- connections

  @ParameterizedTest
  @EnumSource
  void connection_lost_isMadeAgainAndLeavesNoConsumer(JmsAcknowledgement acknowledgement)
      throws Exception {
    EmbeddedBroker.publish(queue, 0, 20);
    Collected running = new Collected(settings().withAcknowledgement(acknowledgement));
    running.await(20);

    watched.loseConnection();
    running.await(40);

    assertThat(running.numbers.subList(20, 40)).isEqualTo(numbers(0, 20));
    assertThat(EmbeddedBroker.consumers(queue)).isEqualTo(1);
    assertThat(watched.open).hasValue(1);
    for (Committable late : running.open.subList(0, 20)) {
      result(late.commit()); // of the connection before: no effect
    }
    assertThat(EmbeddedBroker.first(queue)).isZero();
    running.commitAll();
    result(running.control.shutdown());
    assertThat(EmbeddedBroker.count(queue)).isZero();
    assertThat(EmbeddedBroker.consumers(queue)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void reject_connectionWasMadeAgainMeanwhile_hasNoEffect(JmsAcknowledgement acknowledgement)
      throws Exception {
    EmbeddedBroker.publish(queue, 0, 5);
    CountDownLatch rejecting = new CountDownLatch(1);
    CountDownLatch reconnected = new CountDownLatch(1);
    Observer observer =
        new Observer() {
          @Override
          public void rejected(String source, Throwable cause) { // the session is told after it
            rejecting.countDown();
            hold(reconnected);
          }
        };
    Collected running =
        new Collected(settings().withAcknowledgement(acknowledgement).withObserver(observer));
    running.await(5);
    CompletableFuture<CompletionStage<Done>> rejection =
        CompletableFuture.supplyAsync(
            () -> running.open.get(0).reject(new IllegalStateException("poison")));
    hold(rejecting);

    watched.loseConnection();
    running.await(10);
    reconnected.countDown();
    result(result(rejection));
    result(running.open.get(1).reject(new IllegalStateException("poison"))); // when it is revoked
    letTheSessionGoRound(running.open.get(1));
    running.commitAll();
    await().until(() -> EmbeddedBroker.count(queue) == 0);
    result(running.control.shutdown());

    assertThat(running.numbers.subList(5, 10)).isEqualTo(numbers(0, 5));
    assertThat(running.numbers).hasSize(10);
    assertThat(watched.connections).hasValue(2);
  }

  @Test
  void commit_fails_reconnectsAndDeliversTheBatchAgain() throws Exception {
    EmbeddedBroker.publish(queue, 0, 5);
    Collected running = new Collected(settings());
    running.await(5);

    watched.failOn(method -> method.equals("commit"));
    running.open.forEach(Committable::commit);
    await().until(() -> watched.connections.get() > 1);
    watched.heal();
    await().until(() -> running.open.size() >= 10);

    running.commitAll();
    await().until(() -> EmbeddedBroker.count(queue) == 0);
    result(running.control.shutdown());
  }

  @Test
  void connection_takenAwayByAPoolWhileItIsOpened_isMadeAgain() throws Exception {
    EmbeddedBroker.publish(queue, 0, 5);
    watched.breakIn(
        method ->
            watched.connections.get() == 1
                && (method.equals("start") || method.equals("getMetaData")));
    Collected running = new Collected(settings());
    running.await(5);

    assertThat(watched.connections).hasValue(2);

    assertThat(watched.open).hasValue(1);
    running.commitAll();
    result(running.control.shutdown());
  }

  @Test
  void connection_clientBreaksWhileItIsOpened_fails() throws Exception {
    watched.breakIn(method -> method.equals("start"));
    Collected running = new Collected(settings());

    assertThat(failure(running.completion))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("broken start");
    result(running.control.isShutdown());
    assertThat(watched.open).hasValue(0);
  }

  @Test
  void connection_neverMade_isStartingAndFailsWhenItIsGivenUp() throws Exception {
    watched.failOn(method -> method.equals("createConnection"));
    RetrySettings retries =
        RetrySettings.create(system)
            .withMinBackoff(Duration.ofMillis(100))
            .withMaxBackoff(Duration.ofMillis(100))
            .withMaxAttempts(5);
    Collected running = new Collected(settings().withReconnect(retries));

    assertThat(running.control.health().state()).isEqualTo(Health.State.STARTING);
    assertThat(failure(running.completion))
        .isInstanceOf(JMSException.class)
        .hasMessage("no createConnection");
    result(running.control.isShutdown());
  }

  @Test
  void connection_lostIdleAgainAndAgain_isMadeAgainEachTime() throws Exception {
    Duration longest = Duration.ofMillis(20);
    RetrySettings once =
        RetrySettings.create(system)
            .withMinBackoff(Duration.ofMillis(5))
            .withMaxBackoff(longest)
            .withMaxAttempts(1);
    Collected running = new Collected(settings().withReconnect(once));

    for (int made = 1; made <= 4; made++) {
      int expected = made;
      await()
          .during(longest.multipliedBy(3)) // so that the connection has lasted
          .until(
              () ->
                  watched.connections.get() == expected
                      && running.control.health().state() == Health.State.RUNNING);
      watched.loseConnection();
    }
    await().until(() -> watched.connections.get() == 5);

    result(running.control.shutdown());
    result(running.completion);
  }

  @ParameterizedTest
  @EnumSource
  void receive_textThatIsUnreadable_isEmittedOnceAndFailsOnlyWhoReadsIt(
      JmsAcknowledgement acknowledgement) throws Exception {
    EmbeddedBroker.publish(queue, 0, 1);
    EmbeddedBroker.publishUnreadable(queue, 1);
    EmbeddedBroker.publish(queue, 2, 1);
    Collected running = new Collected(settings().withAcknowledgement(acknowledgement));

    running.await(3);
    assertThatThrownBy(() -> JmsBody.text(running.messages.get(1)))
        .isInstanceOf(JMSException.class);
    running.commitAll();
    await().until(() -> EmbeddedBroker.count(queue) == 0);
    result(running.control.shutdown());

    assertThat(running.numbers).isEqualTo(numbers(0, 3));
    assertThat(watched.connections).hasValue(1);
  }

  // ---- failures for good

  @Test
  void fail_streamIsAtItsEndBeforeTheConnectionIs_isToldAsFailed() throws Exception {
    Error gone = new NoClassDefFoundError("gone");
    CountDownLatch streamEnded = new CountDownLatch(1);
    watched.breakIn(
        method -> {
          if (method.equals("close")) {
            hold(streamEnded);
          }
          if (method.equals("receive")) {
            throw gone;
          }
          return false;
        });
    List<JmsConnections.Change> changes = new CopyOnWriteArrayList<>();
    Collected running = new Collected(settings().withConnectionListener(changes::add));

    assertThat(failure(running.completion)).hasRootCause(gone);
    result(running.control.stop());
    streamEnded.countDown();
    result(running.control.isShutdown());

    JmsConnections.Change last = changes.get(changes.size() - 1);
    assertThat(last.state()).isEqualTo(JmsConnections.State.FAILED);
    assertThat(last.cause()).isSameAs(gone);
  }

  @Test
  void commit_failsForGood_failsAsTheStreamDoes() throws Exception {
    EmbeddedBroker.publish(queue, 0, 3);
    Collected running = new Collected(settings());
    running.await(3);

    watched.breakIn(method -> method.equals("commit"));
    running.open.get(0).commit();
    running.open.get(1).commit();
    CompletionStage<Done> last = running.open.get(2).commit();

    assertThat(failure(last)).hasMessage("broken commit");
    assertThat(failure(running.completion)).hasMessage("broken commit");
    result(running.control.isShutdown());
    assertThat(EmbeddedBroker.count(queue)).isEqualTo(3);
  }

  @Test
  void commit_breaksAfterAStop_fails() throws Exception {
    EmbeddedBroker.publish(queue, 0, 3);
    Collected running = new Collected(settings().withBatchInterval(LONG));
    running.await(3);
    Error gone = new NoClassDefFoundError("gone");
    watched.breakIn(
        method -> {
          if (method.equals("commit")) {
            throw gone;
          }
          return false;
        });

    running.control.stop();
    running.open.get(0).commit();
    running.open.get(1).commit();
    CompletionStage<Done> last = running.open.get(2).commit();

    assertThat(failure(last)).isSameAs(gone);
    result(running.control.isShutdown());
    result(running.completion); // as after any failure in the course of a stop
    assertThat(EmbeddedBroker.count(queue)).isEqualTo(3);
  }

  // ---- stopped without demand

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void plain_stoppedAndPulledNoMore_completesAfterTheDrainTimeout(int pulled) throws Exception {
    EmbeddedBroker.publish(queue, 0, 20);
    Pair<Control, TestSubscriber.Probe<Message>> running =
        JmsSource.plain(
                settings().withDrainTimeout(Duration.ofMillis(100)), JmsSubscription.queue(queue))
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    running.second().ensureSubscription();
    await().until(() -> EmbeddedBroker.count(queue) == 0);
    for (int i = 0; i < pulled; i++) {
      assertThat(number(running.second().requestNext())).isEqualTo(i);
    }

    result(running.first().stop());
    running.second().expectComplete();
    result(running.first().isShutdown());
  }

  @ParameterizedTest
  @EnumSource
  void committable_stoppedAndNeverPulled_completesAndGivesBack(JmsAcknowledgement acknowledgement)
      throws Exception {
    stoppedAndPulledNoMore(acknowledgement, 0);
  }

  @ParameterizedTest
  @EnumSource
  void committable_stoppedAndPulledNoMore_completesAndGivesBack(JmsAcknowledgement acknowledgement)
      throws Exception {
    stoppedAndPulledNoMore(acknowledgement, 3);
  }

  private void stoppedAndPulledNoMore(JmsAcknowledgement acknowledgement, int pulled)
      throws Exception {
    EmbeddedBroker.publish(queue, 0, 20);
    Pair<Control, TestSubscriber.Probe<Pair<Message, Committable>>> running =
        JmsSource.committable(
                settings()
                    .withAcknowledgement(acknowledgement)
                    .withDrainTimeout(Duration.ofMillis(100)),
                JmsSubscription.queue(queue))
            .asSource()
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    running.second().ensureSubscription();
    await().until(() -> running.first().health().state() == Health.State.RUNNING);
    for (int i = 0; i < pulled; i++) {
      assertThat(number(running.second().requestNext().first())).isEqualTo(i);
    }

    result(running.first().stop());
    running.second().expectComplete();
    result(running.first().isShutdown());
    assertThat(EmbeddedBroker.count(queue)).isEqualTo(20);
  }

  @Test
  void selector_invalid_failsAtOnce() {
    Collected running =
        new Collected(settings(), JmsSubscription.queue(queue).withSelector("this is none"));

    assertThat(failure(running.completion)).isInstanceOf(InvalidSelectorException.class);
  }

  @Test
  void committable_individualWithAnUnknownClient_failsAndSaysSo() {
    ConnectionFactory other =
        (ConnectionFactory)
            java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ConnectionFactory.class},
                (proxy, method, arguments) -> UnknownClient.connection());
    Collected running =
        new Collected(
            JmsConsumerSettings.create(system, other)
                .withAcknowledgement(JmsAcknowledgement.INDIVIDUAL));

    assertThat(failure(running.completion))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("withIndividualMode");
  }

  @Test
  void committable_severalSessions_shareTheQueueOut() throws Exception {
    EmbeddedBroker.publish(queue, 0, 1);

    Control.Draining<Done> running =
        JmsSource.committable(settings().withSessions(3), JmsSubscription.queue(queue))
            .asSource()
            .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
            .run(materializer);
    await().until(() -> EmbeddedBroker.consumers(queue) == 3);
    EmbeddedBroker.publish(queue, 1, 1_000);
    await().until(() -> EmbeddedBroker.count(queue) == 0);

    assertThat(watched.open).hasValue(3);
    result(running.drainAndShutdown());
    assertThat(watched.open).hasValue(0);
    assertThat(watched.trespasses).isEmpty();
  }

  @Test
  void committable_severalSessionsOfATopic_isRefused() {
    List<JmsSubscription> topics =
        List.of(JmsSubscription.topic("topic"), JmsSubscription.of(new ActiveMQTopic("topic")));
    for (JmsSubscription topic : topics) {
      assertThatThrownBy(() -> JmsSource.committable(settings().withSessions(2), topic))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("sessions is 2");
    }
  }

  @Test
  void drainAndShutdown_lastCommitFails_failsToo() throws Exception {
    EmbeddedBroker.publish(queue, 0, 3);
    CompletableFuture<Done> permit = new CompletableFuture<>();
    List<Integer> seen = new CopyOnWriteArrayList<>();
    Control.Draining<Done> running =
        JmsSource.committable(settings().withBatchInterval(LONG), JmsSubscription.queue(queue))
            .asSource()
            .mapAsync(
                10,
                pair -> {
                  seen.add(number(pair.first()));
                  return permit.thenApply(done -> pair);
                })
            .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
            .run(materializer);
    await().until(() -> seen.size() == 3);
    watched.failOn(method -> method.equals("commit"));
    CompletionStage<Done> drained = running.drainAndShutdown();
    permit.complete(Done.getInstance());

    assertThat(failure(drained)).isInstanceOf(JMSException.class).hasMessage("no commit");
    result(running.isShutdown());
    assertThat(EmbeddedBroker.count(queue)).isEqualTo(3);
  }

  // ---- what the tests share

  private JmsConsumerSettings settings() {
    return JmsConsumerSettings.create(system, watched.factory())
        .withPollTimeout(Duration.ofMillis(5))
        .withCancelGrace(BRIEFLY)
        .withInFlight(InFlightSettings.create(system))
        .withReconnect(RetrySettings.create(system).withMinBackoff(Duration.ofMillis(5)));
  }

  /** Whole rounds, of which each answers one request. */
  private static void letTheSessionGoRound(Committable settled) throws Exception {
    for (int i = 0; i < 3; i++) {
      result(settled.commit());
    }
  }

  /** A stream that settles nothing by itself. */
  private final class Collected {
    final List<Message> messages = new CopyOnWriteArrayList<>();
    final List<Integer> numbers = new CopyOnWriteArrayList<>();
    final List<Committable> open = new CopyOnWriteArrayList<>();
    final Control control;
    final CompletionStage<Done> completion;

    Collected(JmsConsumerSettings settings) {
      this(settings, JmsSubscription.queue(queue));
    }

    Collected(JmsConsumerSettings settings, JmsSubscription subscription) {
      Pair<Control, CompletionStage<Done>> running =
          JmsSource.committable(settings, subscription)
              .asSource()
              .toMat(
                  Sink.foreach(
                      pair -> {
                        messages.add(pair.first());
                        numbers.add(number(pair.first()));
                        open.add(pair.second());
                      }),
                  Keep.both())
              .run(materializer);
      control = running.first();
      completion = running.second();
    }

    void await(int count) {
      org.awaitility.Awaitility.await().until(() -> open.size() == count);
    }

    void commitAll() throws Exception {
      List<CompletionStage<Done>> commits = new ArrayList<>();
      for (Committable element : open) {
        commits.add(element.commit());
      }
      for (CompletionStage<Done> commit : commits) {
        result(commit);
      }
    }

    /** As if the rest had been dropped. */
    void streamEnds() throws Exception {
      result(control.drainAndShutdown(completion));
    }
  }

  private static int number(Message message) {
    return property(message, "number");
  }

  private static int tries(Message message) {
    return property(message, "JMSXDeliveryCount");
  }

  private static int property(Message message, String name) {
    try {
      return message.getIntProperty(name);
    } catch (JMSException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }
}
