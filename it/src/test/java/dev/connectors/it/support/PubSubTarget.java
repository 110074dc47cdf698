package dev.connectors.it.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.pubsub.v1.TopicName;
import dev.connectors.pubsub.PublisherSettings;
import dev.connectors.testkit.PubSubServer;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * The Pub/Sub that the tests run against: an emulator of the class's own, or Google's service in
 * the project that {@code -Dconnectors.it.pubsub.project} names, with the application default
 * credentials of whoever runs them. What is made there is deleted at the end of each test.
 */
public final class PubSubTarget implements AutoCloseable {
  private static final String PROJECT = "connectors.it.pubsub.project";

  private static final int KEYS = 100;
  private static final int ACK_DEADLINE_SECONDS = 60;

  private final @Nullable PubSubServer emulator;
  private final String project;

  private PubSubTarget(@Nullable PubSubServer emulator, String project) {
    this.emulator = emulator;
    this.project = project;
  }

  /** Starts an emulator behind a proxy, or skips what calls it where there is none to be had. */
  public static PubSubTarget start() {
    String project = System.getProperty(PROJECT, "").strip();
    if (!project.isEmpty()) {
      return new PubSubTarget(null, project);
    }
    return new PubSubTarget(proxied().start(), "it");
  }

  /** An emulator behind a proxy, yet to be started; skips what calls it where there is none. */
  public static PubSubServer proxied() {
    PubSubServer emulator = PubSubServer.create().withProxy();
    Optional<String> unavailable = emulator.unavailable();
    assumeTrue(unavailable.isEmpty(), () -> unavailable.orElse(""));
    return emulator;
  }

  /** To be paused, cut off and killed; skips the test that asks for it where it is the service. */
  public PubSubServer emulator() {
    assumeTrue(emulator != null, "Google's service can't be paused, cut off or killed");
    return Objects.requireNonNull(emulator);
  }

  /** Whether it is Google's service. */
  public boolean isService() {
    return emulator == null;
  }

  /** With the endpoint of this target, and nothing else but the defaults. */
  public PublisherSettings publisher(ActorSystem system, TopicName topic) {
    PublisherSettings settings = PublisherSettings.create(system, topic);
    return emulator == null ? settings : settings.withEmulatorHost(emulator.emulatorHost());
  }

  /** A topic that nobody has used, with a subscription that keeps the order of keys. */
  public PubSubTopic newTopic() throws IOException {
    PubSubTopic topic =
        new PubSubTopic(
            new PubSubClients(emulator == null ? null : emulator.emulatorHost()),
            TopicName.of(project, "it-" + UUID.randomUUID()),
            KEYS,
            subscription -> subscription.setAckDeadlineSeconds(ACK_DEADLINE_SECONDS));
    topic.make();
    return topic;
  }

  @Override
  public void close() {
    if (emulator != null) {
      emulator.close();
    }
  }
}
