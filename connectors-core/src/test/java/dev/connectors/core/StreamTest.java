package dev.connectors.core;

import java.time.Duration;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A system for the class, a materializer for each test: afterwards none of its stages runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StreamTest {
  static final Duration SOON = Duration.ofSeconds(5);
  static final Duration LONG = Duration.ofHours(1);

  @SuppressWarnings("NullAway.Init") // JUnit initializes it
  ActorSystem system;

  @SuppressWarnings("NullAway.Init") // JUnit initializes it
  Materializer materializer;

  @BeforeAll
  void startSystem() {
    Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    system = ActorSystem.create(getClass().getSimpleName());
  }

  @BeforeEach
  void createMaterializer() {
    materializer = Materializer.createMaterializer(system);
  }

  @AfterEach
  void assertAllStagesStopped() {
    StreamTestKit.assertAllStagesStopped(materializer, SOON);
    materializer.shutdown();
  }

  @AfterAll
  void stopSystem() {
    TestKit.shutdownActorSystem(system);
  }
}
