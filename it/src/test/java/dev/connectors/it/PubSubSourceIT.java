package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.pubsub.v1.DeadLetterPolicy;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.CommitOrder;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.Observer;
import dev.connectors.core.Restarting;
import dev.connectors.core.RetrySettings;
import dev.connectors.it.support.PubSubStallingMain;
import dev.connectors.it.support.PubSubTarget;
import dev.connectors.it.support.PubSubTopic;
import dev.connectors.pubsub.PubSubDelivery;
import dev.connectors.pubsub.PubSubSource;
import dev.connectors.pubsub.PullMode;
import dev.connectors.pubsub.SubscriberSettings;
import dev.connectors.testkit.OwnServer;
import dev.connectors.testkit.PubSubServer;
import dev.connectors.testkit.WithServers;
import dev.connectors.testkit.chaos.ForkedPipeline;
import dev.connectors.testkit.chaos.Ledger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sources on Google's emulator. {@code -Dconnectors.it.messages=100000 -Dconnectors.it.rounds=5
 * -Dconnectors.it.work=25} is the long form.
 */
@WithServers
class PubSubSourceIT {
  private static final int MESSAGES = Integer.getInteger("connectors.it.messages", 10_000);
  private static final int ROUNDS = Integer.getInteger("connectors.it.rounds", 2);
  private static final int WORK_SECONDS = Integer.getInteger("connectors.it.work", 13);
  private static final Duration AT_MOST = Duration.ofMinutes(2);

  private final ActorSystem system = ActorSystem.create("pubsub");
  private final AtomicLong committed = new AtomicLong();

  /** How often each message was seen. */
  private final Map<Integer, AtomicInteger> seen = new ConcurrentHashMap<>();

  private final Observer observer =
      new Observer() {
        @Override
        public void committed(String name, long elements, Duration latency) {
          committed.addAndGet(elements);
        }
      };

  @AfterEach
  void terminate() throws Exception {
    system.terminate();
    get(system.getWhenTerminated());
  }

  @ParameterizedTest
  @EnumSource
  void receive_withOrderingKeys_emitsEachKeyInOrder(PullMode pull, PubSubServer server)
      throws Exception {
    int keys = 50;
    int messages = pull == PullMode.UNARY ? MESSAGES / 10 : MESSAGES;
    PubSubTopic topic = PubSubTopic.create(server, "ordered-" + pull, keys);
    topic.publish(messages);
    Map<String, Integer> last = new ConcurrentHashMap<>();
    List<String> disorder = new CopyOnWriteArrayList<>();

    Control.Draining<Done> running =
        PubSubSource.committable(settings(topic, pull))
            .mapAsync(4, message -> CompletableFuture.supplyAsync(() -> see(message)))
            .map(
                message -> {
                  int number = PubSubTopic.number(message);
                  int next =
                      last.getOrDefault(message.getOrderingKey(), number % keys - keys) + keys;
                  if (number > next) { // what was seen may come again, if its lease has run out
                    disorder.add(message.getOrderingKey() + ": " + number + " instead of " + next);
                  }
                  last.merge(message.getOrderingKey(), number, Math::max);
                  return message;
                })
            .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
            .run(system);
    await().atMost(AT_MOST).until(() -> seen.size() == messages && committed.get() >= messages);
    get(running.drainAndShutdown());

    assertThat(disorder).isEmpty();
    System.out.println("ordered-" + pull + ": " + doubled() + " of " + messages + " came again");
  }

  @ParameterizedTest
  @EnumSource
  void work_longerThanTheDeadline_isNotDeliveredAgain(PullMode pull, PubSubServer server)
      throws Exception {
    PubSubTopic topic = PubSubTopic.create(server, "slow-" + pull, 0);
    topic.publish(20);

    Control.Draining<Done> running =
        PubSubSource.committable(settings(topic, pull))
            .mapAsync(
                20,
                message ->
                    CompletableFuture.supplyAsync(
                        () -> see(message),
                        CompletableFuture.delayedExecutor(WORK_SECONDS, TimeUnit.SECONDS)))
            .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
            .run(system);
    await().atMost(AT_MOST).until(() -> committed.get() >= 20);
    get(running.drainAndShutdown());

    assertThat(seen).hasSize(20);
    assertThat(seen.values()).allMatch(times -> times.get() == 1);
  }

  @Test
  void reject_eachFiveTimes_deliversEachUntilItIsTaken(PubSubServer server) throws Exception {
    int messages = 500;
    int rejections = 5;
    PubSubTopic topic = PubSubTopic.create(server, "storm", 0);
    topic.publish(messages);

    Control control =
        PubSubSource.committable(settings(topic, PullMode.STREAMING))
            .asSource()
            .to(
                Sink.foreach(
                    pair -> {
                      see(pair.first());
                      if (times(pair.first()) <= rejections) {
                        pair.second().reject(new IllegalStateException("again"));
                      } else {
                        pair.second().commit();
                      }
                    }))
            .run(system);
    await().atMost(AT_MOST).until(() -> committed.get() >= messages);
    assertThat(control.health().isHealthy()).isTrue();
    get(control.shutdown());

    assertThat(seen).hasSize(messages);
    assertThat(seen.values()).allMatch(times -> times.get() > rejections);
  }

  @Test
  void reject_withDeadLetterPolicy_countsTheAttempts(PubSubServer server) throws Exception {
    PubSubTopic buried = PubSubTopic.create(server, "buried", 0);
    PubSubTopic topic =
        PubSubTopic.create(
            server,
            "counted",
            0,
            subscription ->
                subscription.setDeadLetterPolicy(
                    DeadLetterPolicy.newBuilder()
                        .setDeadLetterTopic("projects/test/topics/buried")
                        .setMaxDeliveryAttempts(5)));
    topic.publish(1);
    List<Integer> attempts = new CopyOnWriteArrayList<>();

    Control control =
        PubSubSource.committable(settings(topic, PullMode.STREAMING))
            .asSource()
            .to(
                Sink.foreach(
                    pair -> {
                      attempts.add(PubSubDelivery.of(pair.second()).attempt());
                      pair.second().reject(new IllegalStateException("poison"));
                    }))
            .run(system);
    Pair<Control, CompletionStage<PubsubMessage>> grave =
        PubSubSource.plain(settings(buried, PullMode.STREAMING))
            .toMat(Sink.head(), Keep.both())
            .run(system);

    assertThat(PubSubTopic.number(get(grave.second()))).isZero();
    assertThat(attempts).containsExactly(1, 2, 3, 4, 5);
    get(grave.first().isShutdown());
    get(control.shutdown());
  }

  /**
   * What stayed leased would come after a minute. That may happen to a few that the server is just
   * sending, and to neither all that are in flight nor all that were received.
   */
  @ParameterizedTest
  @EnumSource
  void stop_withMuchInFlightAndMoreReceived_leavesNothingLeased(PullMode pull, PubSubServer server)
      throws Exception {
    Duration lease = Duration.ofMinutes(1);
    PubSubTopic topic =
        PubSubTopic.create(
            server,
            "stopped-" + pull,
            0,
            subscription -> subscription.setAckDeadlineSeconds((int) lease.toSeconds()));
    topic.publish(1_000);
    SubscriberSettings settings =
        settings(topic, pull)
            .withDrainTimeout(Duration.ofMillis(500))
            .withPullLease(lease)
            .withSubscriber(
                subscriber ->
                    subscriber
                        .setChannelProvider(topic.channels())
                        .setMinDurationPerAckExtensionDuration(lease));
    CompletableFuture<Done> never = new CompletableFuture<>();
    AtomicInteger taken = new AtomicInteger();

    Control control =
        PubSubSource.committable(settings)
            .asSource()
            .mapAsync(
                100,
                pair -> {
                  taken.incrementAndGet();
                  return never.thenApply(done -> pair);
                })
            .to(Sink.ignore())
            .run(system);
    await() // the delay is for the rest to be received
        .pollDelay(Duration.ofSeconds(2))
        .atMost(AT_MOST)
        .until(() -> taken.get() == 100);
    get(control.shutdown());
    Control.Draining<Done> next = run(settings(topic, PullMode.STREAMING));

    await().atMost(lease.dividedBy(2)).until(() -> seen.size() > 900);
    await().atMost(AT_MOST).until(() -> seen.size() == 1_000);
    get(next.drainAndShutdown());
  }

  @Test
  void receive_exactlyOnce_confirmsEachAndDoublesNone(PubSubServer server) throws Exception {
    PubSubTopic topic =
        PubSubTopic.create(
            server,
            "exactly-once",
            0,
            subscription -> subscription.setEnableExactlyOnceDelivery(true));
    topic.publish(1_000);

    Control.Draining<Done> running = run(settings(topic, PullMode.STREAMING));
    await().atMost(AT_MOST).until(() -> committed.get() >= 1_000);
    get(running.drainAndShutdown());

    assertThat(seen.values()).allMatch(times -> times.get() == 1);
  }

  @Test
  @Timeout(300)
  void cut_connectionsUnderLoad_losesNothing() throws Exception {
    try (PubSubServer server = PubSubTarget.proxied().start()) {
      PubSubTopic topic = PubSubTopic.create(server, "cut", 0);
      topic.publish(4_000);

      SubscriberSettings settings =
          settings(topic, PullMode.STREAMING)
              .withSettleTimeout(Duration.ofSeconds(1))
              .withSubscriber(
                  subscriber ->
                      subscriber
                          .setChannelProvider(topic.channels())
                          // What a cut connection had on its way comes again after this time.
                          .setMaxDurationPerAckExtensionDuration(Duration.ofSeconds(10)));
      Control.Draining<Done> running =
          PubSubSource.committable(settings)
              .throttle(500, Duration.ofSeconds(1))
              .map(this::see)
              .toMat(
                  Committer.sink(
                      CommitterSettings.create(system).withMaxInterval(Duration.ofMillis(100))),
                  Control::draining)
              .run(system);
      for (int round = 0; round < ROUNDS; round++) {
        int before = seen.size();
        await().atMost(AT_MOST).until(() -> seen.size() > before + 200);
        server.proxy().disable();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        server.proxy().enable();
      }
      await().atMost(AT_MOST).until(() -> seen.size() == 4_000);
      assertThat(running.streamCompletion().toCompletableFuture()).isNotDone();
      get(running.drainAndShutdown());
      System.out.println("cut: " + doubled() + " of 4000 came again");
    }
  }

  /** The emulator forgets all, so what it had not delivered is published again. */
  @Test
  @Timeout(300)
  void kill_emulator_restartsAndLosesNothing(@OwnServer PubSubServer server) throws Exception {
    PubSubTopic topic = PubSubTopic.create(server, "killed", 0);
    RetrySettings soon =
        RetrySettings.create(system)
            .withMinBackoff(Duration.ofMillis(100))
            .withMaxBackoff(Duration.ofMillis(500));
    SubscriberSettings settings =
        settings(topic, PullMode.STREAMING)
            .withSettleTimeout(Duration.ofSeconds(1))
            .withDrainTimeout(Duration.ofSeconds(2));
    Control.Draining<Done> running =
        Restarting.sourceWithContext(soon, () -> PubSubSource.committable(settings))
            .map(this::see)
            .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
            .run(system);
    for (int round = 1; round <= ROUNDS; round++) {
      int all = round * 500;
      topic.publish(500);
      await().atMost(AT_MOST).until(() -> seen.size() == all);
      server.kill();
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      server.restart();
      topic.make();
    }
    topic.publish(500);
    await().atMost(AT_MOST).until(() -> seen.size() == (ROUNDS + 1) * 500);
    assertThat(running.streamCompletion().toCompletableFuture()).isNotDone();
    get(running.drainAndShutdown());
  }

  /** More than its heap holds, and than the emulator holds back by itself. */
  @Test
  @Timeout(300)
  void stall_with128MegabytesOfHeap_keepsTheLeasesAndResumes(PubSubServer server) throws Exception {
    int messages = 20_000;
    PubSubTopic topic = PubSubTopic.create(server, "stalled", 0);
    topic.publish(messages, 5_000, Ledger.create());

    try (ForkedPipeline pipeline =
        ForkedPipeline.of(PubSubStallingMain.class)
            .withJvmOptions("-Xmx128m", "-XX:+ExitOnOutOfMemoryError")
            .withArguments(server.emulatorHost(), "stalled", String.valueOf(WORK_SECONDS))
            .start()) {
      pipeline.awaitLine("STALLED");
      System.out.println("stalled: " + pipeline.awaitLine("HEAP"));

      await()
          .atMost(AT_MOST)
          .until(() -> ("PROCESSED " + messages).equals(pipeline.lastLine("PROCESSED")));
      assertThat(pipeline.isRunning()).isTrue();
    }
  }

  @Test
  void sources_several_shareAChannelAndHaveFewThreads(@OwnServer PubSubServer server)
      throws Exception {
    PubSubTopic topic = PubSubTopic.create(server, "threads", 0);
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    int sources = 8;

    List<Control.Draining<Done>> running =
        IntStream.range(0, sources)
            .mapToObj(i -> run(topic.settings(system).withSubscriber(subscriber -> subscriber)))
            .toList();
    await().atMost(AT_MOST).until(() -> running.stream().allMatch(one -> one.health().isHealthy()));
    List<String> started =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> !before.contains(thread))
            .map(Thread::getName)
            .filter(name -> name.startsWith("pubsub-threads-") || name.startsWith("grpc-"))
            .toList();
    for (Control.Draining<Done> one : running) {
      get(one.drainAndShutdown());
    }

    System.out.println("threads of " + sources + " sources: " + started.size() + " " + started);
    assertThat(started.stream().filter(name -> name.startsWith("pubsub-threads-")))
        .hasSizeLessThanOrEqualTo(2 * sources);
    assertThat(started.stream().filter(name -> name.contains("ELG")))
        .as("one channel has one event loop")
        .hasSizeLessThanOrEqualTo(1);
  }

  // ---- what the tests share

  private SubscriberSettings settings(PubSubTopic topic, PullMode pull) {
    return topic.settings(system).withPull(pull).withObserver(observer);
  }

  private Control.Draining<Done> run(SubscriberSettings settings) {
    return PubSubSource.committable(settings)
        .map(this::see)
        .toMat(
            Committer.sink(CommitterSettings.create(system).withOrder(CommitOrder.ANY_ORDER)),
            Control::draining)
        .run(system);
  }

  private PubsubMessage see(PubsubMessage message) {
    seen.computeIfAbsent(PubSubTopic.number(message), number -> new AtomicInteger())
        .incrementAndGet();
    return message;
  }

  private int times(PubsubMessage message) {
    AtomicInteger times = seen.get(PubSubTopic.number(message));
    return times == null ? 0 : times.get();
  }

  private long doubled() {
    return seen.values().stream().filter(times -> times.get() > 1).count();
  }

  private static <R> R get(CompletionStage<R> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
