package dev.connectors.jms;

import com.typesafe.config.Config;
import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import dev.connectors.core.Secret;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import jakarta.jms.ConnectionFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.jspecify.annotations.Nullable;

/**
 * How messages are sent: the provider's connection factory, where to, and how sending is confirmed.
 *
 * <p>Immutable; one instance may serve many flows. Defaults are those of {@code
 * connectors.jms.producer} in {@code reference.conf}.
 */
public final class JmsProducerSettings {
  private static final String PATH = "connectors.jms.producer";

  private final ConnectionFactory factory;
  private final Values values;

  /** Everything but the factory; not changed once it is in settings. */
  private static final class Values {
    @Nullable String user;
    @Nullable Secret password;
    @Nullable JmsDestination destination;
    JmsConfirmation confirmation;
    int batchSize;
    int maxInFlight;
    Duration closeTimeout;
    RetrySettings retry;
    Observer observer = Observer.NONE;
    Consumer<JmsConnections.Change> connectionListener = change -> {};

    Values(SettingsReader reader) {
      confirmation = reader.policy("confirmation", JmsConfirmation.class);
      batchSize = reader.integer("batch-size");
      maxInFlight = reader.integer("max-in-flight");
      closeTimeout = reader.duration("close-timeout");
      retry = RetrySettings.create(reader.in("retry").config());
    }

    Values(Values from) {
      user = from.user;
      password = from.password;
      destination = from.destination;
      confirmation = from.confirmation;
      batchSize = from.batchSize;
      maxInFlight = from.maxInFlight;
      closeTimeout = from.closeTimeout;
      retry = from.retry;
      observer = from.observer;
      connectionListener = from.connectionListener;
    }

    Values checked() {
      Objects.requireNonNull(confirmation, "confirmation");
      Objects.requireNonNull(retry, "retry");
      Objects.requireNonNull(observer, "observer");
      Objects.requireNonNull(connectionListener, "connectionListener");
      Checks.positive(PATH + ".batch-size", batchSize);
      Checks.positive(PATH + ".max-in-flight", maxInFlight);
      Checks.notNegative(PATH + ".close-timeout", closeTimeout);
      return this;
    }
  }

  private JmsProducerSettings(ConnectionFactory factory, Values values) {
    this.factory = Objects.requireNonNull(factory, "connection factory");
    this.values = values.checked();
  }

  private JmsProducerSettings with(Consumer<Values> change) {
    Values changed = new Values(values);
    change.accept(changed);
    return new JmsProducerSettings(factory, changed);
  }

  /**
   * The settings at {@code connectors.jms.producer} of the system's configuration.
   *
   * @param factory the provider's, or a pool before it; stays the caller's to close where it can be
   *     closed. Each flow makes a connection with it and closes it.
   */
  public static JmsProducerSettings create(
      ClassicActorSystemProvider system, ConnectionFactory factory) {
    return new JmsProducerSettings(factory, new Values(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.jms.producer}. */
  public static JmsProducerSettings create(Config config, ConnectionFactory factory) {
    return new JmsProducerSettings(factory, new Values(SettingsReader.of(config, PATH)));
  }

  /** User and password for {@code createConnection}; without them, what the factory has. */
  public JmsProducerSettings withCredentials(String user, Secret password) {
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
    return with(
        changed -> {
          changed.user = user;
          changed.password = password;
        });
  }

  /** Where messages go that don't say so themselves. */
  public JmsProducerSettings withDestination(JmsDestination value) {
    Objects.requireNonNull(value, "destination");
    return with(changed -> changed.destination = value);
  }

  /** How sending is confirmed. Default {@link JmsConfirmation#TRANSACTED}. */
  public JmsProducerSettings withConfirmation(JmsConfirmation value) {
    return with(changed -> changed.confirmation = value);
  }

  /** The most messages of one transaction. Default 100. */
  public JmsProducerSettings withBatchSize(int value) {
    return with(changed -> changed.batchSize = value);
  }

  /** How many messages may be taken and not yet confirmed. Default 1,000. */
  public JmsProducerSettings withMaxInFlight(int value) {
    return with(changed -> changed.maxInFlight = value);
  }

  /** After what time closing the connection is interrupted. Default 10 s. */
  public JmsProducerSettings withCloseTimeout(Duration value) {
    return with(changed -> changed.closeTimeout = value);
  }

  /** How a connection that failed is made again, and what is unconfirmed sent again. */
  public JmsProducerSettings withRetry(RetrySettings value) {
    return with(changed -> changed.retry = value);
  }

  /** Told of what the flow does. Default {@link Observer#NONE}. */
  public JmsProducerSettings withObserver(Observer value) {
    return with(changed -> changed.observer = value);
  }

  /**
   * Told of the states of connections, by the thread that has each; must be quick and not throw.
   * {@link JmsConnections} makes a source of them.
   */
  public JmsProducerSettings withConnectionListener(Consumer<JmsConnections.Change> value) {
    return with(changed -> changed.connectionListener = value);
  }

  public ConnectionFactory connectionFactory() {
    return factory;
  }

  /** Null for what the factory has. */
  public @Nullable String user() {
    return values.user;
  }

  /** Null for what the factory has. */
  public @Nullable Secret password() {
    return values.password;
  }

  /** Null when each message has to say where it goes. */
  public @Nullable JmsDestination destination() {
    return values.destination;
  }

  public JmsConfirmation confirmation() {
    return values.confirmation;
  }

  public int batchSize() {
    return values.batchSize;
  }

  public int maxInFlight() {
    return values.maxInFlight;
  }

  public Duration closeTimeout() {
    return values.closeTimeout;
  }

  public RetrySettings retry() {
    return values.retry;
  }

  public Observer observer() {
    return values.observer;
  }

  public Consumer<JmsConnections.Change> connectionListener() {
    return values.connectionListener;
  }

  /** Without the factory, whose text may show a password. */
  @Override
  public String toString() {
    return "JmsProducerSettings(destination=%s, confirmation=%s, batchSize=%d, maxInFlight=%d)"
        .formatted(values.destination, values.confirmation, values.batchSize, values.maxInFlight);
  }
}
