package dev.connectors.pubsub.internal;

import com.google.api.core.ApiFuture;
import com.google.api.gax.batching.BatchingSettings;
import com.google.api.gax.batching.FlowControlSettings;
import com.google.api.gax.batching.FlowController.LimitExceededBehavior;
import com.google.api.gax.core.CredentialsProvider;
import com.google.api.gax.rpc.FixedTransportChannelProvider;
import com.google.api.gax.rpc.TransportChannel;
import com.google.api.gax.rpc.TransportChannelProvider;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.cloud.pubsub.v1.TopicAdminSettings;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.internal.Checks;
import dev.connectors.pubsub.PublisherSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the client on an executor, because that may block, and ends it on a thread of its own,
 * because that waits. In between the stage publishes with it.
 */
final class PublishClient implements Publishing {
  private static final Logger LOG = LoggerFactory.getLogger(PublishClient.class);
  private static final String NAME = "pubsub-publisher";

  private final PublisherSettings settings;

  // Before the publisher, and read after it.
  private @Nullable Transport transport;
  private @Nullable TransportChannel ownChannel;

  private volatile @Nullable Publisher publisher;
  private boolean ended; // guarded by this

  PublishClient(PublisherSettings settings) {
    this.settings = settings;
  }

  /**
   * Makes the client.
   *
   * @param ready told when it is there
   * @param failed told why it can't be made
   */
  void open(Executor executor, Runnable ready, Consumer<Throwable> failed) {
    executor.execute(
        () -> {
          try {
            Publisher made = make();
            if (keeps(made)) {
              ready.run();
            } else {
              release();
            }
          } catch (Throwable cause) { // an Error too must reach the stream
            release();
            failed.accept(cause);
          }
        });
  }

  @Override
  public ApiFuture<String> publish(PubsubMessage message) {
    return made().publish(message);
  }

  @Override
  public void resume(String orderingKey) {
    made().resumePublish(orderingKey);
  }

  @Override
  public void flush() {
    made().publishAllOutstanding();
  }

  private Publisher made() {
    return Objects.requireNonNull(publisher, "no client");
  }

  /** Gives up what the client has, and ends it. */
  void abandon() {
    if (last() != null) {
      release();
    }
  }

  /**
   * Lets the client send what it has, within the time-out, and ends it.
   *
   * @param pending what it has
   * @param clean whether no message has ever failed
   */
  void close(List<? extends Future<String>> pending, boolean clean) {
    Publisher made = last();
    if (made != null && settings.client() != null) {
      made.publishAllOutstanding(); // and its owner ends it
    } else if (made != null) {
      Thread thread = new Thread(() -> shutDown(made, pending, clean), NAME + "-shutdown");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** False if the stream has ended meanwhile. */
  private synchronized boolean keeps(Publisher made) {
    if (!ended) {
      publisher = made;
    }
    return !ended;
  }

  private synchronized @Nullable Publisher last() {
    ended = true;
    return publisher;
  }

  // ---- how it is made

  private Publisher make() throws IOException {
    Publisher ready = settings.client();
    return checked(ready == null ? build() : ready);
  }

  private Publisher build() throws IOException {
    Transport own =
        new Transport(
            NAME,
            new ClientSettings(
                settings.emulatorHost(), settings.threads(), settings.shutdownTimeout()));
    transport = own;
    Publisher.Builder builder =
        Publisher.newBuilder(settings.topic())
            .setExecutorProvider(own.executorProvider())
            .setChannelProvider(channels(own))
            .setBatchingSettings(batching());
    CredentialsProvider credentials = own.credentialsProvider();
    if (credentials != null) {
      builder.setCredentialsProvider(credentials);
    }
    return settings.publisher().apply(builder).build();
  }

  private TransportChannelProvider channels(Transport own) throws IOException {
    TransportChannelProvider given = settings.channelProvider();
    if (given == null) {
      return own.channelProvider();
    }
    TransportChannel channel = opened(given, own.executor());
    ownChannel = given.shouldAutoClose() ? channel : null;
    return FixedTransportChannelProvider.create(channel);
  }

  /** As the client does it; but it is ours to close, since the client may never come to that. */
  @SuppressWarnings("deprecation") // a provider may still want it
  private static TransportChannel opened(
      TransportChannelProvider given, ScheduledExecutorService executor) throws IOException {
    TransportChannelProvider provider = given;
    if (provider.needsExecutor()) {
      provider = provider.withExecutor((Executor) executor);
    }
    if (provider.needsHeaders()) {
      provider =
          provider.withHeaders(
              TopicAdminSettings.defaultApiClientHeaderProviderBuilder().build().getHeaders());
    }
    if (provider.needsEndpoint()) {
      provider = provider.withEndpoint(TopicAdminSettings.getDefaultEndpoint());
    }
    return provider.getTransportChannel();
  }

  private BatchingSettings batching() {
    return BatchingSettings.newBuilder()
        .setIsEnabled(true)
        .setElementCountThreshold((long) settings.batchElements())
        .setRequestByteThreshold(settings.batchBytes())
        .setDelayThresholdDuration(settings.batchDelay())
        .setFlowControlSettings(
            FlowControlSettings.newBuilder()
                .setLimitExceededBehavior(LimitExceededBehavior.Ignore)
                .build())
        .build();
  }

  /** Flow control of the client's own would park the stage, and keep what a failed key held. */
  private static Publisher checked(Publisher made) {
    LimitExceededBehavior behavior =
        made.getBatchingSettings().getFlowControlSettings().getLimitExceededBehavior();
    if (behavior != LimitExceededBehavior.Ignore) {
      throw Checks.refused(
          "the publisher's flow control",
          behavior,
          "Ignore: max-in-flight and max-in-flight-bytes bound the flow");
    }
    return made;
  }

  // ---- how it ends

  private void shutDown(Publisher made, List<? extends Future<String>> pending, boolean clean) {
    try {
      made.publishAllOutstanding();
      boolean confirmed = areConfirmed(pending, settings.shutdownTimeout());
      // It waits for every message that was given to it, and loses count when one of a key fails.
      if (confirmed && clean) {
        made.shutdown();
      }
    } catch (RuntimeException | InterruptedException cause) {
      LOG.warn("Shutting down the publisher of {} failed", settings.topic(), cause);
    } finally {
      release();
    }
  }

  private static boolean areConfirmed(List<? extends Future<String>> pending, Duration within)
      throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    try {
      for (Future<String> message : pending) {
        message.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      }
      return true;
    } catch (ExecutionException | TimeoutException unconfirmed) {
      return false;
    }
  }

  /** Ends the client's calls, and its timers: what it still has goes no further. */
  private void release() {
    Transport own = transport;
    if (own != null) {
      own.close();
    }
    TransportChannel channel = ownChannel;
    if (channel != null) {
      channel.shutdownNow();
    }
  }
}
