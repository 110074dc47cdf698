package dev.connectors.pubsub;

import com.google.cloud.pubsub.v1.Subscriber;
import com.google.cloud.pubsub.v1.stub.SubscriberStubSettings;
import com.google.pubsub.v1.ProjectSubscriptionName;
import com.typesafe.config.Config;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.Observer;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.pubsub.internal.ClientSettings;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How a source receives: the subscription, the client's own builder, and the bounds of window,
 * leases and waiting.
 *
 * <p>Immutable; one instance may serve many sources. Defaults are those of {@code
 * connectors.pubsub.source} in {@code reference.conf}.
 */
public final class SubscriberSettings {
  private static final String PATH = "connectors.pubsub.source";
  private static final int MOST_ELEMENTS = 1000;
  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(10);
  private static final Duration LONGEST_LEASE = Duration.ofMinutes(10);

  private final ProjectSubscriptionName subscription;
  private final Values values;

  /** Everything but the subscription; not changed once it is in settings. */
  private static final class Values {
    ClientSettings client;
    PullMode pull;
    int pullElements;
    Duration pullLease;
    Duration pullPause;
    Duration maxLease;
    Duration settleTimeout;
    UnansweredPolicy onUnanswered;
    Duration drainTimeout;
    Duration cancelGrace;
    InFlightSettings inFlight;
    Observer observer = Observer.NONE;
    UnaryOperator<Subscriber.Builder> subscriber = UnaryOperator.identity();
    UnaryOperator<SubscriberStubSettings.Builder> stub = UnaryOperator.identity();

    Values(SettingsReader reader) {
      client = ClientSettings.read(reader.in("client"));
      pull = reader.policy("pull", PullMode.class);
      pullElements = reader.integer("pull-elements");
      pullLease = reader.duration("pull-lease");
      pullPause = reader.duration("pull-pause");
      maxLease = reader.duration("max-lease");
      settleTimeout = reader.duration("settle-timeout");
      onUnanswered = reader.policy("on-unanswered", UnansweredPolicy.class);
      drainTimeout = reader.duration("drain-timeout");
      cancelGrace = reader.duration("cancel-grace");
      inFlight = InFlightSettings.create(reader.in("in-flight").config());
    }

    Values(Values from) {
      client = from.client;
      pull = from.pull;
      pullElements = from.pullElements;
      pullLease = from.pullLease;
      pullPause = from.pullPause;
      maxLease = from.maxLease;
      settleTimeout = from.settleTimeout;
      onUnanswered = from.onUnanswered;
      drainTimeout = from.drainTimeout;
      cancelGrace = from.cancelGrace;
      inFlight = from.inFlight;
      observer = from.observer;
      subscriber = from.subscriber;
      stub = from.stub;
    }

    Values checked() {
      Objects.requireNonNull(inFlight, "inFlight");
      Objects.requireNonNull(observer, "observer");
      Objects.requireNonNull(subscriber, "subscriber");
      Objects.requireNonNull(stub, "stub");
      Objects.requireNonNull(pull, "pull");
      Objects.requireNonNull(onUnanswered, "onUnanswered");
      if (pullElements < 1 || pullElements > MOST_ELEMENTS) {
        throw Checks.refused(PATH + ".pull-elements", pullElements, "from 1 to " + MOST_ELEMENTS);
      }
      if (pullLease.compareTo(SHORTEST_LEASE) < 0 || pullLease.compareTo(LONGEST_LEASE) > 0) {
        throw Checks.refused(PATH + ".pull-lease", pullLease, "from 10 s to 600 s");
      }
      Checks.positive(PATH + ".pull-pause", pullPause);
      Checks.positive(PATH + ".max-lease", maxLease);
      Checks.positive(PATH + ".settle-timeout", settleTimeout);
      Checks.notNegative(PATH + ".drain-timeout", drainTimeout);
      Checks.notNegative(PATH + ".cancel-grace", cancelGrace);
      return this;
    }
  }

  private SubscriberSettings(ProjectSubscriptionName subscription, Values values) {
    this.subscription = Objects.requireNonNull(subscription, "subscription");
    this.values = values.checked();
  }

  private SubscriberSettings with(Consumer<Values> change) {
    Values changed = new Values(values);
    change.accept(changed);
    return new SubscriberSettings(subscription, changed);
  }

  /** The settings at {@code connectors.pubsub.source} of the system's configuration. */
  public static SubscriberSettings create(
      ClassicActorSystemProvider system, ProjectSubscriptionName subscription) {
    return new SubscriberSettings(subscription, new Values(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.pubsub.source}. */
  public static SubscriberSettings create(Config config, ProjectSubscriptionName subscription) {
    return new SubscriberSettings(subscription, new Values(SettingsReader.of(config, PATH)));
  }

  /**
   * Where an emulator listens, {@code host:port}: without TLS and credentials. Default the
   * environment's {@code PUBSUB_EMULATOR_HOST}; empty for Google's service.
   */
  public SubscriberSettings withEmulatorHost(String value) {
    return with(changed -> changed.client = changed.client.withEmulatorHost(value));
  }

  /** How many threads the client has, at least 2. Default 2. */
  public SubscriberSettings withThreads(int value) {
    return with(changed -> changed.client = changed.client.withThreads(value));
  }

  /** For how long the client may take to close before it is left to itself. Default 10 s. */
  public SubscriberSettings withShutdownTimeout(Duration value) {
    return with(changed -> changed.client = changed.client.withShutdownTimeout(value));
  }

  /** How messages are pulled. Default {@link PullMode#STREAMING}. */
  public SubscriberSettings withPull(PullMode value) {
    return with(changed -> changed.pull = value);
  }

  /** With {@link PullMode#UNARY}: the most messages of one request, up to 1,000. Default 100. */
  public SubscriberSettings withPullElements(int value) {
    return with(changed -> changed.pullElements = value);
  }

  /**
   * With {@link PullMode#UNARY}: how long the lease of a message is, each time it is extended, from
   * 10 s to 600 s. Default 30 s.
   */
  public SubscriberSettings withPullLease(Duration value) {
    return with(changed -> changed.pullLease = value);
  }

  /**
   * With {@link PullMode#UNARY}: the pause after a request that failed or brought nothing. Default
   * 200 ms.
   */
  public SubscriberSettings withPullPause(Duration value) {
    return with(changed -> changed.pullPause = value);
  }

  /**
   * For how long the lease of a message is extended at most; then the server delivers it again.
   * Default 60 minutes.
   */
  public SubscriberSettings withMaxLease(Duration value) {
    return with(changed -> changed.maxLease = value);
  }

  /** For how long the server's answer to an acknowledgement is waited for. Default 10 s. */
  public SubscriberSettings withSettleTimeout(Duration value) {
    return with(changed -> changed.settleTimeout = value);
  }

  /**
   * What becomes of a commit whose acknowledgement is not answered in that time. Default {@link
   * UnansweredPolicy#CONTINUE}; with exactly-once delivery choose {@link UnansweredPolicy#FAIL}.
   */
  public SubscriberSettings withOnUnanswered(UnansweredPolicy value) {
    return with(changed -> changed.onUnanswered = value);
  }

  /** For how long a stopped source waits for what is in flight. Default 30 s. */
  public SubscriberSettings withDrainTimeout(Duration value) {
    return with(changed -> changed.drainTimeout = value);
  }

  /**
   * For how long a source whose stream was cancelled or has failed waits without seeing progress.
   * Default 1 s.
   */
  public SubscriberSettings withCancelGrace(Duration value) {
    return with(changed -> changed.cancelGrace = value);
  }

  /**
   * The bounds of what is received and not yet settled, whether it is emitted or not: the client's
   * flow control has the same.
   */
  public SubscriberSettings withInFlight(InFlightSettings value) {
    return with(changed -> changed.inFlight = value);
  }

  /** Told of what the source does. Default {@link Observer#NONE}. */
  public SubscriberSettings withObserver(Observer value) {
    return with(changed -> changed.observer = value);
  }

  /**
   * Changes what the client is built with: credentials, channel, executors, endpoint, parallel
   * pulls, OpenTelemetry. Receiver, flow control, leases and shutdown are set after it, from these
   * settings.
   */
  public SubscriberSettings withSubscriber(UnaryOperator<Subscriber.Builder> value) {
    return with(changed -> changed.subscriber = value);
  }

  /**
   * With {@link PullMode#UNARY}: changes what the client's stub is made with: credentials, channel,
   * endpoint, retries.
   */
  public SubscriberSettings withStub(UnaryOperator<SubscriberStubSettings.Builder> value) {
    return with(changed -> changed.stub = value);
  }

  public ProjectSubscriptionName subscription() {
    return subscription;
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

  public PullMode pull() {
    return values.pull;
  }

  public int pullElements() {
    return values.pullElements;
  }

  public Duration pullLease() {
    return values.pullLease;
  }

  public Duration pullPause() {
    return values.pullPause;
  }

  public Duration maxLease() {
    return values.maxLease;
  }

  public Duration settleTimeout() {
    return values.settleTimeout;
  }

  public UnansweredPolicy onUnanswered() {
    return values.onUnanswered;
  }

  public Duration drainTimeout() {
    return values.drainTimeout;
  }

  public Duration cancelGrace() {
    return values.cancelGrace;
  }

  public InFlightSettings inFlight() {
    return values.inFlight;
  }

  public Observer observer() {
    return values.observer;
  }

  public UnaryOperator<Subscriber.Builder> subscriber() {
    return values.subscriber;
  }

  public UnaryOperator<SubscriberStubSettings.Builder> stub() {
    return values.stub;
  }

  @Override
  public String toString() {
    return "SubscriberSettings(subscription=%s, pull=%s, inFlight=%s)"
        .formatted(subscription, values.pull, values.inFlight);
  }
}
