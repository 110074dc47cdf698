package dev.connectors.pubsub.internal;

import com.google.api.gax.grpc.GrpcTransportChannel;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.rpc.TransportChannel;
import com.google.api.gax.rpc.TransportChannelProvider;
import com.google.auth.Credentials;
import com.google.cloud.pubsub.v1.SubscriptionAdminSettings;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Channels that all clients of the JVM share which have the same endpoint and send the same
 * headers: made for the first of them, closed after the last. An instance hands out views of them
 * to one client.
 */
final class SharedChannels implements AutoCloseable {
  /** The most that the service delivers in one response, and its metadata, as the client has it. */
  private static final int MAX_INBOUND_BYTES = 20 * 1024 * 1024;

  private static final int MAX_INBOUND_METADATA_BYTES = 4 * 1024 * 1024;

  /** As the client has it. */
  private static final Duration KEEP_ALIVE = Duration.ofMinutes(5);

  private static final Map<Key, Shared> SHARED = new HashMap<>();

  private record Key(String endpoint, boolean isEmulator, Map<String, String> headers) {}

  private static final class Shared {
    final ManagedChannel channel;
    int users;

    Shared(ManagedChannel channel) {
      this.channel = channel;
    }
  }

  private final String emulatorHost;
  private final List<ChannelView> views = new CopyOnWriteArrayList<>();
  private boolean closed; // under the lock of all

  SharedChannels(String emulatorHost) {
    this.emulatorHost = emulatorHost;
  }

  TransportChannelProvider provider() {
    InstantiatingGrpcChannelProvider.Builder builder =
        SubscriptionAdminSettings.defaultGrpcTransportProviderBuilder()
            .setMaxInboundMessageSize(MAX_INBOUND_BYTES)
            .setMaxInboundMetadataSize(MAX_INBOUND_METADATA_BYTES)
            .setKeepAliveTimeDuration(KEEP_ALIVE);
    if (!emulatorHost.isEmpty()) {
      builder.setEndpoint(emulatorHost).setChannelConfigurator(channel -> channel.usePlaintext());
    }
    return new Provider(builder.build(), emulatorHost, Map.of());
  }

  private ChannelView view(Key key, TransportChannelProvider maker) throws IOException {
    synchronized (SHARED) {
      if (closed) {
        throw new IOException("the client's channels are closed");
      }
      Shared shared = SHARED.get(key);
      if (shared == null) {
        shared = new Shared(managed(maker.getTransportChannel()));
        SHARED.put(key, shared);
      }
      shared.users++;
      ChannelView view = new ChannelView(shared.channel, () -> release(key));
      views.add(view);
      return view;
    }
  }

  private static ManagedChannel managed(TransportChannel channel) {
    return (ManagedChannel) ((GrpcTransportChannel) channel).getChannel();
  }

  private static void release(Key key) {
    Shared last = null;
    synchronized (SHARED) {
      Shared shared = SHARED.get(key);
      if (shared != null && --shared.users == 0) {
        last = SHARED.remove(key);
      }
    }
    if (last != null) {
      last.channel.shutdown(); // lets the calls end that its views still have
    }
  }

  /** Ends the calls of this client. */
  @Override
  public void close() {
    synchronized (SHARED) {
      closed = true;
    }
    views.forEach(ChannelView::shutdownNow);
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
      return true;
    }

    /** The channel has gRPC's own executor: the client blocks a thread of it at its bounds. */
    @Override
    @SuppressWarnings("deprecation") // it has to be there
    public boolean needsExecutor() {
      return false;
    }

    @Override
    public TransportChannelProvider withExecutor(Executor executor) {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation") // it has to be there
    public TransportChannelProvider withExecutor(ScheduledExecutorService executor) {
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
    @SuppressWarnings("deprecation") // it has to be there
    public boolean acceptsPoolSize() {
      return false;
    }

    @Override
    @SuppressWarnings("deprecation") // it has to be there
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
      Key key = new Key(endpoint, !emulatorHost.isEmpty(), headers);
      return GrpcTransportChannel.newBuilder().setManagedChannel(view(key, maker)).build();
    }

    @Override
    public String getTransportName() {
      return maker.getTransportName();
    }
  }
}
