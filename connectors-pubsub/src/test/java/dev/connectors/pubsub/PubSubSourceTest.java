package dev.connectors.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.api.core.ApiFuture;
import com.google.cloud.pubsub.v1.AckResponse;
import com.google.pubsub.v1.ProjectSubscriptionName;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.CommitOrder;
import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.Observer;
import dev.connectors.core.internal.Contexts;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Settleable;
import dev.connectors.pubsub.internal.Link;
import dev.connectors.pubsub.internal.ReceiverStage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PubSubSourceTest extends StreamTest {
  private static final ProjectSubscriptionName ORDERS =
      ProjectSubscriptionName.of("project", "orders");

  private static final Settleable.Commits NOBODY_ASKS_YET =
      new Settleable.Commits() {
        @Override
        public void owedBy(InFlight window) {}

        @Override
        public void begun(CompletionStage<Done> commit) {}
      };

  private FakeSubscription subscription = new FakeSubscription();

  @BeforeEach
  void fresh() {
    subscription = new FakeSubscription();
  }

  /** A running source and what it emits. */
  private record Running(
      Control control, TestSubscriber.Probe<Pair<PubsubMessage, Committable>> out) {
    List<Committable> take(int count) {
      out.request(count);
      List<Committable> taken = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        taken.add(out.expectNext().second());
      }
      return taken;
    }
  }

  private SubscriberSettings settings() {
    return SubscriberSettings.create(system, ORDERS)
        .withCancelGrace(BRIEFLY)
        .withDrainTimeout(SOON)
        .withSettleTimeout(LONG);
  }

  private Running run(SubscriberSettings settings) {
    return run(settings, subscription::link);
  }

  private Running run(SubscriberSettings settings, Link.Factory links) {
    Pair<Control, TestSubscriber.Probe<Pair<PubsubMessage, Committable>>> run =
        Contexts.source(new ReceiverStage(settings, links))
            .asSource()
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    return new Running(run.first(), run.second());
  }

  @Test
  void commit_oneBehindAnUnsettledOne_isAcknowledgedByItself() throws Exception {
    subscription.publish(3);
    Running running = run(settings());
    List<Committable> taken = running.take(3);

    result(taken.get(2).commit());

    assertThat(subscription.unacknowledged()).isEqualTo(2);
    assertThat(subscription.committed()).isZero();
    running.out().cancel();
    result(running.control().isShutdown());
  }

  @Test
  void reject_one_isDeliveredAgainWithItsAttemptAndHoldsUpNothing() throws Exception {
    subscription.publish(2);
    Running running = run(settings());
    List<Committable> taken = running.take(2);

    result(taken.get(0).reject(new IllegalStateException("poison")));
    Committable again = running.take(1).get(0);

    assertThat(PubSubDelivery.of(taken.get(0)).attempt()).isEqualTo(1);
    assertThat(PubSubDelivery.of(again).attempt()).isEqualTo(2);
    assertThat(PubSubDelivery.of(again).messageId()).isEqualTo("0");
    assertThat(PubSubDelivery.of(again).subscription()).isEqualTo(ORDERS);
    result(again.commit());
    result(taken.get(1).commit());
    result(running.control().shutdown());
    assertThat(subscription.unacknowledged()).isZero();
  }

  @Test
  void reject_moreThanMayBeUncommitted_holdsUpNothing() throws Exception {
    SubscriberSettings settings = settings();
    subscription.publish(1);
    Running running =
        run(settings.withInFlight(settings.inFlight().withMaxElements(1).withMaxUncommitted(64)));

    for (int i = 0; i < 200; i++) {
      Committable taken = running.take(1).get(0);
      assertThat(PubSubDelivery.of(taken).attempt()).isEqualTo(i + 1);
      taken.reject(new IllegalStateException("poison"));
    }
    result(running.take(1).get(0).commit());

    assertThat(subscription.unacknowledged()).isZero();
    result(running.control().shutdown());
  }

  @Test
  void deliveryOf_partOfOne_isRefused() throws Exception {
    subscription.publish(1);
    Running running = run(settings());
    Committable part = running.take(1).get(0).split(2).get(0);

    assertThatThrownBy(() -> PubSubDelivery.of(part))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed is one of PubSubSource as it was emitted");
    running.out().cancel();
    result(running.control().isShutdown());
  }

  @Test
  void commit_refusedByTheServer_failsAndNamesTheMessages() throws Exception {
    List<Throwable> observed = new CopyOnWriteArrayList<>();
    Observer observer =
        new Observer() {
          @Override
          public void rejected(String name, Throwable cause) {
            observed.add(cause);
          }
        };
    subscription.publish(2);
    Running running = run(settings().withObserver(observer));
    List<Committable> taken = running.take(2);
    subscription.answer(AckResponse.INVALID);

    Throwable failure = failure(taken.get(1).commit());

    assertThat(failure)
        .isInstanceOfSatisfying(
            AckFailedException.class,
            refused -> {
              assertThat(refused.response()).isEqualTo(AckResponse.INVALID);
              assertThat(refused.messageIds()).containsExactly("1");
              assertThat(refused.subscription()).isEqualTo(ORDERS);
            })
        .hasMessage("orders: answer INVALID of 1 acknowledged messages, among them [1]");
    assertThat(observed).containsExactly(failure);
    running.out().cancel();
    result(running.control().isShutdown());
  }

  private static Observer counting(AtomicLong retried) {
    return new Observer() {
      @Override
      public void retried(String name, long elements, Throwable cause) {
        retried.addAndGet(elements);
      }
    };
  }

  @Test
  void commit_unanswered_completesInTimeAndIsCounted() throws Exception {
    AtomicLong retried = new AtomicLong();
    Observer observer = counting(retried);
    subscription.publish(3);
    subscription.silence();
    Running running = run(settings().withSettleTimeout(BRIEFLY).withObserver(observer));
    List<Committable> taken = running.take(3);

    List<CompletionStage<Done>> commits = taken.stream().map(Committable::commit).toList();
    for (CompletionStage<Done> commit : commits) {
      result(commit);
    }

    assertThat(retried).hasValue(3);
    result(running.control().shutdown());
  }

  @Test
  void commit_unansweredWithFail_fails() throws Exception {
    subscription.publish(1);
    subscription.silence();
    Running running =
        run(settings().withSettleTimeout(BRIEFLY).withOnUnanswered(UnansweredPolicy.FAIL));

    Throwable failure = failure(running.take(1).get(0).commit());

    assertThat(failure)
        .isInstanceOfSatisfying(
            AckFailedException.class, late -> assertThat(late.response()).isNull());
    result(running.control().shutdown());
  }

  @Test
  void commit_answeredWhenItsTimeIsJustOver_succeedsAsDoesTheNext() throws Exception {
    Observer observer =
        new Observer() {
          @Override
          public void retried(String name, long elements, Throwable cause) {
            subscription.speak();
          }
        };
    subscription.publish(2);
    subscription.silence();
    Running running =
        run(
            settings()
                .withSettleTimeout(Duration.ofMillis(500))
                .withOnUnanswered(UnansweredPolicy.FAIL)
                .withObserver(observer));
    List<Committable> taken = running.take(2);

    result(taken.get(0).commit());
    result(taken.get(1).commit());

    result(running.control().shutdown());
  }

  @ParameterizedTest
  @EnumSource
  void commit_unansweredWhenTheLinkFails_isToldAsWhenItsTimeIsOver(UnansweredPolicy policy)
      throws Exception {
    AtomicLong retried = new AtomicLong();
    Observer observer = counting(retried);
    subscription.publish(1);
    subscription.silence();
    Running running = run(settings().withOnUnanswered(policy).withObserver(observer));
    CompletionStage<Done> commit = running.take(1).get(0).commit();
    await().until(() -> subscription.unacknowledged() == 0);

    subscription.fail(new IllegalStateException("gone"));

    if (policy == UnansweredPolicy.FAIL) {
      assertThat(failure(commit))
          .isInstanceOfSatisfying(
              AckFailedException.class,
              unanswered -> assertThat(unanswered.messageIds()).containsExactly("0"));
    } else {
      result(commit);
    }
    result(running.control().isShutdown());
    assertThat(retried).hasValue(1);
  }

  @Test
  void commit_afterTheEndAndAnUnreportedRefusal_fails() throws Exception {
    subscription.publish(1);
    subscription.answer(AckResponse.INVALID);
    Running running = run(settings());
    Committable taken = running.take(1).get(0);

    ((Settleable) taken).settle(CommitOrder.ANY_ORDER, NOBODY_ASKS_YET);
    result(running.control().shutdown());

    assertThat(failure(taken.commit()))
        .isInstanceOfSatisfying(
            AckFailedException.class,
            refused -> assertThat(refused.response()).isEqualTo(AckResponse.INVALID));
  }

  @Test
  void stop_someEmittedAndSomeNot_givesBackWhatIsNotEmittedAtOnceAndTheRestAtTheEnd()
      throws Exception {
    subscription.publish(10);
    Running running = run(settings().withDrainTimeout(Duration.ofSeconds(2)));
    List<Committable> taken = running.take(4);
    await().until(() -> subscription.leased() == 10);

    CompletionStage<Done> stopped = running.control().stop();
    await().until(() -> subscription.leased() == 4);
    result(stopped);
    result(taken.get(0).commit());
    result(running.control().isShutdown());

    assertThat(subscription.leased()).isZero();
    assertThat(subscription.unacknowledged()).isEqualTo(9);
    running.out().expectComplete();
  }

  /** A thread of the client may wait for the room that this takes. */
  @Test
  void receive_afterTheEnd_isGivenBackAtOnce() throws Exception {
    Running running = run(settings());
    running.out().request(1);
    await().until(() -> running.control().health().isHealthy());
    result(running.control().shutdown());
    AtomicBoolean givenBack = new AtomicBoolean();

    subscription.deliverLate(
        new Link.Reply() {
          @Override
          public ApiFuture<AckResponse> ack() {
            throw new IllegalStateException("it was not emitted");
          }

          @Override
          public void nack() {
            givenBack.set(true);
          }
        });

    assertThat(givenBack).isTrue();
  }

  @Test
  void fail_link_failsTheStreamWithItsCause() throws Exception {
    subscription.publish(2);
    Running running = run(settings());
    List<Committable> taken = running.take(2);
    IllegalStateException gone = new IllegalStateException("gone");

    subscription.fail(gone);

    assertThat(running.out().expectError()).isSameAs(gone);
    result(running.control().isShutdown());
    result(taken.get(0).commit()); // no effect, and no failure
    assertThat(subscription.unacknowledged()).isEqualTo(2);
  }

  @Test
  void start_clientCannotBeMade_failsTheStream() throws Exception {
    IllegalStateException cause = new IllegalStateException("no credentials");

    Running running =
        run(
            settings(),
            (settings, transport) -> {
              throw cause;
            });

    assertThat(running.out().expectSubscriptionAndError()).isSameAs(cause);
    result(running.control().isShutdown());
  }

  @Test
  void receive_leaseRunsOutBeforeThereIsDemand_isGivenBackAndComesAgain() throws Exception {
    Duration lease = Duration.ofMillis(200);
    subscription.publish(1);
    Running running = run(settings().withMaxLease(lease));
    await().until(() -> subscription.leased() == 1);
    await().pollDelay(lease).until(() -> true);

    Committable again = running.take(1).get(0);

    assertThat(PubSubDelivery.of(again).attempt()).isGreaterThan(1);
    running.out().cancel();
    result(running.control().isShutdown());
  }

  @Test
  void observe_emittedAndCommitted_countsThemInBatches() throws Exception {
    AtomicLong emitted = new AtomicLong();
    AtomicLong committed = new AtomicLong();
    Observer observer =
        new Observer() {
          @Override
          public void emitted(String name, long elements, long bytes) {
            emitted.addAndGet(elements);
          }

          @Override
          public void committed(String name, long elements, Duration latency) {
            committed.addAndGet(elements);
          }
        };
    subscription.publish(5);
    Running running = run(settings().withObserver(observer));

    for (Committable one : running.take(5)) {
      result(one.commit());
    }
    result(running.control().shutdown());

    assertThat(emitted).hasValue(5);
    assertThat(committed).hasValue(5);
  }
}
