package dev.connectors.testkit.internal;

import com.google.pubsub.v1.StreamingPullRequest;
import com.google.pubsub.v1.StreamingPullResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Answers the keep-alive of a streaming pull in the server's place: an empty request, to which the
 * service sends an empty response. Emulators before 0.8.32 don't, and the client then takes the
 * stream for dead.
 */
final class KeepAliveAnswers implements ClientInterceptor {
  private static final String STREAMING_PULL = "google.pubsub.v1.Subscriber/StreamingPull";

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    ClientCall<Q, R> call = next.newCall(method, options);
    if (!method.getFullMethodName().equals(STREAMING_PULL)) {
      return call;
    }
    Executor executor = options.getExecutor();
    return new Answering<>(call, executor == null ? ForkJoinPool.commonPool() : executor);
  }

  private static final class Answering<Q, R> extends SimpleForwardingClientCall<Q, R> {
    private final Executor executor; // never the caller, who may hold a lock
    private @Nullable Receiver<R> receiver;

    Answering(ClientCall<Q, R> call, Executor executor) {
      super(call);
      this.executor = executor;
    }

    @Override
    public void start(Listener<R> listener, Metadata headers) {
      Receiver<R> made = new Receiver<>(listener);
      receiver = made;
      super.start(made, headers);
    }

    @Override
    public void sendMessage(Q request) {
      Receiver<R> here = receiver;
      if (here != null && request.equals(StreamingPullRequest.getDefaultInstance())) {
        executor.execute(here::answer);
      } else {
        super.sendMessage(request);
      }
    }
  }

  /** One at a time, the answers that are ours among those of the server. */
  private static final class Receiver<R> extends SimpleForwardingClientCallListener<R> {
    private StreamingPullResponse.SubscriptionProperties properties =
        StreamingPullResponse.SubscriptionProperties.getDefaultInstance();
    private boolean closed;

    Receiver(ClientCall.Listener<R> listener) {
      super(listener);
    }

    /** With what the server last said of the subscription, which the client believes each time. */
    @SuppressWarnings("unchecked") // the method's response
    synchronized void answer() {
      if (!closed) {
        super.onMessage(
            (R) StreamingPullResponse.newBuilder().setSubscriptionProperties(properties).build());
      }
    }

    @Override
    public synchronized void onMessage(R response) {
      properties = ((StreamingPullResponse) response).getSubscriptionProperties();
      super.onMessage(response);
    }

    @Override
    public synchronized void onClose(Status status, Metadata trailers) {
      closed = true;
      super.onClose(status, trailers);
    }
  }
}
