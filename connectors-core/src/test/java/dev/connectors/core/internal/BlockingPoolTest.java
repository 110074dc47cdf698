package dev.connectors.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockingPoolTest {
  private static final int MAX = 3;

  private final ThreadPoolExecutor pool =
      (ThreadPoolExecutor) BlockingPool.pool(MAX, Executors.defaultThreadFactory());
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void end() throws Exception {
    release.countDown();
    pool.shutdown();
    assertThat(pool.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
  }

  /** Has one more task run that blocks. */
  private void block() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    pool.execute(
        () -> {
          begun.countDown();
          awaitRelease();
        });
    assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
  }

  private void awaitRelease() {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void execute_threadsAreBlocked_makesNoMoreThanItNeeds() throws Exception {
    assertThat(pool.getPoolSize()).isZero();
    block();
    assertThat(pool.getPoolSize()).isEqualTo(1);
    block();
    assertThat(pool.getPoolSize()).isEqualTo(2);
  }

  @Test
  void execute_allThreadsAreBlocked_waitsForOne() throws Exception {
    for (int i = 0; i < MAX; i++) {
      block();
    }
    CountDownLatch ran = new CountDownLatch(100);
    for (int i = 0; i < 100; i++) {
      pool.execute(ran::countDown);
    }
    assertThat(ran.getCount()).isEqualTo(100);
    assertThat(pool.getPoolSize()).isEqualTo(MAX);

    release.countDown();

    assertThat(ran.await(1, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void execute_shutDown_isRefused() {
    pool.shutdown();
    assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void dispatcher_thatNamesIt_runsTasksOnThreadsOfItsName() {
    ActorSystem system =
        ActorSystem.create(
            "blocking",
            ConfigFactory.parseString(
                    "calls { type = Dispatcher, executor = \""
                        + BlockingPool.class.getName()
                        + "\", max-threads = 2 }")
                .withFallback(ConfigFactory.load()));
    try {
      Executor dispatcher = system.dispatchers().lookup("calls");
      CompletableFuture<String> thread =
          CompletableFuture.supplyAsync(() -> Thread.currentThread().getName(), dispatcher);
      assertThat(thread)
          .succeedsWithin(Duration.ofMinutes(1))
          .asString()
          .startsWith("blocking-calls-");
    } finally {
      TestKit.shutdownActorSystem(system);
    }
  }
}
