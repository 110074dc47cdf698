package dev.connectors.benchmarks;

import com.typesafe.config.ConfigFactory;
import dev.connectors.core.CommitOrder;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import dev.connectors.core.internal.Tracked;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What tracking costs an element: capacity asked for, emitted, settled, and its part of asking all
 * lanes for their frontiers every 1,000 elements.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
public class WindowBenchmark implements InFlight.Owner {
  private static final int BATCH = 1000;
  private static final CompletionStage<Done> DONE =
      CompletableFuture.completedFuture(Done.getInstance());
  private static final Tracked[] END = {};

  @Param({"IN_ORDER", "ANY_ORDER"})
  public CommitOrder order = CommitOrder.IN_ORDER;

  @Param({"1", "12", "96"})
  public int lanes;

  private final Semaphore resumed = new Semaphore(0);
  private final BlockingQueue<Tracked[]> batches = new ArrayBlockingQueue<>(8);
  private InFlight window = newWindow();
  private Lane[] lane = {};
  private Tracked[] batch = {};
  private long position;
  private long frontiers;
  private Thread settler = new Thread();

  private InFlight newWindow() {
    return new InFlight(
        InFlightSettings.create(ConfigFactory.defaultReference().getConfig("connectors.in-flight")),
        this);
  }

  @Setup
  public void createLanes() {
    window = newWindow();
    lane = new Lane[lanes];
    for (int i = 0; i < lanes; i++) {
      lane[i] = window.lane("orders-" + i);
    }
    batch = new Tracked[BATCH];
  }

  @Setup(Level.Iteration)
  public void startSettler() {
    settler =
        new Thread(
            () -> {
              try {
                for (Tracked[] next = batches.take(); next != END; next = batches.take()) {
                  settle(next);
                }
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            "settler");
    settler.start();
  }

  @TearDown(Level.Iteration)
  public void stopSettler() throws InterruptedException {
    batches.put(END);
    settler.join();
  }

  /** One thread emits and settles. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long oneThread() throws InterruptedException {
    emit(batch);
    settle(batch);
    return frontiers;
  }

  /** One thread emits, as a client's thread does, and another settles, as the stream does. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void twoThreads() throws InterruptedException {
    Tracked[] next = new Tracked[BATCH];
    emit(next);
    batches.put(next);
  }

  /** In runs of 100 of a lane, as a poll of Kafka gives them. */
  private void emit(Tracked[] elements) throws InterruptedException {
    for (int i = 0; i < BATCH; i++) {
      while (!window.hasCapacity()) {
        resumed.acquire();
      }
      Lane next = lane[(int) (position / 100 % lanes)];
      elements[i] = Objects.requireNonNull(next.emit(position++, 100));
    }
  }

  private void settle(Tracked[] elements) {
    for (Tracked element : elements) {
      element.settle(order);
    }
    for (Lane next : lane) {
      frontiers += next.frontier();
    }
  }

  @Override
  public void resume() {
    resumed.release();
  }

  @Override
  public CompletionStage<Done> commit() {
    return DONE;
  }

  @Override
  public CompletionStage<Done> rejected(Tracked element, Throwable cause) {
    return DONE;
  }
}
