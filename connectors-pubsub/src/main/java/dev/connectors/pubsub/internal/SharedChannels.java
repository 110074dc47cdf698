package dev.connectors.pubsub.internal;

import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.rpc.TransportChannel;
import com.google.api.gax.rpc.TransportChannelProvider;
import com.google.auth.Credentials;
import com.google.cloud.pubsub.v1.SubscriptionAdminSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** A channel for each endpoint and set of headers. */
final class SharedChannels implements AutoCloseable {
  /** The most that the service delivers in one response. */
  private static final int MAX_INBOUND_BYTES = 20 * 1024 * 1024;

  private static final Duration KEEP_ALIVE = Duration.ofMinutes(5);

  private record Key(String endpoint, Map<String, String> headers) {}

  private final String emulatorHost;
  private final Map<Key, TransportChannel> channels = new HashMap<>();
  private boolean closed;

  SharedChannels(String emulatorHost) {
    this.emulatorHost = emulatorHost;
  }

  TransportChannelProvider provider() {
    InstantiatingGrpcChannelProvider.Builder builder =
        SubscriptionAdminSettings.defaultGrpcTransportProviderBuilder()
            .setMaxInboundMessageSize(MAX_INBOUND_BYTES)
            .setKeepAliveTimeDuration(KEEP_ALIVE);
    if (!emulatorHost.isEmpty()) {
      builder
          .setEndpoint(emulatorHost)
          .setChannelConfigurator(io.grpc.ManagedChannelBuilder::usePlaintext);
    }
    return new Provider(builder.build(), "", Map.of());
  }

  private synchronized TransportChannel channel(Key key, TransportChannelProvider maker)
      throws IOException {
    if (closed) {
      throw new IOException("the channels are closed");
    }
    TransportChannel channel = channels.get(key);
    if (channel == null || channel.isShutdown()) {
      channel = maker.getTransportChannel();
      channels.put(key, channel);
    }
    return channel;
  }

  @Override
  public synchronized void close() {
    closed = true;
    channels.values().forEach(TransportChannel::shutdown);
  }

  /** Makes a channel as {@code maker} does, unless there is one. */
  private final class Provider implements TransportChannelProvider {
    private final TransportChannelProvider maker;
    private final String endpoint;
    private final Map<String, String> headers;

    Provider(TransportChannelProvider maker, String endpoint, Map<String, String> headers) {
      this.maker = maker;
      this.endpoint = endpoint;
      this.headers = headers;
    }

    @Override
    public boolean shouldAutoClose() {
      return false;
    }

    @Override
    @Deprecated
    public boolean needsExecutor() {
      return false;
    }

    @Override
    @Deprecated
    public TransportChannelProvider withExecutor(ScheduledExecutorService executor) {
      return this;
    }

    @Override
    public TransportChannelProvider withExecutor(Executor executor) {
      return this;
    }

    @Override
    public boolean needsHeaders() {
      return maker.needsHeaders();
    }

    @Override
    public TransportChannelProvider withHeaders(Map<String, String> value) {
      return new Provider(maker.withHeaders(value), endpoint, Map.copyOf(value));
    }

    @Override
    public boolean needsEndpoint() {
      return maker.needsEndpoint();
    }

    @Override
    public TransportChannelProvider withEndpoint(String value) {
      return new Provider(maker.withEndpoint(value), value, headers);
    }

    @Override
    @Deprecated
    public boolean acceptsPoolSize() {
      return false;
    }

    @Override
    @Deprecated
    public TransportChannelProvider withPoolSize(int size) {
      return this;
    }

    @Override
    public boolean needsCredentials() {
      return maker.needsCredentials();
    }

    @Override
    public TransportChannelProvider withCredentials(Credentials credentials) {
      return new Provider(maker.withCredentials(credentials), endpoint, headers);
    }

    @Override
    public TransportChannel getTransportChannel() throws IOException {
      return channel(new Key(endpoint, headers), maker);
    }

    @Override
    public String getTransportName() {
      return maker.getTransportName();
    }
  }
}
