package dev.connectors.pubsub.internal;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A channel that one client may close as its own: that ends the calls which were made through it,
 * and leaves the channel behind it open.
 */
final class ChannelView extends ManagedChannel {
  private final ManagedChannel shared;
  private final Runnable onShutdown;
  private final Set<ClientCall<?, ?>> calls = ConcurrentHashMap.newKeySet();
  private final CountDownLatch terminated = new CountDownLatch(1);
  private volatile boolean shutdown;

  /**
   * @param onShutdown called once
   */
  ChannelView(ManagedChannel shared, Runnable onShutdown) {
    this.shared = shared;
    this.onShutdown = onShutdown;
  }

  @Override
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    return new Call<>(shared.newCall(method, options));
  }

  @Override
  public String authority() {
    return shared.authority();
  }

  @Override
  public ManagedChannel shutdown() {
    boolean first;
    synchronized (this) {
      first = !shutdown;
      shutdown = true;
    }
    if (first) {
      onShutdown.run();
    }
    noteTermination();
    return this;
  }

  @Override
  public ManagedChannel shutdownNow() {
    shutdown();
    for (ClientCall<?, ?> call : calls) {
      call.cancel("the client was closed", null);
    }
    return this;
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return terminated.getCount() == 0;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return terminated.await(timeout, unit);
  }

  private void noteTermination() {
    if (shutdown && calls.isEmpty()) {
      terminated.countDown();
    }
  }

  private final class Call<Q, A> extends SimpleForwardingClientCall<Q, A> {
    Call(ClientCall<Q, A> call) {
      super(call);
    }

    @Override
    public void start(Listener<A> listener, Metadata headers) {
      calls.add(this);
      super.start(
          new SimpleForwardingClientCallListener<A>(listener) {
            @Override
            public void onClose(Status status, Metadata trailers) {
              calls.remove(Call.this);
              noteTermination();
              super.onClose(status, trailers);
            }
          },
          headers);
      if (shutdown) { // seen here, or the call is seen by the shutdown
        cancel("the client was closed", null);
      }
    }
  }
}
