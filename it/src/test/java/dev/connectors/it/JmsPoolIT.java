package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.RetrySettings;
import dev.connectors.it.support.JmsBroker;
import dev.connectors.jms.JmsAcknowledgement;
import dev.connectors.jms.JmsBody;
import dev.connectors.jms.JmsConsumerSettings;
import dev.connectors.jms.JmsDestination;
import dev.connectors.jms.JmsFlow;
import dev.connectors.jms.JmsMessage;
import dev.connectors.jms.JmsProducerSettings;
import dev.connectors.jms.JmsSource;
import dev.connectors.jms.JmsSubscription;
import dev.connectors.testkit.ActiveMqServer;
import dev.connectors.testkit.ArtemisServer;
import dev.connectors.testkit.OwnServer;
import dev.connectors.testkit.TestServer;
import dev.connectors.testkit.WithServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/** Source and flow share the one connection of a pool. */
@WithServers
@SuppressWarnings("NullAway.Init") // set up before each test
class JmsPoolIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int COUNT = 2_000;

  private ActorSystem system;

  @BeforeEach
  void start() {
    system = ActorSystem.create("it");
  }

  @AfterEach
  void terminate() throws Exception {
    system.terminate();
    result(system.getWhenTerminated());
  }

  @Nested
  class ActiveMq extends OnBoth {
    ActiveMq(@OwnServer ActiveMqServer server) {
      super(server);
    }
  }

  @Nested
  class Artemis extends OnBoth {
    Artemis(@OwnServer ArtemisServer server) {
      super(server);
    }
  }

  abstract class OnBoth {
    private final TestServer server;

    OnBoth(TestServer server) {
      this.server = server;
    }

    @ParameterizedTest
    @EnumSource(names = {"TRANSACTED", "INDIVIDUAL"})
    void kill_brokerBehindAPool_losesNothingAndGivesTheConnectionBack(
        JmsAcknowledgement acknowledgement) throws Exception {
      String queue = "pooled-" + acknowledgement;
      JmsBroker broker = JmsBroker.of(server);
      broker.publish(queue, 0, COUNT);
      JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
      pool.setConnectionFactory(broker.factory());
      // One that failed while it was made is handed out until it was idle for that long.
      pool.setConnectionIdleTimeout(20);
      pool.setConnectionCheckInterval(20);
      try {
        AtomicInteger forwarded = new AtomicInteger();
        Control.Draining<Done> running = forward(pool, acknowledgement, queue, forwarded);
        for (int kill = 1; kill <= 2; kill++) {
          int enough = kill * 500;
          awaitOf(running, () -> forwarded.get() >= enough);
          server.kill();
          server.restart();
        }
        awaitOf(running, () -> forwarded.get() >= COUNT && broker.count(queue) == 0);
        result(running.drainAndShutdown());

        List<String> copies = broker.take(queue + "-copy", COUNT);
        assertThat(new ArrayList<>(new LinkedHashSet<>(copies)))
            .isEqualTo(IntStream.range(0, COUNT).mapToObj(i -> "message-" + i).toList());
        // The pool lets go only of a connection that all have given back.
        await().atMost(SOON).until(() -> pool.getNumConnections() == 0);
      } finally {
        pool.stop();
      }
    }
  }

  private Control.Draining<Done> forward(
      JmsPoolConnectionFactory pool,
      JmsAcknowledgement acknowledgement,
      String queue,
      AtomicInteger forwarded) {
    RetrySettings soon =
        RetrySettings.create(system)
            .withMinBackoff(Duration.ofMillis(50))
            .withMaxBackoff(Duration.ofMillis(200));
    return JmsSource.committable(
            JmsConsumerSettings.create(system, pool)
                .withAcknowledgement(acknowledgement)
                .withReconnect(soon),
            JmsSubscription.queue(queue))
        .map(message -> JmsMessage.text(JmsBody.text(message)))
        .via(
            JmsFlow.produceWithContext(
                JmsProducerSettings.create(system, pool)
                    .withDestination(JmsDestination.queue(queue + "-copy"))
                    .withRetry(soon)))
        .map(
            message -> {
              forwarded.incrementAndGet();
              return message;
            })
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
  }

  /** Fails at once, with its cause, when the stream ends before that. */
  private static void awaitOf(Control.Draining<Done> running, Callable<Boolean> condition) {
    await()
        .atMost(SOON)
        .failFast(() -> assertThat(running.streamCompletion()).isNotDone())
        .until(condition);
  }

  private static <T> T result(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
  }
}
