package dev.connectors.it.support;

import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.PullResponse;
import com.google.pubsub.v1.ReceivedMessage;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows which messages the server has confirmed to be acknowledged: the emulator can't be asked.
 */
public final class AckWatch implements ClientInterceptor {
  private final Map<String, Integer> received = new ConcurrentHashMap<>();
  private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();

  /** The number of the first message that is not acknowledged. */
  public int first() {
    int number = 0;
    while (acknowledged.contains(number)) {
      number++;
    }
    return number;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new Watched<>(next.newCall(method, options));
  }

  private void receive(List<ReceivedMessage> messages) {
    for (ReceivedMessage message : messages) {
      received.put(message.getAckId(), PubSubTopic.number(message.getMessage()));
    }
  }

  private final class Watched<Q, R> extends SimpleForwardingClientCall<Q, R> {
    private volatile @Nullable AcknowledgeRequest request;

    Watched(ClientCall<Q, R> call) {
      super(call);
    }

    @Override
    public void sendMessage(Q message) {
      if (message instanceof AcknowledgeRequest acknowledge) {
        request = acknowledge;
      }
      super.sendMessage(message);
    }

    @Override
    public void start(Listener<R> listener, Metadata headers) {
      super.start(
          new SimpleForwardingClientCallListener<R>(listener) {
            @Override
            public void onMessage(R message) {
              if (message instanceof StreamingPullResponse some) {
                receive(some.getReceivedMessagesList());
              } else if (message instanceof PullResponse some) {
                receive(some.getReceivedMessagesList());
              }
              super.onMessage(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              AcknowledgeRequest done = request;
              if (done != null && status.isOk()) {
                for (String id : done.getAckIdsList()) {
                  Integer number = received.get(id);
                  if (number != null) {
                    acknowledged.add(number);
                  }
                }
              }
              super.onClose(status, trailers);
            }
          },
          headers);
    }
  }
}
