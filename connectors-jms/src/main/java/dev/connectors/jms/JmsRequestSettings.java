package dev.connectors.jms;

import com.typesafe.config.Config;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import java.time.Duration;
import java.util.Objects;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How requests are sent and replies awaited. Immutable. Defaults are those of {@code
 * connectors.jms.request} in {@code reference.conf}.
 */
public final class JmsRequestSettings {
  private static final String PATH = "connectors.jms.request";

  private final JmsProducerSettings producer;
  private final Duration timeout;
  private final JmsTimeoutPolicy onTimeout;
  private final JmsCorrelation correlation;

  private JmsRequestSettings(
      JmsProducerSettings producer,
      Duration timeout,
      JmsTimeoutPolicy onTimeout,
      JmsCorrelation correlation) {
    this.producer = Objects.requireNonNull(producer, "producer");
    this.timeout = Checks.positive(PATH + ".timeout", timeout);
    this.onTimeout = Objects.requireNonNull(onTimeout, "onTimeout");
    this.correlation = Objects.requireNonNull(correlation, "correlation");
  }

  /**
   * The settings at {@code connectors.jms.request} of the system's configuration.
   *
   * @param producer connection factory, credentials, destination, {@code max-in-flight} and {@code
   *     retry}. Its {@code confirmation} and {@code batch-size} have no meaning here: each request
   *     is sent by itself, as the client does it.
   */
  public static JmsRequestSettings create(
      ClassicActorSystemProvider system, JmsProducerSettings producer) {
    return read(SettingsReader.of(system, PATH), producer);
  }

  /** The settings in a block with the keys of {@code connectors.jms.request}. */
  public static JmsRequestSettings create(Config config, JmsProducerSettings producer) {
    return read(SettingsReader.of(config, PATH), producer);
  }

  private static JmsRequestSettings read(SettingsReader reader, JmsProducerSettings producer) {
    return new JmsRequestSettings(
        producer,
        reader.duration("timeout"),
        reader.policy("on-timeout", JmsTimeoutPolicy.class),
        reader.policy("correlation", JmsCorrelation.class));
  }

  /** For how long a reply is waited for, from the first time that it is sent. Default 30 s. */
  public JmsRequestSettings withTimeout(Duration value) {
    return new JmsRequestSettings(producer, value, onTimeout, correlation);
  }

  /** What becomes of a request without a reply. Default {@link JmsTimeoutPolicy#FAIL}. */
  public JmsRequestSettings withOnTimeout(JmsTimeoutPolicy value) {
    return new JmsRequestSettings(producer, timeout, value, correlation);
  }

  /** What replies repeat. Default {@link JmsCorrelation#CORRELATION_ID}. */
  public JmsRequestSettings withCorrelation(JmsCorrelation value) {
    return new JmsRequestSettings(producer, timeout, onTimeout, value);
  }

  public JmsProducerSettings producer() {
    return producer;
  }

  public Duration timeout() {
    return timeout;
  }

  public JmsTimeoutPolicy onTimeout() {
    return onTimeout;
  }

  public JmsCorrelation correlation() {
    return correlation;
  }

  @Override
  public String toString() {
    return "JmsRequestSettings(timeout=%s, onTimeout=%s, correlation=%s, producer=%s)"
        .formatted(timeout, onTimeout, correlation, producer);
  }
}
