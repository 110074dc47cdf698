package dev.connectors.benchmarks.sidebyside;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Measures one round, from its first record to the confirmation of its last, and bounds its time.
 * Making and closing clients and joining a group stay outside.
 */
public final class Meter {
  private static final com.sun.management.OperatingSystemMXBean PROCESS =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long records;
  private final Duration limit;
  private final HeapWatch heap;
  private final long deadline;
  private final int threadsBefore;
  private volatile long done;
  private volatile boolean begun;
  private Allocation allocation = Allocation.NONE;
  private long startedAt;
  private long cpuAtStart;
  private @Nullable Long held;
  private volatile @Nullable Measurement measurement;

  Meter(long records, Duration limit, HeapWatch heap) {
    this.records = records;
    this.limit = limit;
    this.heap = heap;
    this.deadline = System.nanoTime() + limit.toNanos();
    THREADS.resetPeakThreadCount();
    this.threadsBefore = THREADS.getThreadCount();
  }

  public long records() {
    return records;
  }

  /** The first record is there; a later call does nothing. */
  public synchronized void begin() {
    if (begun) {
      return;
    }
    heap.reset();
    allocation = Allocation.now();
    cpuAtStart = PROCESS.getProcessCpuTime();
    startedAt = System.nanoTime();
    begun = true;
  }

  /** How many records are done, for the display. Called now and then. */
  public void progress(long count) {
    done = count;
  }

  /** The last record is done and confirmed; a later call does nothing. */
  public synchronized void end() {
    if (!begun || measurement != null) {
      return;
    }
    long nanos = System.nanoTime() - startedAt;
    long cpu = PROCESS.getProcessCpuTime() - cpuAtStart;
    long allocated = Allocation.now().since(allocation);
    done = records;
    measurement =
        new Measurement(
            records,
            nanos / 1e9,
            cpu / 1e9,
            allocated,
            held != null ? held : heap.peak(),
            Math.max(0, THREADS.getPeakThreadCount() - threadsBefore));
  }

  /** Collects, and takes what is in use then for a peak; for a case that is about the heap. */
  public synchronized void measureHeldHeap() {
    long now = heap.collect();
    held = held == null ? now : Math.max(held, now);
  }

  /**
   * Returns while there is time.
   *
   * @throws DidNotFinish if the time is over
   */
  public void checkTime() {
    if (System.nanoTime() - deadline > 0) {
      throw tooLate();
    }
  }

  /**
   * Waits for the result.
   *
   * @throws DidNotFinish if the time is over before
   */
  public <T> T await(CompletionStage<T> stage) throws Exception {
    try {
      return stage
          .toCompletableFuture()
          .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw tooLate();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private DidNotFinish tooLate() {
    return new DidNotFinish(
        "not done within %d s (at %,d of %,d)".formatted(limit.toSeconds(), done, records));
  }

  /** The part that is done, from 0 to 1. */
  double part() {
    return (double) done / records;
  }

  /** Null unless the round has come to its end. */
  @Nullable Measurement measurement() {
    return measurement;
  }
}
