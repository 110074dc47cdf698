package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.api.gax.rpc.NotFoundException;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import dev.connectors.it.support.PubSubTarget;
import dev.connectors.it.support.PubSubTopic;
import dev.connectors.pubsub.PubSubFlow;
import dev.connectors.pubsub.PublisherSettings;
import dev.connectors.testkit.PubSubServer;
import dev.connectors.testkit.chaos.ChaosReport;
import dev.connectors.testkit.chaos.Finding;
import dev.connectors.testkit.chaos.Ledger;
import dev.connectors.testkit.chaos.Oracle;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Publishing, with ordering keys, while what lies between here and the server fails. {@code
 * -Dconnectors.it.messages=100000} publishes more, {@code -Dconnectors.it.rounds=5} fails more
 * often.
 */
@SuppressWarnings("NullAway.Init") // by JUnit
class PubSubPublishIT {
  private static final int MESSAGES = Integer.getInteger("connectors.it.messages", 20_000);
  private static final int ROUNDS = Integer.getInteger("connectors.it.rounds", 2);
  private static final int KEYS = 100;
  private static final int PER_SECOND = 2_000;
  private static final int MAX_IN_FLIGHT = 5_000;
  private static final Duration AT_MOST = Duration.ofMinutes(1);

  /** By itself the client gives up a request that is never answered after much longer. */
  private static final com.google.api.gax.retrying.RetrySettings QUICK =
      com.google.api.gax.retrying.RetrySettings.newBuilder()
          .setInitialRetryDelayDuration(Duration.ofMillis(100))
          .setRetryDelayMultiplier(1.3)
          .setMaxRetryDelayDuration(Duration.ofSeconds(1))
          .setInitialRpcTimeoutDuration(Duration.ofSeconds(2))
          .setRpcTimeoutMultiplier(1)
          .setMaxRpcTimeoutDuration(Duration.ofSeconds(2))
          .setTotalTimeoutDuration(Duration.ofMinutes(10))
          .build();

  private static PubSubTarget target;

  private final ActorSystem system = ActorSystem.create("publish");
  private final Ledger ledger = Ledger.create();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger confirmed = new AtomicInteger();
  private final AtomicBoolean enough = new AtomicBoolean();
  private PubSubTopic topic;

  @BeforeAll
  static void start() {
    target = PubSubTarget.start();
  }

  @AfterAll
  static void close() {
    if (target != null) { // else all was skipped
      target.close();
    }
  }

  @BeforeEach
  void makeTopic() throws IOException {
    topic = target.newTopic();
  }

  @AfterEach
  void terminate() throws Exception {
    enough.set(true);
    if (!target.isService()) { // whatever a test has left
      target.emulator().proxy().heal();
      target.emulator().start().resume();
    }
    topic.close();
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private PublisherSettings settings() {
    return target
        .publisher(system, topic.name())
        .withMaxInFlight(MAX_IN_FLIGHT)
        .withPublisher(
            publisher -> publisher.setEnableMessageOrdering(true).setRetrySettings(QUICK));
  }

  private static String key(int number) {
    return "key-" + number % KEYS;
  }

  private static String id(int number) {
    return Integer.toString(number);
  }

  private PubsubMessage message(int number) {
    ledger.sent(id(number), key(number), id(number));
    sent.set(number + 1);
    return PubsubMessage.newBuilder()
        .setOrderingKey(key(number))
        .setData(ByteString.copyFromUtf8(id(number)))
        .build();
  }

  /** {@link #PER_SECOND}, until there are enough. */
  private Source<Integer, NotUsed> untilEnough() {
    return Source.fromJavaStream(
            () -> Stream.iterate(0, number -> !enough.get(), number -> number + 1))
        .throttle(PER_SECOND / 100, Duration.ofMillis(10));
  }

  private CompletionStage<Done> publish(
      Source<Integer, NotUsed> numbers, PublisherSettings settings) {
    return SourceWithContext.fromPairs(numbers.map(number -> Pair.create(message(number), number)))
        .via(PubSubFlow.publishWithContext(settings))
        .asSource()
        .runForeach(
            pair -> {
              ledger.acknowledged(id(pair.second()));
              assertThat(confirmed.getAndIncrement()).isEqualTo(pair.second());
            },
            system);
  }

  /** A second's, or as many as may be in flight. */
  private void awaitSent() {
    int before = sent.get();
    await()
        .atMost(AT_MOST)
        .until(
            () ->
                sent.get() >= before + PER_SECOND || sent.get() - confirmed.get() >= MAX_IN_FLIGHT);
  }

  /** All that was sent until now is confirmed, and more. */
  private void awaitCaughtUp(String when) {
    int before = sent.get();
    await("caught up " + when).atMost(AT_MOST).until(() -> confirmed.get() > before);
  }

  @Test
  void publish_manyOfManyKeys_areThereOnceInTheOrderOfEachKey() throws Exception {
    publish(Source.range(0, MESSAGES - 1), settings())
        .toCompletableFuture()
        .get(5, TimeUnit.MINUTES);

    ChaosReport report = report(topic.drain());
    assertThat(report.acknowledged()).isEqualTo(MESSAGES);
    report.assertExactlyOnce().assertNone(Finding.OUT_OF_ORDER);
  }

  @Test
  void publish_connectionCutAgainAndAgain_losesNothingAndKeepsTheOrder() throws Exception {
    PubSubServer emulator = target.emulator();

    CompletionStage<Done> running = publish(untilEnough(), settings());
    awaitCaughtUp("at first");
    for (int round = 0; round < ROUNDS; round++) {
      emulator.proxy().disable();
      awaitSent();
      emulator.proxy().heal();
      awaitCaughtUp("after cut " + round);
    }
    enough.set(true);
    running.toCompletableFuture().get(1, TimeUnit.MINUTES);

    assertThat(confirmed).hasValue(sent.get());
    report(topic.drain()).assertAtLeastOnce().assertNone(Finding.OUT_OF_ORDER);
  }

  @Test
  void publish_serverPaused_losesNothingAndKeepsTheOrder() throws Exception {
    PubSubServer emulator = target.emulator();

    CompletionStage<Done> running = publish(untilEnough(), settings());
    awaitCaughtUp("at first");
    for (int round = 0; round < ROUNDS; round++) {
      emulator.pause();
      awaitSent();
      emulator.resume();
      awaitCaughtUp("after pause " + round);
    }
    enough.set(true);
    running.toCompletableFuture().get(1, TimeUnit.MINUTES);

    assertThat(confirmed).hasValue(sent.get());
    report(topic.drain()).assertAtLeastOnce().assertNone(Finding.OUT_OF_ORDER);
  }

  /** The emulator forgets all: what counts is what is published once the topic is there again. */
  @Test
  void publish_emulatorKilled_resumesItsKeysWhenTheTopicIsThereAgain() throws Exception {
    PubSubServer emulator = target.emulator();
    AtomicInteger retried = new AtomicInteger();
    PublisherSettings patient =
        settings()
            .withRetry(
                RetrySettings.create(system)
                    .withMaxBackoff(Duration.ofSeconds(1))
                    .withRetryOn(NotFoundException.class::isInstance))
            .withObserver(
                new Observer() {
                  @Override
                  public void retried(String name, long elements, Throwable cause) {
                    retried.incrementAndGet();
                  }
                });
    int since = 0;

    CompletionStage<Done> running = publish(untilEnough(), patient);
    awaitCaughtUp("at first");
    for (int round = 0; round < ROUNDS; round++) {
      int before = retried.get();
      emulator.kill();
      emulator.restart();
      await().atMost(AT_MOST).until(() -> retried.get() > before); // the topic is not there
      topic.make();
      since = sent.get();
      awaitCaughtUp("after kill " + round);
    }
    int from = since;
    await().atMost(AT_MOST).until(() -> confirmed.get() > from + 10 * KEYS);
    enough.set(true);
    running.toCompletableFuture().get(1, TimeUnit.MINUTES);

    assertThat(confirmed).hasValue(sent.get());
    List<PubsubMessage> stored = topic.drain();
    report(stored).assertNone(Finding.OUT_OF_ORDER, Finding.SPURIOUS, Finding.CORRUPT);
    assertThat(stored.stream().map(message -> message.getData().toStringUtf8()))
        .containsAll(IntStream.range(from, sent.get()).mapToObj(PubSubPublishIT::id).toList());
  }

  private ChaosReport report(List<PubsubMessage> stored) {
    Oracle oracle = Oracle.of(ledger);
    for (PubsubMessage message : stored) {
      String text = message.getData().toStringUtf8();
      oracle.seen(text, message.getOrderingKey(), text);
    }
    return oracle.report();
  }
}
