package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.it.support.IndexingPipeline;
import dev.connectors.it.support.Topic;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaFlow;
import dev.connectors.kafka.KafkaSink;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.ProducerSettings;
import dev.connectors.kafka.Subscription;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.WithServers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the sources and flows promise, on a real broker. */
@WithServers
class KafkaIT {
  private final ActorSystem system = ActorSystem.create("kafka");

  @AfterEach
  void terminate() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void plain_assignmentWithOffsets_startsAtTheOffset(KafkaServer kafka) throws Exception {
    Topic topic = Topic.create(kafka.bootstrapServers(), "from-offset", 2);
    topic.produce(20, 0);

    List<String> values =
        take(
            kafka,
            Subscription.assignmentWithOffsets(Map.of(new TopicPartition(topic.name(), 1), 7L)),
            3);

    assertThat(values).containsExactly("value-15", "value-17", "value-19");
  }

  @Test
  void plain_assignmentWithTimestamps_startsAtTheFirstRecordThatIsNotOlder(KafkaServer kafka)
      throws Exception {
    Topic topic = Topic.create(kafka.bootstrapServers(), "from-time", 1);
    Source.range(0, 9)
        .map(i -> new ProducerRecord<>(topic.name(), 0, 1_000L * i, "k", "at-" + i))
        .runWith(KafkaSink.plain(producer(kafka)), system)
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
    TopicPartition partition = new TopicPartition(topic.name(), 0);

    List<String> values =
        take(
            kafka,
            Subscription.assignmentWithTimestamps(Map.of(partition, Instant.ofEpochMilli(6_500))),
            3);

    assertThat(values).containsExactly("at-7", "at-8", "at-9");
  }

  @Test
  void plain_pattern_readsAllTopicsThatMatch(KafkaServer kafka) throws Exception {
    Topic.create(kafka.bootstrapServers(), "pattern-a", 1).produce(2, 0);
    Topic.create(kafka.bootstrapServers(), "pattern-b", 1).produce(2, 0);
    Topic.create(kafka.bootstrapServers(), "other-pattern-c", 1).produce(2, 0);

    List<String> values = take(kafka, Subscription.pattern("pattern-[a-z]"), 4);

    assertThat(values).containsExactlyInAnyOrder("value-0", "value-1", "value-0", "value-1");
  }

  @Test
  void committable_removedFromItsGroup_joinsAgainAndLosesNothing(KafkaServer kafka)
      throws Exception {
    Topic topic = Topic.create(kafka.bootstrapServers(), "removed", 3);
    topic.produce(60, 0);
    ConsumerSettings<String, String> consumer =
        IndexingPipeline.consumer(system, kafka.bootstrapServers(), topic.name())
            .withProperty("heartbeat.interval.ms", 200);
    CompletableFuture<Done> open = new CompletableFuture<>();
    Map<String, Integer> seen = new ConcurrentHashMap<>();
    Control.Draining<Done> running =
        KafkaSource.committable(consumer, Subscription.topics(topic.name()))
            .mapAsync(
                200,
                record -> {
                  seen.merge(record.value(), 1, Integer::sum);
                  return open;
                })
            .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
            .run(system);
    await().until(() -> seen.size() == 60);

    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .removeMembersFromConsumerGroup(topic.name(), new RemoveMembersFromConsumerGroupOptions())
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    await().until(() -> seen.values().stream().allMatch(times -> times == 2));
    open.complete(Done.getInstance());
    topic.produce(60, 0);

    await().until(() -> topic.committed(topic.name()).equals(topic.ends()));
    running.drainAndShutdown().toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(seen).hasSize(60).allSatisfy((value, times) -> assertThat(times).isEqualTo(3));
  }

  @Test
  void committable_restarted_goesOnAfterTheLastCommit(KafkaServer kafka) throws Exception {
    Topic topic = Topic.create(kafka.bootstrapServers(), "resumed", 1);
    topic.produce(10, 0);
    ConsumerSettings<String, String> consumer =
        IndexingPipeline.consumer(system, kafka.bootstrapServers(), "resumed");

    List<String> first = takeAndCommit(consumer, topic, 4);
    List<String> second = takeAndCommit(consumer, topic, 6);

    assertThat(first).containsExactly("value-0", "value-1", "value-2", "value-3");
    assertThat(second).startsWith("value-4").endsWith("value-9").hasSize(6);
    assertThat(topic.committed("resumed")).isEqualTo(Map.of(0, 10L));
  }

  @Test
  void committable_recordThatCannotBeDecoded_failsWithItsPositionAfterThoseBefore(KafkaServer kafka)
      throws Exception {
    Topic topic = Topic.create(kafka.bootstrapServers(), "poison", 1);
    Source.from(List.of("12345678", "abcdefgh", "not eight bytes", "87654321"))
        .map(value -> new ProducerRecord<>(topic.name(), "k", value))
        .runWith(KafkaSink.plain(producer(kafka)), system)
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
    ConsumerSettings<String, Long> consumer =
        ConsumerSettings.create(system, new StringDeserializer(), new LongDeserializer())
            .withBootstrapServers(kafka.bootstrapServers())
            .withGroupId("poison")
            .withProperty("auto.offset.reset", "earliest");

    Pair<Control, CompletionStage<Done>> running =
        KafkaSource.committable(consumer, Subscription.topics(topic.name()))
            .toMat(Committer.sink(CommitterSettings.create(system)), Keep.both())
            .run(system);

    assertThatThrownBy(() -> running.second().toCompletableFuture().get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            RecordDeserializationException.class,
            failure -> {
              assertThat(failure.topicPartition()).isEqualTo(new TopicPartition(topic.name(), 0));
              assertThat(failure.offset()).isEqualTo(2);
            });
    running.first().isShutdown().toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(topic.committed("poison")).isEqualTo(Map.of(0, 2L));
  }

  @Test
  void produceWithContext_manyRecords_emitsInInputOrder(KafkaServer kafka) throws Exception {
    Topic topic = Topic.create(kafka.bootstrapServers(), "produced", 6);

    List<Pair<RecordMetadata, Integer>> confirmed =
        Source.range(0, 19_999)
            .map(i -> Pair.create(new ProducerRecord<>(topic.name(), i % 6, "k", "v" + i), i))
            .via(KafkaFlow.<String, String, Integer>produceWithContext(producer(kafka)))
            .runWith(Sink.seq(), system)
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);

    assertThat(confirmed)
        .extracting(Pair::second)
        .containsExactlyElementsOf(IntStream.range(0, 20_000).boxed().toList());
    assertThat(confirmed).allMatch(pair -> pair.first().partition() == pair.second() % 6);
    assertThat(topic.ends().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(20_000);
  }

  @Test
  void produce_recordOverTheLimit_failsWithTheClientsException(KafkaServer kafka) throws Exception {
    Topic topic = Topic.create(kafka.bootstrapServers(), "too-large", 1);

    CompletionStage<Done> done =
        Source.from(List.of("small", "x".repeat(2_000_000)))
            .map(value -> new ProducerRecord<>(topic.name(), "k", value))
            .runWith(KafkaSink.plain(producer(kafka)), system);

    assertThatThrownBy(() -> done.toCompletableFuture().get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(RecordTooLargeException.class);
  }

  private List<String> take(KafkaServer kafka, Subscription subscription, int count)
      throws Exception {
    return KafkaSource.plain(
            IndexingPipeline.consumer(system, kafka.bootstrapServers(), "take-" + subscription),
            subscription)
        .map(ConsumerRecord::value)
        .take(count)
        .runWith(Sink.seq(), system)
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  private List<String> takeAndCommit(
      ConsumerSettings<String, String> consumer, Topic topic, int count) throws Exception {
    Pair<Control, CompletionStage<List<String>>> running =
        KafkaSource.committable(consumer, Subscription.topics(topic.name()))
            .map(ConsumerRecord::value)
            .asSource()
            .take(count)
            .via(Committer.flow(CommitterSettings.create(system)))
            .toMat(Sink.seq(), Keep.both())
            .run(system);
    List<String> values = running.second().toCompletableFuture().get(60, TimeUnit.SECONDS);
    running.first().isShutdown().toCompletableFuture().get(30, TimeUnit.SECONDS);
    return values;
  }

  private ProducerSettings<String, String> producer(KafkaServer kafka) {
    return ProducerSettings.create(system, new StringSerializer(), new StringSerializer())
        .withBootstrapServers(kafka.bootstrapServers());
  }
}
