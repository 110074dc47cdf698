package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.it.support.IndexingPipeline;
import dev.connectors.it.support.Topic;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.WithServers;
import dev.connectors.testkit.chaos.Ledger;
import dev.connectors.testkit.chaos.Oracle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.pattern.Patterns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members join and leave gracefully while records flow: none is lost, none is processed twice. */
@WithServers
class RebalanceIT {
  /** The three ways in which a group shares partitions out. */
  private enum Protocol {
    EAGER,
    COOPERATIVE,
    CONSUMER;

    Map<String, Object> properties() {
      return switch (this) {
        case EAGER -> classic(RangeAssignor.class);
        case COOPERATIVE -> classic(CooperativeStickyAssignor.class);
        case CONSUMER -> Map.of("group.protocol", "consumer");
      };
    }

    private static Map<String, Object> classic(Class<?> assignor) {
      return Map.of(
          "partition.assignment.strategy", assignor.getName(), "heartbeat.interval.ms", 200);
    }
  }

  private static final int PARTITIONS = 12;
  private static final int CHANGES = 20;

  private final ActorSystem system = ActorSystem.create("rebalance");
  private final Ledger ledger = Ledger.create();
  private final Oracle processed = Oracle.of(ledger);

  @AfterEach
  void terminate() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void rebalance_membersJoinAndLeave_processesEachRecordOnce(Protocol protocol, KafkaServer kafka)
      throws Exception {
    String name = "rebalance-" + protocol.name().toLowerCase(Locale.ROOT);
    Topic topic = Topic.create(kafka.bootstrapServers(), name, PARTITIONS);
    ConsumerSettings<String, String> consumer =
        IndexingPipeline.consumer(system, kafka.bootstrapServers(), topic.name())
            .withProperties(protocol.properties());
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(topic, enough));
    ArrayDeque<Control.Draining<Done>> members = new ArrayDeque<>();
    try {
      members.add(join(consumer, topic));
      for (int change = 0; change < CHANGES; change++) {
        awaitProgress(topic, members);
        if (members.size() < 2 || (members.size() < 4 && change % 3 != 2)) {
          members.add(join(consumer, topic));
        } else {
          leave(members.remove());
        }
      }
      awaitProgress(topic, members);
    } finally {
      enough.set(true);
    }
    writing.get(1, TimeUnit.MINUTES);
    await()
        .atMost(1, TimeUnit.MINUTES)
        .until(() -> topic.committed(topic.name()).equals(topic.ends()));
    for (Control.Draining<Done> member : members) {
      leave(member);
    }

    long written = topic.ends().values().stream().mapToLong(Long::longValue).sum();
    assertThat(processed.report().assertExactlyOnce().acknowledged()).isEqualTo(written);
  }

  private Control.Draining<Done> join(ConsumerSettings<String, String> consumer, Topic topic) {
    return KafkaSource.committable(consumer, Subscription.topics(topic.name()))
        .mapAsync(64, this::process)
        .toMat(
            Committer.sink(
                CommitterSettings.create(system).withMaxInterval(Duration.ofMillis(200))),
            Control::draining)
        .run(system);
  }

  private static void leave(Control.Draining<Done> member) throws Exception {
    member.drainAndShutdown().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** Takes up to 20 ms, so that there is always something in flight. */
  private CompletionStage<Done> process(ConsumerRecord<String, String> record) {
    return Patterns.after(
        Duration.ofMillis(ThreadLocalRandom.current().nextInt(20)),
        system,
        () -> {
          processed.seen(record.key(), "partition " + record.partition(), record.value());
          return CompletableFuture.completedFuture(Done.getInstance());
        });
  }

  /** About 2,000 records a second. */
  private void write(Topic topic, AtomicBoolean enough) {
    try (Topic.Writer writer = topic.writer()) {
      for (long i = 0; !enough.get(); i++) {
        writer.send(i, 50, ledger);
        if (i % 20 == 19) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
      }
    }
  }

  /** Every partition has moved on since now. */
  private static void awaitProgress(Topic topic, Collection<Control.Draining<Done>> members)
      throws Exception {
    Map<Integer, Long> before = topic.committed(topic.name());
    await()
        .atMost(1, TimeUnit.MINUTES)
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(
            () -> {
              Map<Integer, Long> now = topic.committed(topic.name());
              assertThat(before.keySet())
                  .as(
                      () ->
                          "partitions that moved on from %s; %s".formatted(before, states(members)))
                  .allMatch(
                      partition ->
                          now.getOrDefault(partition, 0L) > before.getOrDefault(partition, 0L));
            });
  }

  private static List<String> states(Collection<Control.Draining<Done>> members) {
    return members.stream()
        .map(member -> member.health() + " " + member.streamCompletion())
        .toList();
  }
}
