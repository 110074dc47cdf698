package dev.connectors.pubsub.internal;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiService;
import com.google.api.gax.batching.FlowControlSettings;
import com.google.cloud.pubsub.v1.AckReplyConsumerWithResponse;
import com.google.cloud.pubsub.v1.AckResponse;
import com.google.cloud.pubsub.v1.MessageReceiverWithAckResponse;
import com.google.cloud.pubsub.v1.Subscriber;
import com.google.cloud.pubsub.v1.SubscriberShutdownSettings;
import com.google.cloud.pubsub.v1.SubscriberShutdownSettings.ShutdownMode;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.pubsub.SubscriberSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The client's {@link Subscriber}, which pulls by a stream and extends leases. */
final class StreamingLink implements Link {
  /** What the client keeps of its time-out for giving back the rest. */
  private static final Duration CLIENTS_OWN = Duration.ofSeconds(1);

  private final SubscriberSettings settings;
  private final Transport transport;
  private @Nullable Subscriber subscriber;

  StreamingLink(SubscriberSettings settings, Transport transport) {
    this.settings = settings;
    this.transport = transport;
  }

  @Override
  public void start(Listener listener) {
    Subscriber made = subscriber(listener);
    made.addListener(
        new ApiService.Listener() {
          @Override
          public void running() {
            listener.running();
          }

          @Override
          public void terminated(ApiService.State from) {
            listener.terminated();
          }

          @Override
          public void failed(ApiService.State from, Throwable failure) {
            listener.failed(failure);
          }
        },
        MoreExecutors.directExecutor());
    synchronized (this) {
      subscriber = made;
    }
    made.startAsync();
  }

  private Subscriber subscriber(Listener listener) {
    MessageReceiverWithAckResponse receiver =
        (message, consumer) -> listener.received(message, attempt(message), new Consumer(consumer));
    Subscriber.Builder builder =
        Subscriber.newBuilder(settings.subscription(), receiver)
            .setChannelProvider(transport.channelProvider())
            .setExecutorProvider(transport.executorProvider())
            .setSystemExecutorProvider(transport.systemExecutorProvider());
    var credentials = transport.credentialsProvider();
    if (credentials != null) {
      builder.setCredentialsProvider(credentials);
    }
    return settings
        .subscriber()
        .apply(builder)
        .setFlowControlSettings(
            FlowControlSettings.newBuilder()
                .setMaxOutstandingElementCount((long) settings.inFlight().maxElements())
                .setMaxOutstandingRequestBytes(settings.inFlight().maxBytes())
                .build())
        .setMaxAckExtensionPeriodDuration(settings.maxLease())
        .setSubscriberShutdownSettings(
            SubscriberShutdownSettings.newBuilder()
                .setMode(ShutdownMode.WAIT_FOR_PROCESSING)
                .setTimeout(
                    settings.drainTimeout().plus(settings.shutdownTimeout()).plus(CLIENTS_OWN))
                .build())
        .build();
  }

  private static int attempt(PubsubMessage message) {
    Integer attempt = Subscriber.getDeliveryAttempt(message);
    return attempt == null ? 0 : attempt;
  }

  /** The client sends by itself what it has to, every 100 ms. */
  @Override
  public void replied() {}

  /** The client pulls by itself. */
  @Override
  public void wanted() {}

  @Override
  public void stop() {
    Subscriber current;
    synchronized (this) {
      current = subscriber;
    }
    if (current != null) {
      current.stopAsync();
    }
  }

  /** The client can't be told to; what it has is the transport's. */
  @Override
  public void close() {}

  private record Consumer(AckReplyConsumerWithResponse consumer) implements Reply {
    @Override
    public ApiFuture<AckResponse> ack() {
      return consumer.ack();
    }

    @Override
    public void nack() {
      var unused = consumer.nack();
    }
  }
}
