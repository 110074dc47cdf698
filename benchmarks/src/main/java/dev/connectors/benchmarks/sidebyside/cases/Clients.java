package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.ProducerSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.pekko.actor.ActorSystem;

/** Kafka's clients with the same properties for all contenders: the client's own defaults. */
final class Clients {
  /** After how many records positions are committed, as is the default of both connectors. */
  static final int COMMIT_EVERY = 1000;

  /** How many records are sent and not acknowledged, as is the default of both connectors. */
  static final int IN_FLIGHT = 10_000;

  /** How long one poll waits, as is the default of both connectors. */
  static final Duration POLL = Duration.ofMillis(50);

  static final Duration CLOSE = Duration.ofSeconds(10);

  private Clients() {}

  /** A group of its own for each round: it reads from the start. */
  static String group() {
    return "group-" + UUID.randomUUID();
  }

  private static Map<String, Object> consumerProperties(Servers servers, String group) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", servers.kafka());
    properties.put("group.id", group);
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    return properties;
  }

  private static Map<String, Object> producerProperties(Servers servers) {
    return Map.of("bootstrap.servers", servers.kafka());
  }

  static KafkaConsumer<byte[], byte[]> rawConsumer(Servers servers, String group) {
    return new KafkaConsumer<>(
        consumerProperties(servers, group),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  static KafkaProducer<byte[], byte[]> rawProducer(Servers servers) {
    return new KafkaProducer<>(
        producerProperties(servers), new ByteArraySerializer(), new ByteArraySerializer());
  }

  static ConsumerSettings<byte[], byte[]> ourConsumer(Servers servers, String group) {
    ActorSystem system = servers.system();
    return ConsumerSettings.create(system, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .withProperties(consumerProperties(servers, group));
  }

  static ProducerSettings<byte[], byte[]> ourProducer(Servers servers) {
    return ProducerSettings.create(
            servers.system(), new ByteArraySerializer(), new ByteArraySerializer())
        .withProperties(producerProperties(servers));
  }

  /** With the stop time-out that its documentation recommends for streams that are drained. */
  static org.apache.pekko.kafka.ConsumerSettings<byte[], byte[]> rivalConsumer(
      Servers servers, String group) {
    org.apache.pekko.kafka.ConsumerSettings<byte[], byte[]> settings =
        org.apache.pekko.kafka.ConsumerSettings.create(
                servers.system(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
            .withStopTimeout(Duration.ZERO);
    for (Map.Entry<String, Object> property : consumerProperties(servers, group).entrySet()) {
      settings = settings.withProperty(property.getKey(), String.valueOf(property.getValue()));
    }
    return settings;
  }

  static org.apache.pekko.kafka.ProducerSettings<byte[], byte[]> rivalProducer(Servers servers) {
    org.apache.pekko.kafka.ProducerSettings<byte[], byte[]> settings =
        org.apache.pekko.kafka.ProducerSettings.create(
            servers.system(), new ByteArraySerializer(), new ByteArraySerializer());
    for (Map.Entry<String, Object> property : producerProperties(servers).entrySet()) {
      settings = settings.withProperty(property.getKey(), String.valueOf(property.getValue()));
    }
    return settings;
  }
}
