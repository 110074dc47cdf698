package dev.connectors.kafka;

import com.typesafe.config.Config;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.Observer;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.kafka.internal.ClientProperties;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How a source consumes: the client's own properties, the deserializers, and the bounds of buffer,
 * window and waiting.
 *
 * <p>Immutable; one instance may serve many sources. Defaults are those of {@code
 * connectors.kafka.consumer} in {@code reference.conf}; its block {@code properties} holds client
 * properties by their own names.
 *
 * @see <a href="https://kafka.apache.org/documentation/#consumerconfigs">Kafka: consumer
 *     properties</a>
 */
public final class ConsumerSettings<K, V> {
  private static final String PATH = "connectors.kafka.consumer";

  private final Function<Map<String, Object>, Consumer<K, V>> factory;
  private final Values values;

  /** Everything but the client itself; not changed once it is in settings. */
  private static final class Values {
    Map<String, Object> properties = Map.of();
    InFlightSettings inFlight;
    Observer observer = Observer.NONE;
    int bufferElements;
    long bufferBytes;
    Duration pollTimeout;
    Duration commitTimeout;
    Duration handOverTimeout;
    Duration drainTimeout;
    Duration cancelGrace;
    Duration closeTimeout;

    Values(SettingsReader reader) {
      properties = ClientProperties.of(reader.in("properties").config());
      inFlight = InFlightSettings.create(reader.in("in-flight").config());
      bufferElements = reader.integer("buffer-elements");
      bufferBytes = reader.bytes("buffer-bytes");
      pollTimeout = reader.duration("poll-timeout");
      commitTimeout = reader.duration("commit-timeout");
      handOverTimeout = reader.duration("hand-over-timeout");
      drainTimeout = reader.duration("drain-timeout");
      cancelGrace = reader.duration("cancel-grace");
      closeTimeout = reader.duration("close-timeout");
    }

    Values(Values from) {
      properties = from.properties;
      inFlight = from.inFlight;
      observer = from.observer;
      bufferElements = from.bufferElements;
      bufferBytes = from.bufferBytes;
      pollTimeout = from.pollTimeout;
      commitTimeout = from.commitTimeout;
      handOverTimeout = from.handOverTimeout;
      drainTimeout = from.drainTimeout;
      cancelGrace = from.cancelGrace;
      closeTimeout = from.closeTimeout;
    }

    Values checked() {
      Checks.positive(PATH + ".buffer-elements", bufferElements);
      Checks.positive(PATH + ".buffer-bytes", bufferBytes);
      Checks.positive(PATH + ".poll-timeout", pollTimeout);
      Checks.positive(PATH + ".commit-timeout", commitTimeout);
      Checks.notNegative(PATH + ".hand-over-timeout", handOverTimeout);
      Checks.notNegative(PATH + ".drain-timeout", drainTimeout);
      Checks.notNegative(PATH + ".cancel-grace", cancelGrace);
      Checks.notNegative(PATH + ".close-timeout", closeTimeout);
      return this;
    }
  }

  private ConsumerSettings(Function<Map<String, Object>, Consumer<K, V>> factory, Values values) {
    this.factory = Objects.requireNonNull(factory, "consumer factory");
    this.values = values.checked();
  }

  private ConsumerSettings<K, V> with(java.util.function.Consumer<Values> change) {
    Values changed = new Values(values);
    change.accept(changed);
    return new ConsumerSettings<>(factory, changed);
  }

  /** The settings at {@code connectors.kafka.consumer} of the system's configuration. */
  public static <K, V> ConsumerSettings<K, V> create(
      ClassicActorSystemProvider system, Deserializer<K> key, Deserializer<V> value) {
    return read(SettingsReader.of(system, PATH), key, value);
  }

  /** The settings in a block with the keys of {@code connectors.kafka.consumer}. */
  public static <K, V> ConsumerSettings<K, V> create(
      Config config, Deserializer<K> key, Deserializer<V> value) {
    return read(SettingsReader.of(config, PATH), key, value);
  }

  private static <K, V> ConsumerSettings<K, V> read(
      SettingsReader reader, Deserializer<K> key, Deserializer<V> value) {
    Objects.requireNonNull(key, "key deserializer");
    Objects.requireNonNull(value, "value deserializer");
    return new ConsumerSettings<>(
        properties -> new KafkaConsumer<>(properties, key, value), new Values(reader));
  }

  /** {@code bootstrap.servers}: {@code host:port}, several separated by commas. */
  public ConsumerSettings<K, V> withBootstrapServers(String value) {
    return withProperty(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, Checks.notEmpty("bootstrap.servers", value));
  }

  /** {@code group.id}. */
  public ConsumerSettings<K, V> withGroupId(String value) {
    return withProperty(ConsumerConfig.GROUP_ID_CONFIG, Checks.notEmpty("group.id", value));
  }

  /** Any property of the client by its own name, see {@link ConsumerConfig}. */
  public ConsumerSettings<K, V> withProperty(String name, Object value) {
    return withProperties(Map.of(name, value));
  }

  /** Any properties of the client by their own names, in addition to those that are set. */
  public ConsumerSettings<K, V> withProperties(Map<String, ?> values) {
    Map<String, Object> joined = ClientProperties.joined(properties(), values);
    return with(changed -> changed.properties = joined);
  }

  /**
   * Makes the client, from the properties; for a client of one's own or a mock. Called for each
   * materialization on the source's own thread; what it throws fails the stream as it is. The
   * source closes the client.
   */
  public ConsumerSettings<K, V> withConsumerFactory(
      Function<Map<String, Object>, Consumer<K, V>> value) {
    return new ConsumerSettings<>(value, values);
  }

  /** The bounds of what is emitted and not yet settled, for committable sources. */
  public ConsumerSettings<K, V> withInFlight(InFlightSettings value) {
    return with(changed -> changed.inFlight = value);
  }

  /**
   * How many records are read ahead: at this many the partitions are paused, at half they are
   * resumed. A single poll ({@code max.poll.records}) may exceed it. Default 5,000.
   */
  public ConsumerSettings<K, V> withBufferElements(int value) {
    return with(changed -> changed.bufferElements = value);
  }

  /**
   * How many bytes of keys and values are read ahead, like {@link #withBufferElements}. Default 16
   * MiB.
   */
  public ConsumerSettings<K, V> withBufferBytes(long value) {
    return with(changed -> changed.bufferBytes = value);
  }

  /**
   * The longest that one poll waits for records, and so a commit for its turn when there are none.
   * Default 50 ms.
   */
  public ConsumerSettings<K, V> withPollTimeout(Duration value) {
    return with(changed -> changed.pollTimeout = value);
  }

  /** For how long one commit is tried before the stream fails. Default 60 s. */
  public ConsumerSettings<K, V> withCommitTimeout(Duration value) {
    return with(changed -> changed.commitTimeout = value);
  }

  /**
   * For how long a rebalance is held up while what is in flight of a revoked partition is settled.
   * Shorter than {@code max.poll.interval.ms}. Default 10 s.
   */
  public ConsumerSettings<K, V> withHandOverTimeout(Duration value) {
    return with(changed -> changed.handOverTimeout = value);
  }

  /** For how long a stopped source waits for what is in flight. Default 30 s. */
  public ConsumerSettings<K, V> withDrainTimeout(Duration value) {
    return with(changed -> changed.drainTimeout = value);
  }

  /**
   * For how long a source whose stream has failed or was cancelled waits without seeing progress of
   * what is in flight. Default 1 s.
   */
  public ConsumerSettings<K, V> withCancelGrace(Duration value) {
    return with(changed -> changed.cancelGrace = value);
  }

  /** For how long the last commit may take, and then closing the client. Default 10 s. */
  public ConsumerSettings<K, V> withCloseTimeout(Duration value) {
    return with(changed -> changed.closeTimeout = value);
  }

  /** Told of what the source does. Default {@link Observer#NONE}. */
  public ConsumerSettings<K, V> withObserver(Observer value) {
    return with(changed -> changed.observer = value);
  }

  /** The client's properties. They may hold passwords. */
  public Map<String, Object> properties() {
    return values.properties;
  }

  public Function<Map<String, Object>, Consumer<K, V>> consumerFactory() {
    return factory;
  }

  public InFlightSettings inFlight() {
    return values.inFlight;
  }

  public int bufferElements() {
    return values.bufferElements;
  }

  public long bufferBytes() {
    return values.bufferBytes;
  }

  public Duration pollTimeout() {
    return values.pollTimeout;
  }

  public Duration commitTimeout() {
    return values.commitTimeout;
  }

  public Duration handOverTimeout() {
    return values.handOverTimeout;
  }

  public Duration drainTimeout() {
    return values.drainTimeout;
  }

  public Duration cancelGrace() {
    return values.cancelGrace;
  }

  public Duration closeTimeout() {
    return values.closeTimeout;
  }

  public Observer observer() {
    return values.observer;
  }

  /** Names the properties, and shows the values only of those that can't be secret. */
  @Override
  public String toString() {
    return "ConsumerSettings("
        + ClientProperties.describe(values.properties)
        + ", bufferElements="
        + values.bufferElements
        + ", bufferBytes="
        + values.bufferBytes
        + ", "
        + values.inFlight
        + ")";
  }
}
