package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.OwnServer;
import dev.connectors.testkit.ServerStartException;
import dev.connectors.testkit.WithServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** The server itself, with nothing but Kafka's own client. */
@WithServers
class KafkaServerIT {

  @Test
  void start_freshServer_producesAndConsumes(KafkaServer kafka) throws Exception {
    produce(kafka, "smoke", 3);

    assertThat(consume(kafka, "smoke", 3)).containsExactly("0", "1", "2");
  }

  @Test
  void subscribe_newConsumerProtocol_joinsTheGroup(KafkaServer kafka) throws Exception {
    produce(kafka, "grouped", 2);
    Map<String, Object> group =
        Map.of("group.id", "it", "group.protocol", "consumer", "auto.offset.reset", "earliest");

    try (KafkaConsumer<String, String> consumer = consumer(kafka, group)) {
      consumer.subscribe(List.of("grouped"));
      assertThat(poll(consumer, 2)).containsExactly("0", "1");
    }
  }

  @Test
  void restart_afterKill_keepsPortAndData(@OwnServer KafkaServer kafka) throws Exception {
    String address = kafka.bootstrapServers();
    long pid = kafka.pid();
    produce(kafka, "kept", 100);

    kafka.kill();
    assertThat(kafka.isRunning()).isFalse();
    assertThat(ProcessHandle.of(pid)).isEmpty();
    kafka.restart();

    assertThat(kafka.bootstrapServers()).isEqualTo(address);
    assertThat(kafka.pid()).isNotEqualTo(pid);
    assertThat(consume(kafka, "kept", 100)).hasSize(100).startsWith("0").endsWith("99");
  }

  @Test
  void restart_whileRunning_keepsData(@OwnServer KafkaServer kafka) throws Exception {
    produce(kafka, "stopped", 5);

    kafka.restart();

    assertThat(consume(kafka, "stopped", 5)).hasSize(5);
  }

  @Test
  void pause_runningServer_answersOnlyAfterResume(@OwnServer KafkaServer kafka) throws Exception {
    produce(kafka, "paused", 1);

    kafka.pause();
    assertThat(kafka.isPaused()).isTrue();
    assertThatThrownBy(() -> produce(kafka, "paused", 1, Duration.ofSeconds(3)))
        .isInstanceOfAny(TimeoutException.class, ExecutionException.class);

    kafka.resume();
    produce(kafka, "paused", 1);
    assertThat(kafka.isPaused()).isFalse();
  }

  @Test
  void start_invalidSetting_quotesTheLog() {
    try (KafkaServer kafka = KafkaServer.create().withSetting("num.network.threads", "none")) {
      assertThatThrownBy(kafka::start)
          .isInstanceOf(ServerStartException.class)
          .hasMessageContaining("num.network.threads")
          .hasMessageContaining(kafka.logFile().toString());
      assertThat(kafka.isRunning()).isFalse();
    }
  }

  @Test
  void close_runningServer_endsProcessAndDeletesData() {
    KafkaServer kafka = KafkaServer.create();
    long pid;
    try (kafka) {
      pid = kafka.start().pid();
    }

    assertThat(ProcessHandle.of(pid)).isEmpty();
    assertThat(kafka.logFile()).exists().content().contains("shut down completed");
    assertThatThrownBy(kafka::start).isInstanceOf(IllegalStateException.class);
  }

  private static void produce(KafkaServer kafka, String topic, int count)
      throws ExecutionException, InterruptedException {
    produce(kafka, topic, count, Duration.ofSeconds(30)); // the first makes the topic
  }

  private static void produce(KafkaServer kafka, String topic, int count, Duration limit)
      throws ExecutionException, InterruptedException {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "delivery.timeout.ms",
            10_000,
            "request.timeout.ms",
            2_000,
            "max.block.ms",
            limit.toMillis());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < count; i++) {
        producer.send(new ProducerRecord<>(topic, Integer.toString(i))).get();
      }
    }
  }

  private static List<String> consume(KafkaServer kafka, String topic, int count) {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<String, String> consumer = consumer(kafka, Map.of())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return poll(consumer, count);
    }
  }

  private static KafkaConsumer<String, String> consumer(
      KafkaServer kafka, Map<String, Object> more) {
    Map<String, Object> settings = new java.util.HashMap<>(more);
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
  }

  private static List<String> poll(KafkaConsumer<String, String> consumer, int count) {
    List<String> values = new ArrayList<>();
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (values.size() < count && System.nanoTime() < deadline) {
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
        values.add(record.value());
      }
    }
    return values;
  }
}
