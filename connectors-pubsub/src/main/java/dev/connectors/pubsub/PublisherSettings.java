package dev.connectors.pubsub;

import com.google.api.gax.rpc.TransportChannelProvider;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.pubsub.v1.TopicName;
import com.typesafe.config.Config;
import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.pubsub.internal.ClientSettings;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.jspecify.annotations.Nullable;

/**
 * How messages are published: the topic, the client's own builder, and the bounds of what is not
 * yet confirmed.
 *
 * <p>Immutable; one instance may serve many flows. Defaults are those of {@code
 * connectors.pubsub.publish} in {@code reference.conf}.
 */
public final class PublisherSettings {
  private static final String PATH = "connectors.pubsub.publish";

  private static final long MAX_BATCH_ELEMENTS = Publisher.getApiMaxRequestElementCount();
  private static final long MAX_BATCH_BYTES = Publisher.getApiMaxRequestBytes();

  private final TopicName topic;
  private final Values values;

  /** Everything but the topic; not changed once it is in settings. */
  private static final class Values {
    ClientSettings client;
    int maxInFlight;
    long maxInFlightBytes;
    int batchElements;
    long batchBytes;
    Duration batchDelay;
    RetrySettings retry;
    @Nullable TransportChannelProvider channelProvider;
    @Nullable Publisher ready;
    Observer observer = Observer.NONE;
    UnaryOperator<Publisher.Builder> publisher = UnaryOperator.identity();

    Values(SettingsReader reader) {
      client = ClientSettings.read(reader.in("client"));
      maxInFlight = reader.integer("max-in-flight");
      maxInFlightBytes = reader.bytes("max-in-flight-bytes");
      batchElements = reader.integer("batch-elements");
      batchBytes = reader.bytes("batch-bytes");
      batchDelay = reader.duration("batch-delay");
      retry = RetrySettings.create(reader.in("retry").config());
    }

    Values(Values from) {
      client = from.client;
      maxInFlight = from.maxInFlight;
      maxInFlightBytes = from.maxInFlightBytes;
      batchElements = from.batchElements;
      batchBytes = from.batchBytes;
      batchDelay = from.batchDelay;
      retry = from.retry;
      channelProvider = from.channelProvider;
      ready = from.ready;
      observer = from.observer;
      publisher = from.publisher;
    }

    Values checked() {
      Checks.positive(PATH + ".max-in-flight", maxInFlight);
      Checks.positive(PATH + ".max-in-flight-bytes", maxInFlightBytes);
      if (batchElements < 1 || batchElements > MAX_BATCH_ELEMENTS) {
        throw Checks.refused(
            PATH + ".batch-elements", batchElements, "from 1 to " + MAX_BATCH_ELEMENTS);
      }
      if (batchBytes < 1 || batchBytes > MAX_BATCH_BYTES) {
        throw Checks.refused(PATH + ".batch-bytes", batchBytes, "from 1 to " + MAX_BATCH_BYTES);
      }
      if (batchDelay.toMillis() < 1) {
        throw Checks.refused(PATH + ".batch-delay", batchDelay, "at least 1 ms");
      }
      Objects.requireNonNull(retry, "retry");
      Objects.requireNonNull(observer, "observer");
      Objects.requireNonNull(publisher, "publisher");
      return this;
    }
  }

  private PublisherSettings(TopicName topic, Values values) {
    this.topic = Objects.requireNonNull(topic, "topic");
    this.values = values.checked();
  }

  private PublisherSettings with(Consumer<Values> change) {
    Values changed = new Values(values);
    change.accept(changed);
    return new PublisherSettings(topic, changed);
  }

  /** The settings at {@code connectors.pubsub.publish} of the system's configuration. */
  public static PublisherSettings create(ClassicActorSystemProvider system, TopicName topic) {
    return new PublisherSettings(topic, new Values(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.pubsub.publish}. */
  public static PublisherSettings create(Config config, TopicName topic) {
    return new PublisherSettings(topic, new Values(SettingsReader.of(config, PATH)));
  }

  /**
   * Where an emulator listens, {@code host:port}: without TLS and credentials. Default the
   * environment's {@code PUBSUB_EMULATOR_HOST}; empty for Google's service.
   */
  public PublisherSettings withEmulatorHost(String value) {
    return with(changed -> changed.client = changed.client.withEmulatorHost(value));
  }

  /** How many threads the client has, at least 2. Default 2. */
  public PublisherSettings withThreads(int value) {
    return with(changed -> changed.client = changed.client.withThreads(value));
  }

  /** For how long the client may take to close before it is left to itself. Default 10 s. */
  public PublisherSettings withShutdownTimeout(Duration value) {
    return with(changed -> changed.client = changed.client.withShutdownTimeout(value));
  }

  /**
   * How many messages may be published and not yet confirmed. Default 5,000; keep it well above
   * {@code batch-elements}.
   */
  public PublisherSettings withMaxInFlight(int value) {
    return with(changed -> changed.maxInFlight = value);
  }

  /**
   * How many bytes of messages may be published and not yet confirmed; the message that reaches the
   * bound may exceed it. Default 32 MiB.
   */
  public PublisherSettings withMaxInFlightBytes(long value) {
    return with(changed -> changed.maxInFlightBytes = value);
  }

  /** How many messages a request has at most: from 1 to 1,000. Default 100. */
  public PublisherSettings withBatchElements(int value) {
    return with(changed -> changed.batchElements = value);
  }

  /**
   * How many bytes of messages a request has at most, a larger message alone in its: from 1 to
   * 10,000,000. Default 256 KiB, where the client's own is 1,000 bytes.
   */
  public PublisherSettings withBatchBytes(long value) {
    return with(changed -> changed.batchBytes = value);
  }

  /** For how long messages are gathered until one of the bounds is reached. Default 1 ms. */
  public PublisherSettings withBatchDelay(Duration value) {
    return with(changed -> changed.batchDelay = value);
  }

  /**
   * How often, how far apart and after which failures messages are published again that the client
   * has given up: those that no retry of its own helps, such as {@code NOT_FOUND}, and those that
   * have not come through in the total time of its {@code RetrySettings}. Those of an ordering key
   * are published again in their order. Default: never.
   */
  public PublisherSettings withRetry(RetrySettings value) {
    return with(changed -> changed.retry = value);
  }

  /**
   * Channels of your own, in place of those that flows and sources share. Each materialization gets
   * one, and closes it if the provider wants that.
   */
  public PublisherSettings withChannelProvider(TransportChannelProvider value) {
    Objects.requireNonNull(value, "channel provider");
    return with(changed -> changed.channelProvider = value);
  }

  /**
   * A ready client of the same topic, which may serve many flows. It stays the caller's to shut
   * down. Of these settings it knows none but the bounds of what is in flight, {@code retry} and
   * the observer.
   */
  public PublisherSettings withClient(Publisher value) {
    if (!value.getTopicNameString().equals(topic.toString())) {
      throw Checks.refused("the publisher's topic", value.getTopicNameString(), topic.toString());
    }
    return with(changed -> changed.ready = value);
  }

  /** Told of what the flow does. Default {@link Observer#NONE}. */
  public PublisherSettings withObserver(Observer value) {
    return with(changed -> changed.observer = value);
  }

  /**
   * Changes what the client is built with: ordering, credentials, endpoint, retries, compression,
   * OpenTelemetry, executors. The client's flow control must stay {@code Ignore}: the flow bounds
   * what is in flight itself, and back-pressures. Channels are better given by {@link
   * #withChannelProvider}, and executors by a {@code FixedExecutorProvider}: what the client alone
   * could close stays open when a message has failed, because its shutdown then may wait for ever.
   */
  public PublisherSettings withPublisher(UnaryOperator<Publisher.Builder> value) {
    return with(changed -> changed.publisher = value);
  }

  public TopicName topic() {
    return topic;
  }

  /** Empty for Google's service. */
  public String emulatorHost() {
    return values.client.emulatorHost();
  }

  public int threads() {
    return values.client.threads();
  }

  public Duration shutdownTimeout() {
    return values.client.shutdownTimeout();
  }

  public int maxInFlight() {
    return values.maxInFlight;
  }

  public long maxInFlightBytes() {
    return values.maxInFlightBytes;
  }

  public int batchElements() {
    return values.batchElements;
  }

  public long batchBytes() {
    return values.batchBytes;
  }

  public Duration batchDelay() {
    return values.batchDelay;
  }

  public RetrySettings retry() {
    return values.retry;
  }

  /** Null for the shared ones. */
  public @Nullable TransportChannelProvider channelProvider() {
    return values.channelProvider;
  }

  /** Null for one that is built for each materialization. */
  public @Nullable Publisher client() {
    return values.ready;
  }

  public Observer observer() {
    return values.observer;
  }

  public UnaryOperator<Publisher.Builder> publisher() {
    return values.publisher;
  }

  @Override
  public String toString() {
    return "PublisherSettings(topic=%s, maxInFlight=%d, maxInFlightBytes=%d, retry=%s)"
        .formatted(topic, values.maxInFlight, values.maxInFlightBytes, values.retry);
  }
}
