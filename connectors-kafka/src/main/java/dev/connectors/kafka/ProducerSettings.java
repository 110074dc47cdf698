package dev.connectors.kafka;

import com.typesafe.config.Config;
import dev.connectors.core.Observer;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.kafka.internal.ClientProperties;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How records are produced: the client's own properties, the serializers, and the bound of what is
 * in flight.
 *
 * <p>Immutable; one instance may serve many flows. Defaults are those of {@code
 * connectors.kafka.producer} in {@code reference.conf}; its block {@code properties} holds client
 * properties by their own names. The client's defaults are durable: {@code acks=all} and {@code
 * enable.idempotence=true}.
 *
 * @see <a href="https://kafka.apache.org/documentation/#producerconfigs">Kafka: producer
 *     properties</a>
 */
public final class ProducerSettings<K, V> {
  private static final String PATH = "connectors.kafka.producer";

  private final Map<String, Object> properties;
  private final Function<Map<String, Object>, Producer<K, V>> factory;
  private final boolean shared;
  private final int maxInFlight;
  private final Duration closeTimeout;
  private final Observer observer;

  private ProducerSettings(
      Map<String, Object> properties,
      Function<Map<String, Object>, Producer<K, V>> factory,
      boolean shared,
      int maxInFlight,
      Duration closeTimeout,
      Observer observer) {
    this.properties = Map.copyOf(properties);
    this.factory = Objects.requireNonNull(factory, "producer factory");
    this.shared = shared;
    this.maxInFlight = Checks.positive(PATH + ".max-in-flight", maxInFlight);
    this.closeTimeout = Checks.notNegative(PATH + ".close-timeout", closeTimeout);
    this.observer = Objects.requireNonNull(observer, "observer");
  }

  /** The settings at {@code connectors.kafka.producer} of the system's configuration. */
  public static <K, V> ProducerSettings<K, V> create(
      ClassicActorSystemProvider system, Serializer<K> key, Serializer<V> value) {
    return read(SettingsReader.of(system, PATH), key, value);
  }

  /** The settings in a block with the keys of {@code connectors.kafka.producer}. */
  public static <K, V> ProducerSettings<K, V> create(
      Config config, Serializer<K> key, Serializer<V> value) {
    return read(SettingsReader.of(config, PATH), key, value);
  }

  private static <K, V> ProducerSettings<K, V> read(
      SettingsReader reader, Serializer<K> key, Serializer<V> value) {
    Objects.requireNonNull(key, "key serializer");
    Objects.requireNonNull(value, "value serializer");
    return new ProducerSettings<>(
        ClientProperties.of(reader.in("properties").config()),
        properties -> new KafkaProducer<>(properties, key, value),
        false,
        reader.integer("max-in-flight"),
        reader.duration("close-timeout"),
        Observer.NONE);
  }

  /** {@code bootstrap.servers}: {@code host:port}, several separated by commas. */
  public ProducerSettings<K, V> withBootstrapServers(String value) {
    return withProperty(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, Checks.notEmpty("bootstrap.servers", value));
  }

  /** Any property of the client by its own name, see {@link ProducerConfig}. */
  public ProducerSettings<K, V> withProperty(String name, Object value) {
    return withProperties(Map.of(name, value));
  }

  /** Any properties of the client by their own names, in addition to those that are set. */
  public ProducerSettings<K, V> withProperties(Map<String, ?> values) {
    return new ProducerSettings<>(
        ClientProperties.joined(properties, values),
        factory,
        shared,
        maxInFlight,
        closeTimeout,
        observer);
  }

  /** A ready client, which may serve many flows. It stays the caller's to close. */
  public ProducerSettings<K, V> withProducer(Producer<K, V> value) {
    Objects.requireNonNull(value, "producer");
    return new ProducerSettings<>(
        properties, ignored -> value, true, maxInFlight, closeTimeout, observer);
  }

  /** Makes the client, from the properties, for each materialization, which closes it. */
  public ProducerSettings<K, V> withProducerFactory(
      Function<Map<String, Object>, Producer<K, V>> value) {
    return new ProducerSettings<>(properties, value, false, maxInFlight, closeTimeout, observer);
  }

  /**
   * How many records may be sent and not yet acknowledged. Their bytes are bounded by the client's
   * {@code buffer.memory}. Default 10,000.
   */
  public ProducerSettings<K, V> withMaxInFlight(int value) {
    return new ProducerSettings<>(properties, factory, shared, value, closeTimeout, observer);
  }

  /** For how long closing the client may take. Default 30 s. */
  public ProducerSettings<K, V> withCloseTimeout(Duration value) {
    return new ProducerSettings<>(properties, factory, shared, maxInFlight, value, observer);
  }

  /** Told of what the flow does. Default {@link Observer#NONE}. */
  public ProducerSettings<K, V> withObserver(Observer value) {
    return new ProducerSettings<>(properties, factory, shared, maxInFlight, closeTimeout, value);
  }

  /** The client's properties. They may hold passwords. */
  public Map<String, Object> properties() {
    return properties;
  }

  public Function<Map<String, Object>, Producer<K, V>> producerFactory() {
    return factory;
  }

  /** Whether the client was given ready and stays open. */
  public boolean isShared() {
    return shared;
  }

  public int maxInFlight() {
    return maxInFlight;
  }

  public Duration closeTimeout() {
    return closeTimeout;
  }

  public Observer observer() {
    return observer;
  }

  /** Names the properties, and shows the values only of those that can't be secret. */
  @Override
  public String toString() {
    return "ProducerSettings("
        + ClientProperties.describe(properties)
        + ", maxInFlight="
        + maxInFlight
        + ")";
  }
}
