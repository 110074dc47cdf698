package dev.connectors.s3;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A system for the class, a materializer for each test: afterwards none of its stages runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StreamTest {
  static final Duration SOON = Duration.ofSeconds(10);

  @SuppressWarnings("NullAway.Init") // JUnit initializes it
  ActorSystem system;

  @SuppressWarnings("NullAway.Init") // JUnit initializes it
  Materializer materializer;

  @BeforeAll
  void startSystem() {
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

  /** Runs {@code test} with a system of its own. */
  static void withSystem(String config, Consumer<ActorSystem> test) {
    ActorSystem system =
        ActorSystem.create(
            "other", ConfigFactory.parseString(config).withFallback(ConfigFactory.load()));
    try {
      test.accept(system);
    } finally {
      TestKit.shutdownActorSystem(system);
    }
  }

  static <R> R get(CompletionStage<R> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  static Throwable failure(CompletionStage<?> stage) {
    return Objects.requireNonNull(
        Assertions.catchThrowableOfType(ExecutionException.class, () -> get(stage)).getCause());
  }
}
