package dev.connectors.pubsub;

import static dev.connectors.pubsub.ScriptedPubSub.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.api.gax.batching.BatchingSettings;
import com.google.api.gax.batching.FlowControlSettings;
import com.google.api.gax.batching.FlowController.LimitExceededBehavior;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.rpc.NotFoundException;
import com.google.api.gax.rpc.PermissionDeniedException;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PublishRequest;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import dev.connectors.pubsub.ScriptedTopic.Answer;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // set up by JUnit
class PubSubFlowTest extends StreamTest {
  private ScriptedPubSub server;
  private PublisherSettings settings;
  private TestPublisher.Probe<PubsubMessage> upstream;
  private TestSubscriber.Probe<String> downstream;
  private final AtomicInteger taken = new AtomicInteger();

  @BeforeEach
  void startServer() {
    taken.set(0);
    server = ScriptedPubSub.start();
    settings =
        PublisherSettings.create(system, TOPIC)
            .withEmulatorHost(server.emulatorHost())
            .withShutdownTimeout(Duration.ofSeconds(5))
            .withPublisher(publisher -> publisher.setEnableMessageOrdering(true));
  }

  @AfterEach
  void closeServer() {
    await().untilAsserted(() -> assertThat(threads()).isEmpty());
    server.close();
  }

  /** The flow's own. */
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("pubsub-"))
        .toList();
  }

  private static PubsubMessage message(String key, int number) {
    return PubsubMessage.newBuilder()
        .setData(ByteString.copyFromUtf8(key + number))
        .setOrderingKey(key)
        .build();
  }

  private static PubsubMessage bytes(int count) {
    return PubsubMessage.newBuilder().setData(ByteString.copyFrom(new byte[count])).build();
  }

  private static List<PubsubMessage> messages(int count) {
    return IntStream.range(0, count).mapToObj(number -> message("", number)).toList();
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private CompletionStage<List<String>> publish(
      PublisherSettings with, List<PubsubMessage> messages) {
    return Source.from(messages).via(PubSubFlow.publish(with)).runWith(Sink.seq(), materializer);
  }

  private void run(PublisherSettings with) {
    Pair<TestPublisher.Probe<PubsubMessage>, TestSubscriber.Probe<String>> run =
        TestSource.<PubsubMessage>create(system)
            .map(
                message -> {
                  taken.incrementAndGet();
                  return message;
                })
            .via(PubSubFlow.publish(with))
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    upstream = run.first();
    downstream = run.second();
  }

  /** What was stored, by ordering key. */
  private Map<String, List<String>> byKey() {
    return server.topic.stored().stream()
        .collect(
            Collectors.groupingBy(
                PubsubMessage::getOrderingKey,
                Collectors.mapping(
                    message -> message.getData().toStringUtf8(), Collectors.toList())));
  }

  private RetrySettings quick(int attempts) {
    return RetrySettings.create(system)
        .withMinBackoff(Duration.ofMillis(20))
        .withMaxBackoff(Duration.ofMillis(20))
        .withMaxAttempts(attempts);
  }

  // ---- publishing

  @Test
  void publish_many_emitsTheServersIdsInInputOrder() throws Exception {
    List<String> ids = result(publish(settings, messages(1_000)));

    assertThat(ids).hasSize(1_000).doesNotHaveDuplicates();
    List<String> texts = server.topic.texts();
    assertThat(ids.stream().map(id -> texts.get(Integer.parseInt(id)))).isEqualTo(numbers(1_000));
  }

  @Test
  void publish_many_gathersAsManyInOneRequestAsTheSettingsSay() throws Exception {
    result(publish(settings.withBatchElements(50).withBatchDelay(LONG), messages(1_000)));

    assertThat(server.topic.requests())
        .hasSize(20)
        .allSatisfy(request -> assertThat(request.getMessagesCount()).isEqualTo(50));
  }

  @Test
  void publishWithContext_many_passesEachContextWithItsId() throws Exception {
    List<Pair<String, Integer>> published =
        result(
            SourceWithContext.fromPairs(
                    Source.range(0, 99).map(number -> Pair.create(message("", number), number)))
                .via(PubSubFlow.publishWithContext(settings))
                .runWith(Sink.seq(), materializer));

    List<String> texts = server.topic.texts();
    assertThat(published)
        .allSatisfy(
            pair ->
                assertThat(texts.get(Integer.parseInt(pair.first())))
                    .isEqualTo(pair.second().toString()));
    assertThat(published.stream().map(Pair::second))
        .isEqualTo(IntStream.range(0, 100).boxed().toList());
  }

  @Test
  void sink_many_completesWhenAllAreConfirmed() throws Exception {
    Done done =
        result(Source.from(messages(500)).runWith(PubSubSink.plain(settings), materializer));

    assertThat(done).isEqualTo(Done.getInstance());
    assertThat(server.topic.stored()).hasSize(500);
  }

  @Test
  void publish_orderingKeysAndPassingFailures_keepsTheOrderOfEachKey() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    server.topic.answer(
        request ->
            requests.incrementAndGet() % 5 == 0 ? Answer.failure(Status.UNAVAILABLE) : Answer.IDS);
    List<PubsubMessage> messages =
        IntStream.range(0, 1_000)
            .mapToObj(i -> message("abcde".charAt(i % 5) + "-", i / 5))
            .toList();

    List<String> ids = result(publish(settings.withBatchElements(10), messages));

    assertThat(ids).hasSize(1_000).doesNotHaveDuplicates();
    assertThat(byKey()).hasSize(5);
    byKey()
        .forEach(
            (key, texts) ->
                assertThat(texts)
                    .isEqualTo(IntStream.range(0, 200).mapToObj(i -> key + i).toList()));
  }

  @Test
  void publish_compression_sendsRequestsCompressed() throws Exception {
    PublisherSettings compressing =
        settings.withPublisher(
            publisher -> publisher.setEnableCompression(true).setCompressionBytesThreshold(1_000));

    result(publish(compressing, List.of(bytes(10_000))));

    assertThat(server.encodings).containsExactly("gzip");
    assertThat(server.topic.stored().get(0).getData().size()).isEqualTo(10_000);
  }

  @Test
  void publish_readyClient_usesItAndLeavesItOpen() throws Exception {
    Publisher ready =
        Publisher.newBuilder(TOPIC)
            .setChannelProvider(server.channelProvider())
            .setCredentialsProvider(NoCredentialsProvider.create())
            .build();
    try {
      PublisherSettings shared = settings.withClient(ready);

      result(publish(shared, messages(10)));
      result(publish(shared, messages(10)));

      assertThat(ready.publish(message("", 20)).get(10, TimeUnit.SECONDS)).isEqualTo("20");
    } finally {
      ready.shutdown();
      ready.awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void publish_ownChannels_areClosedWithTheStream() throws Exception {
    result(publish(settings.withChannelProvider(server.channelProvider()), messages(10)));

    assertThat(server.connected).hasPositiveValue();
    await().untilAsserted(() -> assertThat(server.connections).hasValue(0));
  }

  @Test
  void publish_ownChannelsAndFailure_areClosedAllTheSame() {
    server.topic.answer(request -> Answer.failure(Status.PERMISSION_DENIED));

    failure(publish(settings.withChannelProvider(server.channelProvider()), messages(10)));

    assertThat(server.connected).hasPositiveValue();
    await().untilAsserted(() -> assertThat(server.connections).hasValue(0));
  }

  @Test
  void publish_severalStreams_shareOneConnection() throws Exception {
    run(settings);
    downstream.request(1);
    upstream.sendNext(message("", 0));
    downstream.expectNext();

    result(publish(settings, messages(10)));
    result(publish(settings, messages(10)));

    assertThat(server.connected).hasValue(1);
    upstream.sendComplete();
    downstream.expectComplete();
    await().untilAsserted(() -> assertThat(server.connections).hasValue(0));
  }

  @Test
  void publish_observed_tellsConfirmationsOnce() throws Exception {
    AtomicInteger confirmed = new AtomicInteger();
    Set<String> names = ConcurrentHashMap.newKeySet();
    Observer observer =
        new Observer() {
          @Override
          public void confirmed(String name, long elements, Duration latency) {
            names.add(name);
            confirmed.addAndGet((int) elements);
          }
        };

    result(publish(settings.withObserver(observer), messages(1_000)));

    assertThat(confirmed).hasValue(1_000);
    assertThat(names).containsExactly("pubsub-topic");
  }

  // ---- bounds

  @Test
  void publish_serverStalls_takesNoMoreBytesThanTheBound() throws Exception {
    server.topic.stall();

    CompletionStage<List<String>> running =
        Source.range(0, 99)
            .map(number -> bytes(10_000))
            .map(
                message -> {
                  taken.incrementAndGet();
                  return message;
                })
            .via(PubSubFlow.publish(settings.withMaxInFlightBytes(100_000)))
            .runWith(Sink.seq(), materializer);

    await().untilAsserted(() -> assertThat(taken).hasValue(10)); // the tenth reaches the bound
    await().during(BRIEFLY).untilAsserted(() -> assertThat(taken).hasValue(10));
    server.topic.resume();
    assertThat(result(running)).hasSize(100);
  }

  @Test
  void publish_noDemand_confirmsWithoutEmitting() {
    run(settings.withMaxInFlight(10));
    messages(10).forEach(upstream::sendNext);

    await().untilAsserted(() -> assertThat(server.topic.stored()).hasSize(10));
    downstream.ensureSubscription();
    downstream.expectNoMessage(BRIEFLY);
    downstream.request(10);
    for (int i = 0; i < 10; i++) {
      downstream.expectNext();
    }
    upstream.sendComplete();
    downstream.expectComplete();
  }

  // ---- completing

  @Test
  void complete_requestNotFull_sendsItAtOnce() throws Exception {
    List<String> ids = result(publish(settings.withBatchDelay(LONG), messages(7)));

    assertThat(ids).hasSize(7);
    assertThat(server.topic.requests()).hasSize(1);
  }

  @Test
  void cancel_someInFlight_areSentAllTheSame() {
    run(settings.withBatchDelay(LONG));
    downstream.request(1);
    messages(7).forEach(upstream::sendNext);
    await().untilAsserted(() -> assertThat(taken).hasValue(7));

    downstream.cancel();

    await().untilAsserted(() -> assertThat(server.topic.stored()).hasSize(7));
  }

  @Test
  void cancel_serverSilent_givesUpAfterTheTimeout() {
    server.topic.stall();
    run(settings.withShutdownTimeout(Duration.ofMillis(100)));
    downstream.request(1);
    messages(7).forEach(upstream::sendNext);
    await().untilAsserted(() -> assertThat(server.topic.requests()).isNotEmpty());

    downstream.cancel();

    await().untilAsserted(() -> assertThat(threads()).isEmpty());
    await().untilAsserted(() -> assertThat(server.topic.waiting()).isZero());
    server.topic.resume();
    assertThat(server.topic.stored()).isEmpty();
  }

  @Test
  void upstreamFails_serverSilent_givesUpAtOnce() {
    server.topic.stall();
    run(settings.withShutdownTimeout(LONG));
    downstream.request(1);
    messages(7).forEach(upstream::sendNext);
    await().untilAsserted(() -> assertThat(server.topic.requests()).isNotEmpty());

    upstream.sendError(new IllegalStateException("bug"));

    downstream.expectError();
    await().untilAsserted(() -> assertThat(threads()).isEmpty());
  }

  @Test
  void cancel_beforeTheClientIsThere_leavesNothing() {
    run(settings);

    downstream.cancel();

    upstream.expectCancellation();
    await().untilAsserted(() -> assertThat(threads()).isEmpty());
  }

  // ---- failures

  @Test
  void publish_tooLarge_failsInItsTurnAndIsNotSent() {
    run(settings);
    downstream.request(10);
    upstream.sendNext(message("", 0)).sendNext(bytes(10_000_001));

    downstream.expectNext("0");
    Throwable failure = downstream.expectError();

    assertThat(failure)
        .isInstanceOfSatisfying(
            MessageTooLargeException.class,
            tooLarge -> {
              assertThat(tooLarge.size()).isGreaterThan(10_000_001);
              assertThat(tooLarge.limit()).isEqualTo(10_000_000);
            })
        .hasMessageContaining("allowed are 10000000");
    assertThat(server.topic.texts()).containsExactly("0");
  }

  @Test
  void publish_tooLargeAndRetry_failsWithoutOne() {
    Throwable failure =
        failure(publish(settings.withRetry(quick(100)), List.of(bytes(10_000_001))));

    assertThat(failure).isInstanceOf(MessageTooLargeException.class);
    assertThat(server.topic.requests()).isEmpty();
  }

  @Test
  void publish_keyWithoutOrdering_failsWithTheClientsException() {
    PublisherSettings unordered =
        settings.withPublisher(publisher -> publisher.setEnableMessageOrdering(false));

    assertThat(failure(publish(unordered, List.of(message("key", 0)))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ordering");
  }

  @Test
  void publish_permissionDenied_failsWithTheClientsException() {
    server.topic.answer(request -> Answer.failure(Status.PERMISSION_DENIED));

    assertThat(failure(publish(settings, messages(10))))
        .isInstanceOf(PermissionDeniedException.class);
  }

  @Test
  void publish_idsOfAnotherNumber_fails() {
    server.topic.answer(request -> Answer.idsMore(1));

    assertThat(failure(publish(settings, messages(10)))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void publish_keyFailsWhileMoreOfItIsGathered_failsAndLeavesNothing() {
    // The client then waits for messages that it has forgotten, if it is shut down.
    server.topic.stall();
    server.topic.answer(request -> Answer.failure(Status.INVALID_ARGUMENT));
    run(settings.withBatchElements(2).withBatchDelay(LONG));
    downstream.request(10);
    for (int i = 0; i < 3; i++) {
      upstream.sendNext(message("key", i));
    }
    await().untilAsserted(() -> assertThat(server.topic.requests()).hasSize(1));

    server.topic.resume();

    downstream.expectError();
    await().untilAsserted(() -> assertThat(threads()).isEmpty());
  }

  @Test
  void publish_answerLost_isPublishedTwiceAndEmittedOnce() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    server.topic.answer(
        request -> requests.incrementAndGet() == 1 ? Answer.lost(Status.UNAVAILABLE) : Answer.IDS);

    assertThat(result(publish(settings, messages(1)))).containsExactly("1");
    assertThat(server.topic.texts()).containsExactly("0", "0");
  }

  @Test
  void publish_clientFlowControl_isRefused() {
    PublisherSettings blocking =
        settings.withPublisher(
            publisher ->
                publisher.setBatchingSettings(
                    BatchingSettings.newBuilder()
                        .setElementCountThreshold(10L)
                        .setRequestByteThreshold(1_000L)
                        .setDelayThresholdDuration(Duration.ofMillis(1))
                        .setFlowControlSettings(
                            FlowControlSettings.newBuilder()
                                .setLimitExceededBehavior(LimitExceededBehavior.Block)
                                .setMaxOutstandingElementCount(10L)
                                .setMaxOutstandingRequestBytes(1_000L)
                                .build())
                        .build()));

    assertThat(failure(publish(blocking, messages(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flow control is Block, allowed is Ignore");
  }

  @Test
  void publish_clientCannotBeMade_failsWithTheReason() {
    IllegalStateException bug = new IllegalStateException("no credentials");

    assertThat(
            failure(
                publish(
                    settings.withPublisher(
                        publisher -> {
                          throw bug;
                        }),
                    messages(1))))
        .isSameAs(bug);
  }

  // ---- what the client has given up

  @Test
  void retry_topicAppears_publishesAgainInOrder() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    server.topic.answer(
        request -> requests.incrementAndGet() <= 3 ? Answer.failure(Status.NOT_FOUND) : Answer.IDS);
    List<Long> retried = new CopyOnWriteArrayList<>();
    Observer observer =
        new Observer() {
          @Override
          public void retried(String name, long elements, Throwable cause) {
            assertThat(cause).isInstanceOf(NotFoundException.class);
            retried.add(elements);
          }
        };

    List<String> ids =
        result(
            publish(
                // All ten in one request: between requests there is no order without a key.
                settings.withBatchDelay(LONG).withRetry(quick(5)).withObserver(observer),
                messages(10)));

    assertThat(ids).isEqualTo(numbers(10));
    assertThat(server.topic.texts()).isEqualTo(numbers(10));
    assertThat(retried).containsExactly(10L, 10L, 10L);
  }

  @Test
  void retry_exhausted_failsWithTheLastException() {
    server.topic.answer(request -> Answer.failure(Status.NOT_FOUND));

    assertThat(failure(publish(settings.withRetry(quick(2)), messages(1))))
        .isInstanceOf(NotFoundException.class);
    assertThat(server.topic.requests()).hasSize(3);
  }

  @Test
  void retry_failureThatIsNotWorthIt_failsAtOnce() {
    server.topic.answer(request -> Answer.failure(Status.PERMISSION_DENIED));
    RetrySettings whereNotFound = quick(5).withRetryOn(NotFoundException.class::isInstance);

    assertThat(failure(publish(settings.withRetry(whereNotFound), messages(1))))
        .isInstanceOf(PermissionDeniedException.class);
    assertThat(server.topic.requests()).hasSize(1);
  }

  @Test
  void retry_keyFails_isResumedAndItsOrderKept() throws Exception {
    List<PublishRequest> failed = new ArrayList<>();
    server.topic.answer(
        request -> {
          boolean fails = failed.size() < 4 && request.getMessages(0).getOrderingKey().equals("b");
          if (fails) {
            failed.add(request);
          }
          return fails ? Answer.failure(Status.FAILED_PRECONDITION) : Answer.IDS;
        });
    List<PubsubMessage> messages =
        IntStream.range(0, 600)
            .mapToObj(i -> message("abc".substring(i % 3, i % 3 + 1), i / 3))
            .toList();

    List<String> ids =
        result(
            publish(
                settings.withRetry(quick(10)).withBatchElements(7).withMaxInFlight(100), messages));

    assertThat(failed).hasSize(4);
    assertThat(ids).hasSize(600).doesNotHaveDuplicates();
    List<String> texts = server.topic.texts();
    assertThat(ids.stream().map(id -> texts.get(Integer.parseInt(id))))
        .isEqualTo(messages.stream().map(message -> message.getData().toStringUtf8()).toList());
    byKey()
        .forEach(
            (key, of) ->
                assertThat(of).isEqualTo(IntStream.range(0, 200).mapToObj(i -> key + i).toList()));
  }
}
