package dev.connectors.core.internal;

import com.typesafe.config.Config;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.MonitorableThreadFactory;

/**
 * The threads of a dispatcher for calls that block: one is made when none is free, up to {@code
 * max-threads}; beyond that tasks wait. Pekko's own pool makes as many threads as it may have if it
 * never refuses a task, whether they are needed or not.
 *
 * @see <a href="https://pekko.apache.org/docs/pekko/current/dispatchers.html">Dispatchers</a>
 */
public final class BlockingPool extends ExecutorServiceConfigurator {
  private static final long KEEP_ALIVE_SECONDS = 60;

  private final int maxThreads;

  /** Called by Pekko, for a dispatcher that names this class as its executor. */
  public BlockingPool(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
    this.maxThreads = Checks.positive("max-threads", config.getInt("max-threads"));
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
    ThreadFactory named =
        threads instanceof MonitorableThreadFactory ours
            ? ours.withName(ours.name() + "-" + id)
            : threads;
    return () -> pool(maxThreads, named);
  }

  static ExecutorService pool(int maxThreads, ThreadFactory threads) {
    Waiting waiting = new Waiting();
    return new ThreadPoolExecutor(
        0,
        maxThreads,
        KEEP_ALIVE_SECONDS,
        TimeUnit.SECONDS,
        waiting,
        threads,
        (task, pool) -> {
          if (pool.isShutdown()) {
            throw new RejectedExecutionException("the dispatcher is shut down");
          }
          waiting.add(task); // all threads are busy: whichever is free first takes it
        });
  }

  /** Refuses what no thread is free for, upon which the pool makes one more if it may. */
  private static final class Waiting extends LinkedTransferQueue<Runnable> {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean offer(Runnable task) {
      return tryTransfer(task);
    }
  }
}
