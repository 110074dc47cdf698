package dev.connectors.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.api.gax.rpc.NotFoundException;
import com.google.api.gax.rpc.PermissionDeniedException;
import com.google.cloud.pubsub.v1.AckResponse;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.StreamingPullRequest;
import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.Observer;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The source on Google's own client, against a server that answers as the test says. */
@SuppressWarnings("NullAway.Init") // set up before each test
class PubSubClientTest extends StreamTest {
  private ScriptedPubSub server;

  @BeforeEach
  void start() {
    server = ScriptedPubSub.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

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

  private SubscriberSettings settings(PullMode pull) {
    return SubscriberSettings.create(system, ScriptedPubSub.SUBSCRIPTION)
        .withEmulatorHost(server.emulatorHost())
        .withPull(pull)
        .withPullPause(BRIEFLY)
        .withCancelGrace(BRIEFLY)
        .withDrainTimeout(SOON);
  }

  private Running run(SubscriberSettings settings) {
    Pair<Control, TestSubscriber.Probe<Pair<PubsubMessage, Committable>>> run =
        PubSubSource.committable(settings)
            .asSource()
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    return new Running(run.first(), run.second());
  }

  private void deliver(int count) {
    server.subscription.deliver(
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    PubsubMessage.newBuilder()
                        .setData(ByteString.copyFromUtf8("message " + i))
                        .build())
            .toList());
  }

  private static List<String> ids(List<PubsubMessage> messages) {
    return messages.stream().map(PubsubMessage::getMessageId).sorted().toList();
  }

  @ParameterizedTest
  @EnumSource
  void commit_messages_acknowledgesThemWithTheServer(PullMode pull) throws Exception {
    deliver(5);
    Running running = run(settings(pull));

    for (Committable one : running.take(5)) {
      result(one.commit());
    }

    assertThat(ids(server.subscription.acknowledged())).containsExactly("0", "1", "2", "3", "4");
    result(running.control().shutdown());
    await().until(() -> server.subscription.openStreams() == 0);
  }

  @Test
  void run_window_isToldToTheServer() throws Exception {
    SubscriberSettings settings = settings(PullMode.STREAMING);
    Running running =
        run(settings.withInFlight(settings.inFlight().withMaxElements(7).withMaxBytes(1_000)));
    await().until(() -> server.subscription.openStreams() == 1);

    StreamingPullRequest request = server.subscription.opened().get(0);

    assertThat(request.getMaxOutstandingMessages()).isEqualTo(7);
    assertThat(request.getMaxOutstandingBytes()).isEqualTo(1_000);
    result(running.control().shutdown());
  }

  @ParameterizedTest
  @EnumSource
  void receive_moreThanTheWindow_holdsNoMoreThanThat(PullMode pull) throws Exception {
    SubscriberSettings settings = settings(pull);
    deliver(100);
    Running running =
        run(settings.withInFlight(settings.inFlight().withMaxElements(10).withResumeAt(1)));

    List<Committable> taken = running.take(10);
    running.out().request(1);
    running.out().expectNoMessage(Duration.ofMillis(200));
    assertThat(server.subscription.leased()).hasSize(10);
    taken.get(0).commit();
    Committable next = running.out().expectNext().second();

    assertThat(PubSubDelivery.of(next).messageId()).isEqualTo("10");
    running.out().cancel();
    result(running.control().isShutdown());
    await().until(() -> server.subscription.leased().isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void reject_message_givesItBackAndItComesAgain(PullMode pull) throws Exception {
    deliver(1);
    Running running = run(settings(pull));

    result(running.take(1).get(0).reject(new IllegalStateException("poison")));
    Committable again = running.take(1).get(0);

    assertThat(PubSubDelivery.of(again).attempt()).isEqualTo(2);
    result(again.commit());
    assertThat(server.subscription.rejected()).hasSize(1);
    result(running.control().shutdown());
  }

  @ParameterizedTest
  @EnumSource
  void commit_leaseHasRunOut_failsAndNamesTheMessage(PullMode pull) throws Exception {
    List<Throwable> observed = new CopyOnWriteArrayList<>();
    Observer observer =
        new Observer() {
          @Override
          public void rejected(String name, Throwable cause) {
            observed.add(cause);
          }
        };
    server.subscription.properties(true, false);
    deliver(1);
    Running running = run(settings(pull).withObserver(observer));
    Committable late = running.take(1).get(0);
    server.subscription.answerAcknowledge(
        request ->
            ScriptedSubscription.ackFailure(
                request.getAckIdsList().stream()
                    .collect(
                        Collectors.toMap(
                            Function.identity(), id -> "PERMANENT_FAILURE_INVALID_ACK_ID"))));

    Throwable failure = failure(late.commit());

    assertThat(failure)
        .isInstanceOfSatisfying(
            AckFailedException.class,
            refused -> {
              assertThat(refused.response()).isEqualTo(AckResponse.INVALID);
              assertThat(refused.messageIds()).containsExactly("0");
            });
    assertThat(observed).containsExactly(failure);
    result(running.control().shutdown());
  }

  @ParameterizedTest
  @EnumSource
  void commit_otherIdsOfTheRequestFail_isNotAffected(PullMode pull) throws Exception {
    server.subscription.properties(true, false);
    deliver(2);
    Running running = run(settings(pull));
    List<Committable> taken = running.take(2);
    server.subscription.answerAcknowledge(
        request -> ScriptedSubscription.ackFailure(Map.of("another id", "PERMANENT_FAILURE")));

    result(taken.get(0).commit());
    result(taken.get(1).commit());

    result(running.control().shutdown());
  }

  @Test
  void commit_callFailsWithoutExactlyOnce_completesInTime() throws Exception {
    deliver(1);
    Running running =
        run(
            settings(PullMode.STREAMING)
                .withSettleTimeout(Duration.ofMillis(300))
                // The client tries for a minute.
                .withShutdownTimeout(Duration.ofMillis(300)));
    Committable taken = running.take(1).get(0);
    server.subscription.answerAcknowledge(request -> Status.UNAVAILABLE.asRuntimeException());

    result(taken.commit());

    assertThat(server.subscription.acknowledged()).isEmpty();
    result(running.control().shutdown());
  }

  @Test
  void commit_neverAnswered_completesInTimeAndTheSourceCloses() throws Exception {
    deliver(1);
    Running running =
        run(
            settings(PullMode.STREAMING)
                .withSettleTimeout(Duration.ofMillis(300))
                .withShutdownTimeout(Duration.ofMillis(500))
                .withDrainTimeout(Duration.ofMillis(500)));
    Committable taken = running.take(1).get(0);
    server.subscription.stall();

    result(taken.commit());
    result(running.control().shutdown());
  }

  @ParameterizedTest
  @EnumSource
  void receive_subscriptionIsNotThere_failsTheStream(PullMode pull) throws Exception {
    server.subscription.accept(Status.NOT_FOUND.withDescription("no such subscription"));

    Running running = run(settings(pull));
    running.out().request(1);

    assertThat(running.out().expectError())
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no such subscription");
    result(running.control().isShutdown());
  }

  @ParameterizedTest
  @EnumSource
  void receive_permissionIsTakenAway_failsTheStreamWhenAllIsSettled(PullMode pull)
      throws Exception {
    deliver(2);
    Running running = run(settings(pull));
    List<Committable> taken = running.take(2);

    takeThePermission(running);
    running.out().expectNoMessage(Duration.ofMillis(200));
    for (Committable one : taken) {
      result(one.commit());
    }

    assertThat(running.out().expectError()).isInstanceOf(PermissionDeniedException.class);
    assertThat(server.subscription.acknowledged()).hasSize(2);
    result(running.control().isShutdown());
  }

  @ParameterizedTest
  @EnumSource
  void receive_permissionIsTakenAwayAndNothingIsSettled_failsTheStreamInTime(PullMode pull)
      throws Exception {
    deliver(1);
    Running running =
        run(
            settings(pull)
                .withDrainTimeout(Duration.ofMillis(100))
                .withShutdownTimeout(Duration.ofMillis(100)));
    running.take(1);

    takeThePermission(running);

    assertThat(running.out().expectError()).isInstanceOf(PermissionDeniedException.class);
    result(running.control().isShutdown());
  }

  private void takeThePermission(Running running) {
    server.subscription.accept(Status.PERMISSION_DENIED);
    server.subscription.breakStreams(Status.PERMISSION_DENIED);
    running.out().request(1); // a pull request, if there is no stream
  }

  @Test
  void receive_streamBreaks_reconnectsAndGoesOn() throws Exception {
    deliver(1);
    Running running = run(settings(PullMode.STREAMING));
    Committable first = running.take(1).get(0);

    server.subscription.breakStreams(Status.UNAVAILABLE);
    deliver(1);
    Committable second = running.take(1).get(0);

    assertThat(server.subscription.opened()).hasSize(2);
    result(first.commit());
    result(second.commit());
    assertThat(server.subscription.acknowledged()).hasSize(2);
    result(running.control().shutdown());
  }

  /** What is too much of each stream waits for room on a thread of the channel. */
  @Test
  void receive_manyStreamsOnAChannelOfTheUsers_goesOn() throws Exception {
    SubscriberSettings settings = settings(PullMode.STREAMING);
    deliver(10);
    Running running =
        run(
            settings
                .withInFlight(settings.inFlight().withMaxElements(2).withResumeAt(1))
                .withSubscriber(
                    client ->
                        client
                            .setChannelProvider(server.channelProvider())
                            .setParallelPullCount(4)));
    await().until(() -> server.subscription.leased().size() == 8);

    for (int taken = 0; taken < 10; taken += 2) {
      running.take(2).forEach(Committable::commit);
    }

    await().until(() -> server.subscription.acknowledged().size() == 10);
    result(running.control().shutdown());
  }

  @Test
  void receive_unaryFailsInPassing_triesAgain() throws Exception {
    server.subscription.accept(Status.INTERNAL);
    Running running = run(settings(PullMode.UNARY));
    running.out().request(1);
    running.out().expectNoMessage(Duration.ofMillis(200));

    server.subscription.accept(Status.OK);
    deliver(1);

    result(running.out().expectNext().second().commit());
    result(running.control().shutdown());
  }

  @ParameterizedTest
  @EnumSource
  void stop_whileSomeAreInFlight_givesBackTheOthersAtOnce(PullMode pull) throws Exception {
    deliver(20);
    Running running = run(settings(pull));
    List<Committable> taken = running.take(5);
    if (pull == PullMode.STREAMING) {
      await().until(() -> server.subscription.leased().size() == 20);
    }

    result(running.control().stop());
    await().until(() -> server.subscription.leased().size() == 5);
    for (Committable one : taken) {
      result(one.commit());
    }
    result(running.control().isShutdown());

    assertThat(server.subscription.acknowledged()).hasSize(5);
    assertThat(server.subscription.leased()).isEmpty();
    await().until(() -> server.subscription.openStreams() == 0);
  }

  @Test
  void work_takesLong_extendsTheLease() throws Exception {
    deliver(1);
    Running running = run(settings(PullMode.UNARY).withPullLease(Duration.ofSeconds(10)));
    Committable taken = running.take(1).get(0);

    await().atMost(20, TimeUnit.SECONDS).until(() -> server.subscription.deadlines().size() >= 2);

    assertThat(server.subscription.deadlines())
        .allSatisfy(extended -> assertThat(extended.getAckDeadlineSeconds()).isEqualTo(10));
    result(taken.commit());
    result(running.control().shutdown());
  }

  @Test
  void plain_messages_areAcknowledgedAsTheyAreEmitted() throws Exception {
    deliver(3);
    Pair<Control, TestSubscriber.Probe<PubsubMessage>> run =
        PubSubSource.plain(settings(PullMode.STREAMING))
            .toMat(TestSink.<PubsubMessage>create(system), Keep.both())
            .run(materializer);

    run.second().request(3);
    run.second().expectNextN(3);

    await().until(() -> server.subscription.acknowledged().size() == 3);
    result(run.first().shutdown());
  }

  @Test
  void sources_ofOneEndpoint_shareAChannelUntilTheLastIsClosed() throws Exception {
    Running one = run(settings(PullMode.STREAMING));
    Running other = run(settings(PullMode.STREAMING));
    await().until(() -> server.subscription.openStreams() == 2);

    result(one.control().shutdown());
    await().until(() -> server.subscription.openStreams() == 1);
    deliver(1);
    result(other.take(1).get(0).commit());
    result(other.control().shutdown());

    await().until(() -> server.subscription.openStreams() == 0);
  }
}
