package dev.connectors.pubsub.internal;

import com.google.api.gax.core.CredentialsProvider;
import com.google.api.gax.core.ExecutorProvider;
import com.google.api.gax.core.FixedExecutorProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.rpc.TransportChannelProvider;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What one client is made with: an executor of its own, and the channel that all clients of the JVM
 * with the same endpoint share.
 *
 * <p>The executor is the client's alone because the client leaves tasks in it that would open its
 * stream again after its end; {@link #close} drops them.
 */
public final class Transport implements AutoCloseable {
  private final SharedChannels channels;
  private final boolean isEmulator;
  private final ScheduledThreadPoolExecutor executor;
  private final ClientExecutor systemExecutor;

  /**
   * @param name how the names of its threads begin
   */
  public Transport(String name, ClientSettings settings) {
    isEmulator = !settings.emulatorHost().isEmpty();
    channels = new SharedChannels(settings.emulatorHost());
    executor =
        new ScheduledThreadPoolExecutor(
            settings.threads(), daemons(name), new ThreadPoolExecutor.DiscardPolicy());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    systemExecutor = new ClientExecutor(executor);
  }

  static ThreadFactory daemons(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** For timers and short tasks that never block. What comes after {@link #close} is dropped. */
  public ScheduledThreadPoolExecutor executor() {
    return executor;
  }

  /** The same executor for the client, which is not to close it. */
  public ExecutorProvider executorProvider() {
    return FixedExecutorProvider.create(executor);
  }

  /**
   * For the client's timers, and for the calls of a channel that was given to the client without an
   * executor: it has a thread for each call that needs one, of those that all clients share.
   */
  public ExecutorProvider systemExecutorProvider() {
    return FixedExecutorProvider.create(systemExecutor);
  }

  /** A view of the shared channel, which the client may close. */
  public TransportChannelProvider channelProvider() {
    return channels.provider();
  }

  /** Null for the client's own: the application default credentials. */
  public @Nullable CredentialsProvider credentialsProvider() {
    return isEmulator ? NoCredentialsProvider.create() : null;
  }

  /** Ends the executor, and the calls of its channel. Doing so again does nothing. */
  @Override
  public void close() {
    executor.shutdown();
    channels.close();
  }
}
