package dev.connectors.jms;

import com.typesafe.config.Config;
import dev.connectors.core.InFlightSettings;
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
 * How a source consumes: the provider's connection factory, how messages are acknowledged, and the
 * bounds of window and waiting.
 *
 * <p>Immutable; one instance may serve many sources. Defaults are those of {@code
 * connectors.jms.consumer} in {@code reference.conf}. Addresses, prefetch, TLS and redelivery are
 * the factory's.
 */
public final class JmsConsumerSettings {
  private static final String PATH = "connectors.jms.consumer";

  private final ConnectionFactory factory;
  private final Values values;

  /** Everything but the factory; not changed once it is in settings. */
  private static final class Values {
    @Nullable String user;
    @Nullable Secret password;
    @Nullable String clientId;
    @Nullable Integer individualMode;
    JmsAcknowledgement acknowledgement;
    int sessions;
    int batchSize;
    Duration batchInterval;
    int bufferElements;
    Duration pollTimeout;
    Duration commitTimeout;
    Duration drainTimeout;
    Duration cancelGrace;
    Duration closeTimeout;
    RetrySettings reconnect;
    InFlightSettings inFlight;
    Observer observer = Observer.NONE;
    Consumer<JmsConnections.Change> connectionListener = change -> {};

    Values(SettingsReader reader) {
      acknowledgement = reader.policy("acknowledgement", JmsAcknowledgement.class);
      sessions = reader.integer("sessions");
      batchSize = reader.integer("batch-size");
      batchInterval = reader.duration("batch-interval");
      bufferElements = reader.integer("buffer-elements");
      pollTimeout = reader.duration("poll-timeout");
      commitTimeout = reader.duration("commit-timeout");
      drainTimeout = reader.duration("drain-timeout");
      cancelGrace = reader.duration("cancel-grace");
      closeTimeout = reader.duration("close-timeout");
      reconnect = RetrySettings.create(reader.in("reconnect").config());
      inFlight = InFlightSettings.create(reader.in("in-flight").config());
    }

    Values(Values from) {
      user = from.user;
      password = from.password;
      clientId = from.clientId;
      individualMode = from.individualMode;
      acknowledgement = from.acknowledgement;
      sessions = from.sessions;
      batchSize = from.batchSize;
      batchInterval = from.batchInterval;
      bufferElements = from.bufferElements;
      pollTimeout = from.pollTimeout;
      commitTimeout = from.commitTimeout;
      drainTimeout = from.drainTimeout;
      cancelGrace = from.cancelGrace;
      closeTimeout = from.closeTimeout;
      reconnect = from.reconnect;
      inFlight = from.inFlight;
      observer = from.observer;
      connectionListener = from.connectionListener;
    }

    Values checked() {
      Objects.requireNonNull(acknowledgement, "acknowledgement");
      Objects.requireNonNull(reconnect, "reconnect");
      Objects.requireNonNull(inFlight, "inFlight");
      Objects.requireNonNull(observer, "observer");
      Objects.requireNonNull(connectionListener, "connectionListener");
      Checks.positive(PATH + ".sessions", sessions);
      Checks.positive(PATH + ".batch-size", batchSize);
      Checks.positive(PATH + ".batch-interval", batchInterval);
      Checks.positive(PATH + ".buffer-elements", bufferElements);
      if (pollTimeout.toMillis() < 1) {
        throw Checks.refused(PATH + ".poll-timeout", pollTimeout, "at least 1 ms");
      }
      Checks.positive(PATH + ".commit-timeout", commitTimeout);
      Checks.notNegative(PATH + ".drain-timeout", drainTimeout);
      Checks.notNegative(PATH + ".cancel-grace", cancelGrace);
      Checks.notNegative(PATH + ".close-timeout", closeTimeout);
      return this;
    }
  }

  private JmsConsumerSettings(ConnectionFactory factory, Values values) {
    this.factory = Objects.requireNonNull(factory, "connection factory");
    this.values = values.checked();
  }

  private JmsConsumerSettings with(Consumer<Values> change) {
    Values changed = new Values(values);
    change.accept(changed);
    return new JmsConsumerSettings(factory, changed);
  }

  /**
   * The settings at {@code connectors.jms.consumer} of the system's configuration.
   *
   * @param factory the provider's, or a pool before it; stays the caller's to close where it can be
   *     closed. The source makes its connections with it and closes these.
   */
  public static JmsConsumerSettings create(
      ClassicActorSystemProvider system, ConnectionFactory factory) {
    return new JmsConsumerSettings(factory, new Values(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.jms.consumer}. */
  public static JmsConsumerSettings create(Config config, ConnectionFactory factory) {
    return new JmsConsumerSettings(factory, new Values(SettingsReader.of(config, PATH)));
  }

  /** User and password for {@code createConnection}; without them, what the factory has. */
  public JmsConsumerSettings withCredentials(String user, Secret password) {
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
    return with(
        changed -> {
          changed.user = user;
          changed.password = password;
        });
  }

  /** The connection's client id, which durable subscriptions need. */
  public JmsConsumerSettings withClientId(String value) {
    Checks.notEmpty("client id", value);
    return with(changed -> changed.clientId = value);
  }

  /**
   * How a committable source tells the broker that messages are done. Default {@link
   * JmsAcknowledgement#TRANSACTED}.
   */
  public JmsConsumerSettings withAcknowledgement(JmsAcknowledgement value) {
    return with(changed -> changed.acknowledgement = value);
  }

  /**
   * The acknowledge mode with which another broker than ActiveMQ Classic (4) and Artemis (101), or
   * one of them behind a wrapper that hides it, makes {@code Message.acknowledge} acknowledge that
   * message alone.
   */
  public JmsConsumerSettings withIndividualMode(int value) {
    return with(changed -> changed.individualMode = value);
  }

  /**
   * How many sessions, each with a connection and a thread of its own, consume in parallel. Order
   * is kept within a session; a broker with message groups keeps a {@code JMSXGroupID} with one of
   * them. Default 1.
   */
  public JmsConsumerSettings withSessions(int value) {
    return with(changed -> changed.sessions = value);
  }

  /**
   * With {@code TRANSACTED} and {@code CLIENT}: how many messages a session receives before it
   * waits for all of them to be settled and acknowledges them as one. It receives more only when
   * the stream asks for more and nothing is being settled, because the stream has dropped the last.
   * Default 100.
   */
  public JmsConsumerSettings withBatchSize(int value) {
    return with(changed -> changed.batchSize = value);
  }

  /** After what time a batch that is not full is acknowledged, too. Default 500 ms. */
  public JmsConsumerSettings withBatchInterval(Duration value) {
    return with(changed -> changed.batchInterval = value);
  }

  /**
   * How many messages are received ahead of the stream, all sessions together, by a plain source
   * and with {@code INDIVIDUAL}; the client's own prefetch comes before it. Default 256.
   */
  public JmsConsumerSettings withBufferElements(int value) {
    return with(changed -> changed.bufferElements = value);
  }

  /** The longest that one receive waits while nothing is in flight. Default 100 ms. */
  public JmsConsumerSettings withPollTimeout(Duration value) {
    return with(changed -> changed.pollTimeout = value);
  }

  /**
   * For how long a commit may wait for the rest of its batch to be settled before it fails. Default
   * 60 s.
   */
  public JmsConsumerSettings withCommitTimeout(Duration value) {
    return with(changed -> changed.commitTimeout = value);
  }

  /** For how long a stopped source waits for what is in flight. Default 30 s. */
  public JmsConsumerSettings withDrainTimeout(Duration value) {
    return with(changed -> changed.drainTimeout = value);
  }

  /**
   * For how long a source whose stream was cancelled or has failed waits without seeing progress.
   * Default 1 s.
   */
  public JmsConsumerSettings withCancelGrace(Duration value) {
    return with(changed -> changed.cancelGrace = value);
  }

  /** After what time closing a connection is interrupted. Default 10 s. */
  public JmsConsumerSettings withCloseTimeout(Duration value) {
    return with(changed -> changed.closeTimeout = value);
  }

  /** How a lost connection is made again, and a first one that fails. */
  public JmsConsumerSettings withReconnect(RetrySettings value) {
    return with(changed -> changed.reconnect = value);
  }

  /**
   * The bounds of what is emitted and not yet settled, for committable sources. Each session has
   * its share of {@code max-bytes} for what it has received and not acknowledged.
   */
  public JmsConsumerSettings withInFlight(InFlightSettings value) {
    return with(changed -> changed.inFlight = value);
  }

  /** Told of what the source does. Default {@link Observer#NONE}. */
  public JmsConsumerSettings withObserver(Observer value) {
    return with(changed -> changed.observer = value);
  }

  /**
   * Told of the states of connections, by the thread that has each; must be quick and not throw.
   * {@link JmsConnections} makes a source of them.
   */
  public JmsConsumerSettings withConnectionListener(Consumer<JmsConnections.Change> value) {
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

  public @Nullable String clientId() {
    return values.clientId;
  }

  public JmsAcknowledgement acknowledgement() {
    return values.acknowledgement;
  }

  /** Null to detect it. */
  public @Nullable Integer individualMode() {
    return values.individualMode;
  }

  public int sessions() {
    return values.sessions;
  }

  public int batchSize() {
    return values.batchSize;
  }

  public Duration batchInterval() {
    return values.batchInterval;
  }

  public int bufferElements() {
    return values.bufferElements;
  }

  public Duration pollTimeout() {
    return values.pollTimeout;
  }

  public Duration commitTimeout() {
    return values.commitTimeout;
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

  public RetrySettings reconnect() {
    return values.reconnect;
  }

  public InFlightSettings inFlight() {
    return values.inFlight;
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
    return "JmsConsumerSettings(acknowledgement=%s, sessions=%d, batchSize=%d, batchInterval=%s)"
        .formatted(values.acknowledgement, values.sessions, values.batchSize, values.batchInterval);
  }
}
