package dev.connectors.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  static final Duration SOON = Duration.ofSeconds(10);
  static final Duration LONG = Duration.ofHours(1);
  static final Duration BRIEFLY = Duration.ofMillis(50);

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

  static <T> T result(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  static Throwable failure(CompletionStage<?> stage) {
    Throwable[] thrown = new Throwable[1];
    assertThat(stage.toCompletableFuture())
        .failsWithin(SOON)
        .withThrowableThat()
        .satisfies(wrapper -> thrown[0] = wrapper.getCause());
    return thrown[0];
  }
}
