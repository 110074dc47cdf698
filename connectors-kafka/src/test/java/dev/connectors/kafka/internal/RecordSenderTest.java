package dev.connectors.kafka.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.connectors.kafka.ProducerSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class RecordSenderTest {
  private static final Duration WITHIN = Duration.ofSeconds(7);

  private final MockProducer<String, String> producer =
      new MockProducer<>(false, null, new StringSerializer(), new StringSerializer());
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<Throwable> noClient = new ArrayList<>();
  private final List<SentRecord<String, String, Integer>> records = new ArrayList<>();
  private final ProducerSettings<String, String> settings =
      ProducerSettings.create(
              ConfigFactory.load().getConfig("connectors.kafka.producer"),
              new StringSerializer(),
              new StringSerializer())
          .withProducerFactory(properties -> producer);

  private RecordSender<String, String> sender(ProducerSettings<String, String> with) {
    return new RecordSender<>(with, tasks::add, noClient::add);
  }

  private List<SentRecord<String, String, Integer>> batch(int from, int to) {
    var batch =
        IntStream.range(from, to)
            .mapToObj(
                i ->
                    new SentRecord<>(
                        new ProducerRecord<>("topic", "key", "value-" + i), i, 0, () -> {}))
            .toList();
    records.addAll(batch);
    return batch;
  }

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private List<String> sent() {
    return producer.history().stream().map(ProducerRecord::value).toList();
  }

  @Test
  void send_severalBatches_sendsInOrderInOneTask() {
    var sender = sender(settings);
    sender.open();
    sender.send(batch(0, 2));
    sender.send(batch(2, 3));
    assertThat(tasks).hasSize(1);
    runTasks();
    assertThat(sent()).containsExactly("value-0", "value-1", "value-2");
  }

  @Test
  void send_afterTheTaskHasEnded_isSentByAnother() {
    var sender = sender(settings);
    sender.open();
    runTasks();
    sender.send(batch(0, 1));
    runTasks();
    assertThat(sent()).containsExactly("value-0");
  }

  private void sendEach(RecordSender<String, String> sender, int count) {
    for (int i = 0; i < count; i++) {
      sender.send(batch(i, i + 1));
    }
  }

  private static List<String> values(int count) {
    return IntStream.range(0, count).mapToObj(i -> "value-" + i).toList();
  }

  @Test
  void send_manyBatches_othersHaveTheirTurnMeanwhile() {
    var sender = sender(settings);
    sender.open();
    sendEach(sender, 1000);

    tasks.remove().run();

    assertThat(sent()).hasSizeLessThan(1000);
    assertThat(tasks).hasSize(1);
    runTasks();
    assertThat(sent()).isEqualTo(values(1000));
  }

  @Test
  void send_oneIsRefused_failsThatOneAndSendsNoMore() {
    var sender = sender(settings);
    producer.sendException = new KafkaException("for a test");
    sender.open();
    sender.send(batch(0, 2));
    runTasks();
    producer.sendException = null;
    sender.send(batch(2, 3));
    runTasks();
    assertThat(records.get(0).failure()).hasMessage("for a test");
    assertThat(records.subList(1, 3)).noneMatch(SentRecord::isCompleted);
    assertThat(sent()).isEmpty();
  }

  @Test
  void send_serializerBreaksWithAnError_failsThatOneAndCloses() {
    AssertionError bug = new AssertionError("bug");
    MockProducer<String, String> broken =
        new MockProducer<>(
            false,
            null,
            new StringSerializer(),
            (topic, value) -> {
              throw bug;
            });
    var sender = sender(settings.withProducerFactory(properties -> broken));
    sender.open();
    sender.send(batch(0, 1));
    runTasks();
    assertThat(records.get(0).failure()).isSameAs(bug);

    sender.abandon();
    runTasks();
    assertThat(broken.closed()).isTrue();
  }

  @Test
  void close_withBatchesToSend_sendsThemFirst() {
    var sender = sender(settings);
    sender.open();
    sender.send(batch(0, 2));
    sender.close(WITHIN);
    runTasks();
    assertThat(sent()).hasSize(2);
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void close_beforeTheClientIsMadeAndNothingToSend_makesNone() {
    List<Integer> made = new ArrayList<>();
    var sender =
        sender(
            settings.withProducerFactory(
                properties -> {
                  made.add(1);
                  return producer;
                }));
    sender.open();
    sender.close(WITHIN);
    runTasks();
    assertThat(made).isEmpty();
  }

  @Test
  void abandon_withBatchesToSend_closesWithoutSendingThem() {
    var sender = sender(settings);
    sender.open();
    runTasks();
    sender.send(batch(0, 2));
    sender.abandon();
    runTasks();
    assertThat(sent()).isEmpty();
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void close_sharedClient_leavesItOpen() {
    var sender = sender(settings.withProducer(producer));
    sender.open();
    sender.send(batch(0, 1));
    sender.close(WITHIN);
    runTasks();
    assertThat(sent()).hasSize(1);
    assertThat(producer.closed()).isFalse();
  }

  @Test
  void open_clientCannotBeMade_tellsOnceAndSendsNothing() {
    KafkaException cause = new KafkaException("for a test");
    var sender =
        sender(
            settings.withProducerFactory(
                properties -> {
                  throw cause;
                }));
    sender.open();
    sender.send(batch(0, 1));
    runTasks();
    sender.abandon();
    runTasks();
    assertThat(noClient).containsExactly(cause);
    assertThat(records).noneMatch(SentRecord::isCompleted);
  }

  @Test
  void close_executorIsGone_closesAllTheSame() {
    var sender =
        new RecordSender<>(
            settings,
            task -> {
              if (!records.isEmpty()) {
                throw new RejectedExecutionException("for a test");
              }
              task.run();
            },
            noClient::add);
    sender.open();
    var last = batch(0, 1);
    sender.send(last);
    sender.close(WITHIN);
    assertThat(sent()).containsExactly("value-0");
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void close_executorIsGoneMeanwhile_sendsTheRestAndCloses() {
    var sender =
        new RecordSender<>(
            settings,
            task -> {
              if (!tasks.isEmpty()) {
                throw new RejectedExecutionException("for a test");
              }
              tasks.add(task);
            },
            noClient::add);
    sender.open();
    sendEach(sender, 1000);
    sender.close(WITHIN);

    tasks.element().run();

    assertThat(sent()).isEqualTo(values(1000));
    assertThat(producer.closed()).isTrue();
  }
}
