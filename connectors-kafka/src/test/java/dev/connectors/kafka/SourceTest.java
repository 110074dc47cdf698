package dev.connectors.kafka;

import static dev.connectors.kafka.FakeCluster.P0;
import static dev.connectors.kafka.FakeCluster.P1;
import static dev.connectors.kafka.FakeCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A cluster of two partitions; after each test every consumer is closed and its thread gone. */
abstract class SourceTest extends StreamTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @SuppressWarnings("NullAway.Init") // JUnit initializes it
  FakeCluster cluster;

  /** The group, and so the thread, of this test alone. */
  @SuppressWarnings("NullAway.Init") // JUnit initializes it
  String group;

  @SuppressWarnings("NullAway.Init") // JUnit initializes it
  ConsumerSettings<String, String> settings;

  /** A running source and the probe behind it. */
  record Running<T>(Control control, TestSubscriber.Probe<T> probe) {}

  @BeforeEach
  void createCluster() {
    cluster = new FakeCluster(P0, P1);
    group = "group-" + NUMBER.incrementAndGet();
    settings =
        ConsumerSettings.create(system, new StringDeserializer(), new StringDeserializer())
            .withGroupId(group)
            .withPollTimeout(Duration.ofMillis(5))
            .withCancelGrace(Duration.ofMillis(50))
            .withHandOverTimeout(LONG)
            .withDrainTimeout(LONG)
            .withConsumerFactory(cluster::newConsumer);
  }

  @AfterEach
  void assertConsumersAreGone() {
    for (FakeConsumer consumer : cluster.consumers) {
      await().until(() -> consumer.closings.get() == 1);
      assertThat(consumer.trespasses).isEmpty();
    }
    await().until(() -> threads().isEmpty());
  }

  private List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.equals("kafka-" + group))
        .toList();
  }

  Running<ConsumerRecord<String, String>> plain(ConsumerSettings<String, String> with) {
    Pair<Control, TestSubscriber.Probe<ConsumerRecord<String, String>>> run =
        KafkaSource.plain(with, Subscription.topics(TOPIC))
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    return new Running<>(run.first(), run.second());
  }

  Running<Pair<ConsumerRecord<String, String>, Committable>> committable(
      ConsumerSettings<String, String> with) {
    Pair<Control, TestSubscriber.Probe<Pair<ConsumerRecord<String, String>, Committable>>> run =
        KafkaSource.committable(with, Subscription.topics(TOPIC))
            .asSource()
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    return new Running<>(run.first(), run.second());
  }

  static <T> List<T> next(TestSubscriber.Probe<T> probe, int count) {
    probe.request(count);
    List<T> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      elements.add(probe.expectNext());
    }
    return elements;
  }

  static List<String> values(List<ConsumerRecord<String, String>> records) {
    return records.stream().map(ConsumerRecord::value).toList();
  }

  /** The values of {@code count} records of a partition. */
  static List<String> valuesOf(TopicPartition partition, int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(offset -> "%d-%08d".formatted(partition.partition(), offset))
        .toList();
  }

  /** The consumer has turned often enough to have done whatever it does of itself. */
  /** The source closes in time by itself; what is behind it may still have to end. */
  static void awaitBeforeTermination(ActorSystem system, CompletionStage<?> end) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseServiceRequestsDone(),
            "test-end",
            () -> end.handle((done, cause) -> Done.getInstance()));
  }

  static void awaitPolls(FakeConsumer consumer) {
    int before = consumer.polls.get();
    await().until(() -> consumer.polls.get() > before + 5);
  }

  static FakeConsumer awaitRead(FakeConsumer consumer, TopicPartition partition, long offset) {
    await().until(() -> consumer.read(partition) >= offset);
    return consumer;
  }
}
