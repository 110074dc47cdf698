package dev.connectors.pubsub.internal;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The timers of one executor, and for what is to run at once threads that all clients share. The
 * client gives this to a channel that has no executor of its own, and then blocks a thread of it
 * for each of its streams that has brought more than there is room for.
 */
final class ClientExecutor extends AbstractExecutorService implements ScheduledExecutorService {
  private static final long IDLE_SECONDS = 10;

  /** As gRPC has them for channels: as many as are needed, and none that is not. */
  private static final Executor THREADS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Transport.daemons("pubsub-channel"));

  private final ScheduledExecutorService timers;

  ClientExecutor(ScheduledExecutorService timers) {
    this.timers = timers;
  }

  @Override
  public void execute(Runnable task) {
    THREADS.execute(task);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return timers.schedule(task, delay, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    return timers.schedule(task, delay, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return timers.scheduleAtFixedRate(task, initialDelay, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    return timers.scheduleWithFixedDelay(task, initialDelay, delay, unit);
  }

  // ---- the end, which is that of the timers

  @Override
  public void shutdown() {
    timers.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return timers.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return timers.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return timers.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return timers.awaitTermination(timeout, unit);
  }
}
