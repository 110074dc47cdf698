package dev.connectors.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import dev.connectors.core.Control;
import dev.connectors.core.DeadLetter;
import dev.connectors.docs.examples.DeadLetterExamples;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.ProducerSettings;
import dev.connectors.kafka.Subscription;
import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.OwnServer;
import dev.connectors.testkit.WithServers;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.http.HttpHost;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The guide's example, on real servers; its index has a name that others have, too. */
@WithServers
class DeadLettersIT {
  private static final int RECORDS = 2_000;
  private static final int EVERY = 100;

  private final ActorSystem system = ActorSystem.create("dead-letters");

  @AfterEach
  void terminate() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void divert_onePercentRefused_isInTheDeadTopicAndCanBeReplayed(
      KafkaServer kafka, @OwnServer ElasticsearchServer elasticsearch) throws Exception {
    try (RestClient http =
        RestClient.builder(HttpHost.create(elasticsearch.uri().toString())).build()) {
      RestClientTransport transport = new RestClientTransport(http, new JacksonJsonpMapper());
      ElasticsearchClient client = new ElasticsearchClient(transport);
      client
          .indices()
          .create(
              c -> c.index("orders").mappings(m -> m.properties("item", p -> p.integer(i -> i))));
      produce(kafka);

      Control.Draining<Done> pipeline = run(kafka, "dead-in", transport, "dead-out");
      awaitCount(client, RECORDS - RECORDS / EVERY);
      List<ConsumerRecord<byte[], byte[]>> dead = read(kafka, "dead-out");
      pipeline.drainAndShutdown().toCompletableFuture().get(1, TimeUnit.MINUTES);

      assertThat(dead).hasSize(RECORDS / EVERY);
      for (ConsumerRecord<byte[], byte[]> record : dead) {
        DeadLetter<byte[]> letter = letter(record);
        int number = Integer.parseInt(new String(record.key(), UTF_8));
        assertThat(letter.position()).isEqualTo("dead-in-0@" + number);
        assertThat(letter.cause()).endsWith("BulkOperationException");
        assertThat(letter.message()).contains("status 400", "document_parsing_exception");
        assertThat(letter.attempts()).isOne();
        assertThat(new String(letter.payload(), UTF_8)).isEqualTo(json(number));
      }

      // What is wrong with them is still wrong: the letters come again, as such.
      pipeline = run(kafka, "dead-out", transport, "dead-again");
      List<ConsumerRecord<byte[], byte[]>> again = read(kafka, "dead-again");
      pipeline.drainAndShutdown().toCompletableFuture().get(1, TimeUnit.MINUTES);
      assertThat(again).extracting(r -> letter(r).attempts()).containsOnly(2);
      assertThat(again)
          .extracting(r -> letter(r).position())
          .isEqualTo(dead.stream().map(r -> letter(r).position()).toList());

      // Once the mapping takes them, they are indexed.
      client.indices().delete(d -> d.index("orders"));
      client
          .indices()
          .create(c -> c.index("orders").mappings(m -> m.properties("item", p -> p.text(t -> t))));
      pipeline = run(kafka, "dead-again", transport, "dead-never");
      awaitCount(client, RECORDS / EVERY);
      pipeline.drainAndShutdown().toCompletableFuture().get(1, TimeUnit.MINUTES);
    }
  }

  private Control.Draining<Done> run(
      KafkaServer kafka, String from, RestClientTransport transport, String dead) {
    return DeadLetterExamples.index(
        system,
        consumer(kafka, "indexer-of-" + from),
        from,
        new ElasticsearchAsyncClient(transport),
        ProducerSettings.create(system, new ByteArraySerializer(), new ByteArraySerializer())
            .withBootstrapServers(kafka.bootstrapServers()),
        dead);
  }

  private ConsumerSettings<byte[], byte[]> consumer(KafkaServer kafka, String group) {
    return ConsumerSettings.create(system, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .withBootstrapServers(kafka.bootstrapServers())
        .withGroupId(group)
        .withProperty("auto.offset.reset", "earliest");
  }

  private static void produce(KafkaServer kafka) {
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < RECORDS; i++) {
        var unused = producer.send(new ProducerRecord<>("dead-in", Integer.toString(i), json(i)));
      }
    } // closing waits for all of them
  }

  private static String json(int number) {
    return number % EVERY == 7 ? "{\"item\":\"no number\"}" : "{\"item\":" + number + "}";
  }

  private List<ConsumerRecord<byte[], byte[]>> read(KafkaServer kafka, String topic)
      throws Exception {
    return KafkaSource.plain(consumer(kafka, "reader-of-" + topic), Subscription.topics(topic))
        .take(RECORDS / EVERY)
        .runWith(Sink.seq(), system)
        .toCompletableFuture()
        .get(1, TimeUnit.MINUTES);
  }

  private static DeadLetter<byte[]> letter(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    record.headers().forEach(h -> headers.put(h.key(), new String(h.value(), UTF_8)));
    return DeadLetter.of(headers, record.value());
  }

  private static void awaitCount(ElasticsearchClient client, long count) {
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              client.indices().refresh(r -> r.index("orders"));
              return client.count(c -> c.index("orders")).count() == count;
            });
  }
}
