package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.RetrySettings;
import dev.connectors.it.support.JmsBroker;
import dev.connectors.it.support.Replier;
import dev.connectors.jms.JmsAcknowledgement;
import dev.connectors.jms.JmsBody;
import dev.connectors.jms.JmsConfirmation;
import dev.connectors.jms.JmsConsumerSettings;
import dev.connectors.jms.JmsCorrelation;
import dev.connectors.jms.JmsDestination;
import dev.connectors.jms.JmsFlow;
import dev.connectors.jms.JmsMessage;
import dev.connectors.jms.JmsProducerSettings;
import dev.connectors.jms.JmsReply;
import dev.connectors.jms.JmsRequestSettings;
import dev.connectors.jms.JmsSink;
import dev.connectors.jms.JmsSource;
import dev.connectors.jms.JmsSubscription;
import dev.connectors.testkit.ActiveMqServer;
import dev.connectors.testkit.ArtemisServer;
import dev.connectors.testkit.OwnServer;
import dev.connectors.testkit.TestServer;
import dev.connectors.testkit.WithServers;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import java.io.ObjectInputFilter;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JMS connector on both brokers: what they share, and what one of them has. */
@WithServers
@SuppressWarnings("NullAway.Init") // set up before each test
class JmsIT {
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final Duration SOON = Duration.ofSeconds(60);

  private ActorSystem system;
  private String name;

  @BeforeEach
  void start() {
    system = ActorSystem.create("it");
    name = "jms-it-" + NAMES.incrementAndGet();
  }

  @AfterEach
  void terminate() throws Exception {
    system.terminate();
    result(system.getWhenTerminated());
  }

  @Nested
  class ActiveMq extends OnBoth {
    private final ActiveMqServer server;

    ActiveMq(@OwnServer ActiveMqServer server) {
      this.server = server;
    }

    @Override
    TestServer server() {
      return server;
    }

    @Override
    int tries() {
      return 1 + 6; // maximumRedeliveries
    }

    @Override
    String deadLetters() {
      return "ActiveMQ.DLQ";
    }

    @Test
    void subscribe_shared_isNotThere() {
      assertThatThrownBy(
              () ->
                  result(
                      JmsSource.plain(consumer(broker()), JmsSubscription.shared(name, "billing"))
                          .runWith(Sink.ignore(), system)))
          .hasCauseInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Nested
  class Artemis extends OnBoth {
    private final ArtemisServer server;

    Artemis(@OwnServer ArtemisServer server) {
      this.server = server;
    }

    @Override
    TestServer server() {
      return server;
    }

    @Override
    int tries() {
      return 10; // maxDeliveryAttempts
    }

    @Override
    String deadLetters() {
      return "DLQ";
    }

    @Test
    void subscribe_sharedDurable_sharesOutAndKeepsWhileAway() throws Exception {
      JmsSubscription subscription = JmsSubscription.sharedDurable(name, "billing");
      JmsConsumerSettings two = consumer(broker()).withSessions(2);
      List<String> seen = new CopyOnWriteArrayList<>();
      Control first = collect(two, subscription, seen);
      await().until(() -> first.health().isHealthy());
      send(JmsDestination.topic(name), "0", "1", "2", "3");
      await().atMost(SOON).until(() -> seen.size() == 4);
      result(first.shutdown());
      send(JmsDestination.topic(name), "4", "5");

      Control second = collect(two, subscription, seen);
      await().atMost(SOON).until(() -> seen.size() == 6);
      result(second.shutdown());

      assertThat(seen).containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5");
    }
  }

  abstract class OnBoth {
    abstract TestServer server();

    /** How often a rejected message is delivered by the broker's defaults. */
    abstract int tries();

    abstract String deadLetters();

    JmsBroker broker() {
      return JmsBroker.of(server());
    }

    @Test
    void send_everyType_arrivesAsItWas() throws Exception {
      List<JmsMessage> messages =
          List.of(
              JmsMessage.text("text")
                  .withCorrelationId("correlation")
                  .withType("type")
                  .withReplyTo(JmsDestination.queue("replies"))
                  .withPriority(4)
                  .withGroup("group")
                  .withProperty("number", 7),
              JmsMessage.bytes(new byte[] {1, 2, 3}),
              JmsMessage.map(Map.of("key", "value", "number", 7L)),
              JmsMessage.stream(List.of("a", 1)),
              JmsMessage.empty().withProperty("only", true));
      result(Source.from(messages).runWith(JmsSink.plain(producer(broker(), name)), system));

      List<Message> received =
          result(
              JmsSource.plain(consumer(broker()), JmsSubscription.queue(name))
                  .take(messages.size())
                  .runWith(Sink.seq(), system));

      Message text = received.get(0);
      assertThat(JmsBody.text(text)).isEqualTo("text");
      assertThat(text.getJMSCorrelationID()).isEqualTo("correlation");
      assertThat(text.getJMSType()).isEqualTo("type");
      assertThat(text.getJMSReplyTo().toString()).contains("replies");
      assertThat(JmsBody.properties(text)).containsEntry("number", 7);
      assertThat(text.getStringProperty("JMSXGroupID")).isEqualTo("group");
      assertThat(JmsBody.bytes(received.get(1))).containsExactly(1, 2, 3);
      assertThat(JmsBody.map(received.get(2))).isEqualTo(Map.of("key", "value", "number", 7L));
      assertThat(JmsBody.stream(received.get(3))).containsExactly("a", 1);
      assertThat(received.get(4).getBooleanProperty("only")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 300_000}) // and one that is large for Artemis
    void object_withAnAllowList_isReadAndElseRefused(int length) throws Exception {
      Order order = new Order("x".repeat(length), 7);
      result(
          Source.single(JmsMessage.object(order))
              .runWith(JmsSink.plain(producer(broker(), name)), system));
      String own = Order.class.getName();

      List<Object> read =
          result(
              JmsSource.plain(consumer(broker()), JmsSubscription.queue(name))
                  .take(1)
                  .map(
                      message -> {
                        assertThatThrownBy(
                                () -> JmsBody.object(message, Order.class, allowing("java.lang.*")))
                            .isInstanceOf(MessageFormatException.class);
                        return (Object) JmsBody.object(message, Order.class, allowing(own));
                      })
                  .runWith(Sink.seq(), system));

      assertThat(read).containsExactly(order);
    }

    @ParameterizedTest
    @EnumSource
    void produce_withADelay_isDeliveredThen(JmsConfirmation confirmation) throws Exception {
      JmsProducerSettings settings = producer(broker(), name).withConfirmation(confirmation);
      long before = System.nanoTime();
      CompletionStage<Done> sent =
          Source.from(
                  List.of(
                      JmsMessage.text("later").withDeliveryDelay(Duration.ofMillis(1_500)),
                      JmsMessage.text("at once")))
              .runWith(JmsSink.plain(settings), system);
      if (!broker().isArtemis() && !broker().hasScheduler()) {
        assertThat(sent.toCompletableFuture())
            .failsWithin(SOON)
            .withThrowableThat()
            .withCauseInstanceOf(UnsupportedOperationException.class);
        return;
      }
      result(sent);

      List<String> received =
          result(
              JmsSource.plain(consumer(broker()), JmsSubscription.queue(name))
                  .map(JmsBody::text)
                  .take(2)
                  .runWith(Sink.seq(), system));

      assertThat(received).containsExactly("at once", "later");
      assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(1_500_000_000L);
    }

    @ParameterizedTest
    @EnumSource
    void request_everyOneAnsweredThoughTheBrokerIsKilled_repliesInOrder(JmsCorrelation correlation)
        throws Exception {
      RetrySettings soon = soon();
      boolean byMessageId = correlation == JmsCorrelation.MESSAGE_ID;
      AtomicInteger answered = new AtomicInteger();
      CompletionStage<List<String>> replies =
          Source.range(0, 999)
              .map(i -> JmsMessage.text("request-" + i))
              .via(
                  JmsFlow.request(
                      JmsRequestSettings.create(
                              system, producer(broker(), name).withRetry(soon).withMaxInFlight(50))
                          .withCorrelation(correlation)
                          .withTimeout(SOON)))
              .map(reply -> JmsBody.text(((JmsReply.Answered) reply).message()))
              .map(
                  text -> {
                    answered.incrementAndGet();
                    return text;
                  })
              .runWith(Sink.seq(), system);

      Replier replier = Replier.start(broker(), name, byMessageId);
      try {
        await().atMost(SOON).until(() -> answered.get() >= 300);
        server().kill();
        server().restart();

        assertThat(result(replies))
            .isEqualTo(IntStream.range(0, 1_000).mapToObj(i -> "reply to request-" + i).toList());
      } finally {
        replier.close();
      }
    }

    @Test
    void subscribe_severalSessions_keepTheOrderOfEachGroup() throws Exception {
      int count = 2_000;
      int groups = 10;
      result(
          Source.range(0, count - 1)
              .map(i -> JmsMessage.text(String.valueOf(i)).withGroup("group-" + i % groups))
              .runWith(JmsSink.plain(producer(broker(), name)), system));
      Map<String, List<Integer>> seen = new ConcurrentHashMap<>();
      AtomicInteger received = new AtomicInteger();

      Control.Draining<Done> running =
          JmsSource.committable(consumer(broker()).withSessions(3), JmsSubscription.queue(name))
              .map(
                  message -> {
                    seen.computeIfAbsent(
                            message.getStringProperty("JMSXGroupID"),
                            group -> new CopyOnWriteArrayList<>())
                        .add(Integer.valueOf(JmsBody.text(message)));
                    received.incrementAndGet();
                    return message;
                  })
              .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
              .run(system);
      await().atMost(SOON).until(() -> received.get() == count);
      result(running.drainAndShutdown());

      assertThat(seen).hasSize(groups);
      assertThat(seen.values()).allSatisfy(numbers -> assertThat(numbers).isSorted());
      assertThat(broker().count(name)).isZero();
    }

    @Test
    void drainAndShutdown_moreIsPrefetchedThanReceived_losesNone() throws Exception {
      broker().publish(name, 0, 1_000);
      Control.Draining<Done> running =
          JmsSource.committable(consumer(broker()), JmsSubscription.queue(name))
              .asSource()
              .take(100)
              .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
              .run(system);
      result(running.streamCompletion());
      result(running.drainAndShutdown());

      List<String> left = broker().take(name, 900);
      assertThat(left).hasSizeBetween(900, 1_000).doesNotHaveDuplicates();
      assertThat(left.get(left.size() - 1)).isEqualTo("message-999");
    }

    @Test
    void subscribe_withSelector_emitsWhatMatches() throws Exception {
      broker().publish(name, 0, 10);

      List<Integer> odd =
          result(
              JmsSource.plain(
                      consumer(broker()),
                      JmsSubscription.queue(name).withSelector("number = 3 OR number = 5"))
                  .map(message -> message.getIntProperty("number"))
                  .take(2)
                  .runWith(Sink.seq(), system));

      assertThat(odd).containsExactly(3, 5);
      assertThat(broker().take(name, 8)).hasSize(8);
    }

    @Test
    void browse_queue_emitsAllAndTakesNone() throws Exception {
      broker().publish(name, 0, 100);

      List<Integer> seen =
          result(
              JmsSource.browse(consumer(broker()), JmsSubscription.queue(name))
                  .map(message -> message.getIntProperty("number"))
                  .runWith(Sink.seq(), system));

      assertThat(seen).isEqualTo(IntStream.range(0, 100).boxed().toList());
      assertThat(broker().take(name, 100)).hasSize(100);
    }

    @Test
    void subscribe_durable_keepsWhatIsPublishedWhileAway() throws Exception {
      JmsConsumerSettings settings = consumer(broker()).withClientId("audit-" + name);
      JmsSubscription subscription = JmsSubscription.durable(name, "audit");
      Control first = collect(settings, subscription, new ArrayList<>());
      await().until(() -> first.health().isHealthy());
      result(first.shutdown());

      send(JmsDestination.topic(name), "while away");

      assertThat(
              result(
                  JmsSource.plain(settings, subscription)
                      .map(JmsBody::text)
                      .take(1)
                      .runWith(Sink.seq(), system)))
          .containsExactly("while away");
    }

    @ParameterizedTest
    @EnumSource
    void reject_always_isTriedAsOftenAsTheBrokerSaysAndThenBuried(
        JmsAcknowledgement acknowledgement) throws Exception {
      broker().send(name, "before", "poison-" + name, "after", "and after");
      List<String> rejected = new CopyOnWriteArrayList<>();
      List<String> settled = new CopyOnWriteArrayList<>();

      Control control =
          JmsSource.committable(
                  consumer(broker()).withAcknowledgement(acknowledgement),
                  JmsSubscription.queue(name))
              .asSource()
              .toMat(
                  Sink.foreach(
                      pair -> {
                        String text = JmsBody.text(pair.first());
                        if (text.startsWith("poison")) {
                          rejected.add(text);
                          pair.second().reject(new IllegalStateException(text));
                        } else {
                          settled.add(text);
                          pair.second().commit();
                        }
                      }),
                  Keep.left())
              .run(system);
      await()
          .atMost(SOON)
          .until(() -> rejected.size() >= tries() && new HashSet<>(settled).size() == 3);
      await().atMost(SOON).until(() -> broker().count(name) == 0);
      result(control.shutdown());

      assertThat(rejected).hasSize(tries());
      assertThat(new HashSet<>(settled)).containsExactlyInAnyOrder("before", "after", "and after");
      assertThat(broker().take(deadLetters(), 1)).containsOnlyOnce("poison-" + name);
    }

    @ParameterizedTest
    @EnumSource
    void kill_brokerWhileForwarding_losesNothingAndKeepsTheOrder(JmsAcknowledgement acknowledgement)
        throws Exception {
      int count = 3_000;
      broker().publish(name, 0, count);
      RetrySettings soon = soon();
      AtomicInteger forwarded = new AtomicInteger();
      Control.Draining<Done> running =
          JmsSource.committable(
                  consumer(broker()).withAcknowledgement(acknowledgement).withReconnect(soon),
                  JmsSubscription.queue(name))
              .map(JmsIT::copy)
              .via(JmsFlow.produceWithContext(producer(broker(), name + "-copy").withRetry(soon)))
              .map(
                  message -> {
                    forwarded.incrementAndGet();
                    return message;
                  })
              .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
              .run(system);

      for (int kill = 1; kill <= 3; kill++) {
        int enough = kill * 500;
        await().atMost(SOON).until(() -> forwarded.get() >= enough);
        server().kill();
        server().restart();
      }
      await().atMost(SOON).until(() -> forwarded.get() >= count && broker().count(name) == 0);
      result(running.drainAndShutdown());

      List<String> copies = broker().take(name + "-copy", count);
      List<String> once = new ArrayList<>(new LinkedHashSet<>(copies));
      assertThat(once).isEqualTo(IntStream.range(0, count).mapToObj(i -> "message-" + i).toList());
      // Each kill: the windows of source and flow.
      assertThat(copies.size() - count).isBetween(0, 3 * (2_000 + 1_000));
    }

    void send(JmsDestination destination, String... texts) throws Exception {
      result(
          Source.from(Arrays.asList(texts))
              .map(text -> JmsMessage.text(text).withDestination(destination))
              .runWith(
                  JmsSink.plain(JmsProducerSettings.create(system, broker().factory())), system));
    }
  }

  record Order(String customer, int amount) implements Serializable {}

  private static ObjectInputFilter allowing(String pattern) {
    return ObjectInputFilter.Config.createFilter(pattern);
  }

  private RetrySettings soon() {
    return RetrySettings.create(system)
        .withMinBackoff(Duration.ofMillis(50))
        .withMaxBackoff(Duration.ofMillis(200));
  }

  private static JmsMessage copy(Message message) throws JMSException {
    return JmsMessage.text(JmsBody.text(message));
  }

  private JmsConsumerSettings consumer(JmsBroker broker) {
    String soon =
        broker.isArtemis()
            ? ""
            : "?jms.redeliveryPolicy.initialRedeliveryDelay=0&jms.redeliveryPolicy.redeliveryDelay=0";
    return JmsConsumerSettings.create(system, broker.factory(soon));
  }

  private JmsProducerSettings producer(JmsBroker broker, String queue) {
    return JmsProducerSettings.create(system, broker.factory())
        .withDestination(JmsDestination.queue(queue));
  }

  private Control collect(
      JmsConsumerSettings settings, JmsSubscription subscription, List<String> seen) {
    return JmsSource.plain(settings, subscription)
        .map(JmsBody::text)
        .toMat(Sink.foreach(seen::add), Keep.left())
        .run(system);
  }

  private static <T> T result(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
  }
}
