package dev.connectors.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.RetrySettings;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a flow does beyond the contract. */
@SuppressWarnings("NullAway.Init") // set up before each test
class JmsFlowTest extends StreamTest {
  private String queue;

  @BeforeEach
  void freshQueue() {
    queue = EmbeddedBroker.newQueue();
  }

  // ---- asynchronous

  @Test
  void produce_asynchronouslyWithClassic_confirmsInOrderByItsCallback() throws Exception {
    JmsProducerSettings settings =
        settings(EmbeddedBroker.factory()).withConfirmation(JmsConfirmation.ASYNCHRONOUS);

    List<String> sent =
        result(
            Source.from(numbered(2_000))
                .via(JmsFlow.produce(settings))
                .map(JmsBody::text)
                .runWith(Sink.seq(), materializer));

    assertThat(sent).isEqualTo(IntStream.range(0, 2_000).mapToObj(i -> "message-" + i).toList());
    assertThat(EmbeddedBroker.count(queue)).isEqualTo(2_000);
  }

  @Test
  void produce_asynchronouslyWithAClientThatCannot_waitsForEach() throws Exception {
    WatchedFactory wrapped = new WatchedFactory(EmbeddedBroker.factory()); // hides Classic's own
    JmsProducerSettings settings =
        settings(wrapped.factory()).withConfirmation(JmsConfirmation.ASYNCHRONOUS);

    result(Source.from(numbered(200)).runWith(JmsSink.plain(settings), materializer));

    assertThat(EmbeddedBroker.count(queue)).isEqualTo(200);
    assertThat(wrapped.connections).hasValue(1);
  }

  @Test
  void produce_asynchronouslyAndTheConnectionIsLost_sendsAgainWhatIsUnconfirmed() throws Exception {
    WatchedFactory watched = WatchedFactory.withCompletions(EmbeddedBroker.factory());
    JmsProducerSettings settings =
        settings(watched.factory()).withConfirmation(JmsConfirmation.ASYNCHRONOUS);
    watched.failOn(method -> method.equals("onCompletion"));
    CompletionStage<List<String>> sent =
        Source.from(numbered(50))
            .via(JmsFlow.produce(settings))
            .map(JmsBody::text)
            .runWith(Sink.seq(), materializer);
    await().until(() -> watched.connections.get() > 1);
    watched.heal();

    assertThat(result(sent))
        .isEqualTo(IntStream.range(0, 50).mapToObj(i -> "message-" + i).toList());
    assertThat(EmbeddedBroker.count(queue)).isGreaterThanOrEqualTo(50);
  }

  @Test
  void produce_oneIsRefusedAndTheConnectionIsLost_sendsAgainWhatPrecedesIt() throws Exception {
    WatchedFactory watched = WatchedFactory.withCompletions(EmbeddedBroker.factory());
    CountDownLatch refused = new CountDownLatch(1);
    AtomicInteger made = new AtomicInteger();
    watched.breakIn(
        method -> {
          boolean refuses = method.equals("createTextMessage") && made.incrementAndGet() % 6 == 0;
          if (refuses) {
            refused.countDown();
          }
          return refuses;
        });
    watched.failOn(
        method -> {
          boolean fails = method.equals("onCompletion") && watched.connections.get() == 1;
          return fails && released(refused);
        });
    List<String> sent = new CopyOnWriteArrayList<>();
    CompletionStage<Done> completion =
        Source.from(numbered(6))
            .via(
                JmsFlow.produce(
                    settings(watched.factory()).withConfirmation(JmsConfirmation.ASYNCHRONOUS)))
            .map(JmsBody::text)
            .runForeach(sent::add, materializer);

    assertThat(failure(completion)).hasMessage("broken createTextMessage");
    assertThat(sent).isEqualTo(IntStream.range(0, 5).mapToObj(i -> "message-" + i).toList());
    assertThat(watched.connections).hasValue(2);
  }

  private static boolean released(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void produce_connectionTakenAwayByAPoolWhileItIsOpened_sendsOnTheNext() throws Exception {
    WatchedFactory watched = new WatchedFactory(EmbeddedBroker.factory());
    watched.breakIn(
        method ->
            watched.connections.get() == 1
                && (method.equals("createSession") || method.equals("getMetaData")));
    CompletionStage<Done> sent =
        Source.from(numbered(5)).runWith(JmsSink.plain(settings(watched.factory())), materializer);

    result(sent);
    assertThat(watched.connections).hasValue(2);
    assertThat(EmbeddedBroker.count(queue)).isEqualTo(5);
    await().until(() -> watched.open.get() == 0);
  }

  @Test
  void produce_retriesGivenUp_failsWithTheClientsException() {
    WatchedFactory watched = WatchedFactory.withCompletions(EmbeddedBroker.factory());
    JmsProducerSettings settings =
        settings(watched.factory())
            .withConfirmation(JmsConfirmation.ASYNCHRONOUS)
            .withRetry(RetrySettings.create(system).withMaxAttempts(0));
    watched.failOn(method -> method.equals("onCompletion"));

    assertThat(failure(Source.from(numbered(5)).runWith(JmsSink.plain(settings), materializer)))
        .isInstanceOf(JMSException.class)
        .hasMessage("no onCompletion");
  }

  // ---- delivery delay

  @ParameterizedTest
  @EnumSource
  void produce_withADelayAndAScheduler_isDeliveredThen(JmsConfirmation confirmation)
      throws Exception {
    long before = System.currentTimeMillis();
    ConnectionFactory broker = EmbeddedBroker.withScheduler();
    JmsProducerSettings settings = settings(broker).withConfirmation(confirmation);

    result(
        Source.single(JmsMessage.text("later").withDeliveryDelay(Duration.ofMillis(700)))
            .concat(Source.single(JmsMessage.text("at once")))
            .runWith(JmsSink.plain(settings), materializer));
    List<Message> received =
        result(
            JmsSource.plain(
                    JmsConsumerSettings.create(system, broker), JmsSubscription.queue(queue))
                .take(2)
                .runWith(Sink.seq(), materializer));

    assertThat(JmsBody.text(received.get(0))).isEqualTo("at once");
    assertThat(JmsBody.text(received.get(1))).isEqualTo("later");
    assertThat(System.currentTimeMillis() - before).isGreaterThanOrEqualTo(700);
  }

  @Test
  void produce_withADelayAndWithoutAScheduler_failsAndSaysSo() throws Exception {
    JmsProducerSettings settings = settings(EmbeddedBroker.factory());

    assertThat(
            failure(
                Source.from(
                        List.of(
                            JmsMessage.text("before"),
                            JmsMessage.text("later").withDeliveryDelay(Duration.ofHours(1))))
                    .runWith(JmsSink.plain(settings), materializer)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("schedulerSupport");
    assertThat(EmbeddedBroker.count(queue)).isEqualTo(1);
  }

  // ---- connection states

  @Test
  void connections_lostAndMadeAgain_areTold() throws Exception {
    WatchedFactory watched = new WatchedFactory(EmbeddedBroker.factory());
    JmsConnections connections = JmsConnections.create();
    CompletionStage<List<JmsConnections.State>> states =
        connections
            .changes()
            .map(JmsConnections.Change::state)
            .takeWhile(state -> state != JmsConnections.State.CLOSED, true)
            .runWith(Sink.seq(), materializer);
    JmsConsumerSettings settings =
        JmsConsumerSettings.create(system, watched.factory())
            .withPollTimeout(Duration.ofMillis(5))
            .withConnectionListener(connections)
            .withReconnect(RetrySettings.create(system).withMinBackoff(Duration.ofMillis(5)));
    var control =
        JmsSource.plain(settings, JmsSubscription.queue(queue))
            .toMat(Sink.ignore(), Keep.left())
            .run(materializer);
    await().until(() -> control.health().isHealthy());
    await()
        .untilAsserted(
            () ->
                assertThat(connections.states())
                    .containsExactlyEntriesOf(
                        java.util.Map.of("jms-" + queue, JmsConnections.State.CONNECTED)));

    watched.loseConnection();
    await().until(() -> watched.connections.get() == 2 && control.health().isHealthy());
    result(control.shutdown());

    assertThat(result(states))
        .containsExactly(
            JmsConnections.State.CONNECTING,
            JmsConnections.State.CONNECTED,
            JmsConnections.State.DISCONNECTED,
            JmsConnections.State.CONNECTING,
            JmsConnections.State.CONNECTED,
            JmsConnections.State.CLOSED);
    assertThat(connections.states()).isEmpty();
  }

  private JmsProducerSettings settings(ConnectionFactory factory) {
    return JmsProducerSettings.create(system, factory)
        .withDestination(JmsDestination.queue(queue))
        .withRetry(RetrySettings.create(system).withMinBackoff(Duration.ofMillis(5)));
  }

  private static List<JmsMessage> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> JmsMessage.text("message-" + i)).toList();
  }
}
