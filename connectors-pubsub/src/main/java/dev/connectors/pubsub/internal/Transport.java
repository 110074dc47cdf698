package dev.connectors.pubsub.internal;

import com.google.api.gax.core.CredentialsProvider;
import com.google.api.gax.core.ExecutorProvider;
import com.google.api.gax.core.FixedExecutorProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.rpc.TransportChannelProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What all clients of the JVM that ask for the same share: an executor, and a channel for each
 * endpoint. Made when the first asks, closed when the last has closed.
 */
public final class Transport implements AutoCloseable {
  private static final Map<Key, Shared> SHARED = new HashMap<>();

  private record Key(String emulatorHost, int threads) {}

  private final Key key;
  private final Shared shared;
  private final AtomicBoolean closed = new AtomicBoolean();

  private static final class Shared {
    final ScheduledThreadPoolExecutor executor;
    final SharedChannels channels;
    int users;

    Shared(Key key) {
      AtomicInteger number = new AtomicInteger();
      executor =
          new ScheduledThreadPoolExecutor(
              key.threads(),
              task -> {
                Thread thread = new Thread(task, "pubsub-" + number.incrementAndGet());
                thread.setDaemon(true);
                return thread;
              });
      executor.setRemoveOnCancelPolicy(true);
      channels = new SharedChannels(key.emulatorHost());
    }

    void close() {
      channels.close();
      executor.shutdown();
    }
  }

  private Transport(Key key, Shared shared) {
    this.key = key;
    this.shared = shared;
  }

  public static Transport open(String emulatorHost, int threads) {
    Key key = new Key(emulatorHost, threads);
    synchronized (SHARED) {
      Shared shared = SHARED.computeIfAbsent(key, Shared::new);
      shared.users++;
      return new Transport(key, shared);
    }
  }

  /** For timers and short tasks that never block. */
  public ScheduledThreadPoolExecutor executor() {
    return shared.executor;
  }

  /** The same executor for the client, which is not to close it. */
  public ExecutorProvider executorProvider() {
    return FixedExecutorProvider.create(shared.executor);
  }

  /** The shared channel of the endpoint that a client is built with, which is not to close it. */
  public TransportChannelProvider channelProvider() {
    return shared.channels.provider();
  }

  /** Null for the client's own: the application default credentials. */
  public @Nullable CredentialsProvider credentialsProvider() {
    return key.emulatorHost().isEmpty() ? null : NoCredentialsProvider.create();
  }

  /** Of the last that shares it, closes what is shared. Doing so again does nothing. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Shared last = null;
    synchronized (SHARED) {
      if (--shared.users == 0) {
        SHARED.remove(key);
        last = shared;
      }
    }
    if (last != null) {
      last.close();
    }
  }
}
