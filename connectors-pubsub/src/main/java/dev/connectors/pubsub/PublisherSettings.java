package dev.connectors.pubsub;

import com.google.cloud.pubsub.v1.Publisher;
import com.google.pubsub.v1.TopicName;
import com.typesafe.config.Config;
import dev.connectors.core.Observer;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.pubsub.internal.ClientSettings;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How messages are published: the topic, the client's own builder, and the bounds of what is not
 * yet confirmed.
 *
 * <p>Immutable; one instance may serve many flows. Defaults are those of {@code
 * connectors.pubsub.publish} in {@code reference.conf}.
 */
public final class PublisherSettings {
  private static final String PATH = "connectors.pubsub.publish";

  private final TopicName topic;
  private final Values values;

  /** Everything but the topic; not changed once it is in settings. */
  private static final class Values {
    ClientSettings client;
    Observer observer = Observer.NONE;
    UnaryOperator<Publisher.Builder> publisher = UnaryOperator.identity();

    Values(SettingsReader reader) {
      client = ClientSettings.read(reader.in("client"));
    }

    Values(Values from) {
      client = from.client;
      observer = from.observer;
      publisher = from.publisher;
    }

    Values checked() {
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

  /** Told of what the flow does. Default {@link Observer#NONE}. */
  public PublisherSettings withObserver(Observer value) {
    return with(changed -> changed.observer = value);
  }

  /**
   * Changes what the client is built with: credentials, channel, executors, endpoint, batching,
   * compression, OpenTelemetry. Flow control is set after it.
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

  public Observer observer() {
    return values.observer;
  }

  public UnaryOperator<Publisher.Builder> publisher() {
    return values.publisher;
  }

  @Override
  public String toString() {
    return "PublisherSettings(topic=%s)".formatted(topic);
  }
}
