package dev.connectors.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.RetrySettings;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests and replies, with a replier that is a stream itself. */
@SuppressWarnings("NullAway.Init") // set up before each test
class JmsRequestTest extends StreamTest {
  private static final Duration EVER = Duration.ofHours(1);

  private String queue;
  private WatchedFactory watched;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<JMSException> gone = new CopyOnWriteArrayList<>();
  private final List<Connection> repliers = new ArrayList<>();

  @BeforeEach
  void fresh() {
    queue = EmbeddedBroker.newQueue();
    watched = new WatchedFactory(EmbeddedBroker.factory());
  }

  @AfterEach
  void stopRepliers() throws Exception {
    for (Connection replier : repliers) {
      replier.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void request_answered_emitsRepliesInOrderWithTheirContexts(JmsCorrelation correlation)
      throws Exception {
    replies(correlation, text -> true);

    List<Pair<String, Integer>> replies =
        result(
            Source.range(0, 299)
                .map(i -> Pair.create(JmsMessage.text("request-" + i), i))
                .via(
                    JmsFlow.<Integer>requestWithContext(
                            settings().withTimeout(EVER).withCorrelation(correlation))
                        .asFlow())
                .map(pair -> Pair.create(text(pair.first()), pair.second()))
                .runWith(Sink.seq(), materializer));

    assertThat(replies)
        .isEqualTo(
            IntStream.range(0, 300)
                .mapToObj(i -> Pair.create("reply to request-" + i, i))
                .toList());
    await().until(() -> watched.open.get() == 0);
  }

  @Test
  void request_someUnansweredAndEmit_emitsThatInTheirTurn() throws Exception {
    replies(JmsCorrelation.CORRELATION_ID, text -> !text.equals("request-1"));

    List<JmsReply> replies =
        result(
            requests(3)
                .via(
                    JmsFlow.request(
                        settings()
                            .withTimeout(Duration.ofSeconds(2))
                            .withOnTimeout(JmsTimeoutPolicy.EMIT)))
                .runWith(Sink.seq(), materializer));

    assertThat(text(replies.get(0))).isEqualTo("reply to request-0");
    assertThat(replies.get(1))
        .isInstanceOfSatisfying(
            JmsReply.Unanswered.class,
            unanswered ->
                assertThat(unanswered.waited()).isGreaterThanOrEqualTo(Duration.ofSeconds(2)));
    assertThat(text(replies.get(2))).isEqualTo("reply to request-2");
  }

  @Test
  void request_unansweredAndFail_failsAfterWhatPrecedesIt() throws Exception {
    replies(JmsCorrelation.CORRELATION_ID, text -> text.equals("request-0"));
    List<String> before = new CopyOnWriteArrayList<>();

    Throwable failure =
        failure(
            requests(2)
                .via(JmsFlow.request(settings().withTimeout(Duration.ofSeconds(2))))
                .runWith(Sink.foreach(reply -> before.add(text(reply))), materializer));

    assertThat(failure).isInstanceOf(TimeoutException.class).hasMessageContaining("correlation id");
    assertThat(before).containsExactly("reply to request-0");
  }

  @Test
  void request_connectionLost_asksAgainWithTheSameCorrelationId() throws Exception {
    CompletionStage<List<String>> running =
        requests(5)
            .via(JmsFlow.request(settings().withTimeout(EVER)))
            .map(JmsRequestTest::text)
            .runWith(Sink.seq(), materializer);
    await().until(() -> EmbeddedBroker.count(queue) == 5);

    watched.loseConnection();
    await().until(() -> EmbeddedBroker.count(queue) == 10);
    replies(JmsCorrelation.CORRELATION_ID, text -> true); // to the first five in vain

    assertThat(result(running))
        .isEqualTo(IntStream.range(0, 5).mapToObj(i -> "reply to request-" + i).toList());
    assertThat(asked.subList(0, 5)).isEqualTo(asked.subList(5, 10));
  }

  @Test
  void request_noneAnswered_takesNoMoreThanTheBound() throws Exception {
    JmsRequestSettings settings =
        JmsRequestSettings.create(system, producer().withMaxInFlight(10)).withTimeout(EVER);
    Pair<TestPublisher.Probe<JmsMessage>, TestSubscriber.Probe<JmsReply>> running =
        TestSource.<JmsMessage>create(system)
            .via(JmsFlow.request(settings))
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    running.second().request(100);
    for (int i = 0; i < 10; i++) {
      running.first().sendNext(JmsMessage.text("request-" + i));
    }
    await().until(() -> EmbeddedBroker.count(queue) == 10);
    long demand = running.first().pending();
    assertThat(demand).isLessThanOrEqualTo(16); // the buffer of the stage before
    running.second().cancel();
    running.first().expectCancellation();
  }

  @Test
  void request_correlationIdTwiceInFlight_isRefused() {
    assertThat(
            failure(
                Source.repeat(JmsMessage.text("request").withCorrelationId("same"))
                    .take(2)
                    .via(
                        JmsFlow.request(
                            settings()
                                .withTimeout(Duration.ofMillis(200))
                                .withOnTimeout(JmsTimeoutPolicy.EMIT)))
                    .runWith(Sink.ignore(), materializer)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same");
  }

  private Source<JmsMessage, ?> requests(int count) {
    return Source.range(0, count - 1).map(i -> JmsMessage.text("request-" + i));
  }

  private JmsRequestSettings settings() {
    return JmsRequestSettings.create(system, producer());
  }

  private JmsProducerSettings producer() {
    return JmsProducerSettings.create(system, watched.factory())
        .withDestination(JmsDestination.queue(queue))
        .withRetry(RetrySettings.create(system).withMinBackoff(Duration.ofMillis(5)));
  }

  /** Replies to what it is told to, and to a destination that is gone in vain. */
  private void replies(JmsCorrelation correlation, Predicate<String> answered) throws JMSException {
    Connection connection = EmbeddedBroker.factory().createConnection();
    repliers.add(connection);
    Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
    MessageProducer producer = session.createProducer(null);
    session
        .createConsumer(session.createQueue(queue))
        .setMessageListener(
            request -> {
              try {
                asked.add(request.getJMSCorrelationID() + JmsBody.text(request));
                if (answered.test(JmsBody.text(request))) {
                  producer.send(request.getJMSReplyTo(), reply(request, correlation).in(session));
                }
              } catch (JMSException cause) {
                gone.add(cause); // who asked has another connection now, or none
              }
            });
    connection.start();
  }

  private static JmsMessage reply(Message request, JmsCorrelation correlation) throws JMSException {
    String id =
        correlation == JmsCorrelation.MESSAGE_ID
            ? request.getJMSMessageID()
            : request.getJMSCorrelationID();
    return JmsMessage.text("reply to " + JmsBody.text(request))
        .withCorrelationId(Objects.requireNonNull(id));
  }

  private static String text(JmsReply reply) {
    return body(((JmsReply.Answered) reply).message());
  }

  private static String body(Message message) {
    try {
      return JmsBody.text(message);
    } catch (JMSException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
