package dev.connectors.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.StreamingPullRequest;
import com.google.pubsub.v1.StreamingPullResponse;
import com.google.pubsub.v1.SubscriberGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeepAliveAnswersTest {
  private static final StreamingPullRequest KEEP_ALIVE = StreamingPullRequest.getDefaultInstance();
  private static final StreamingPullResponse EXACTLY_ONCE =
      StreamingPullResponse.newBuilder()
          .setSubscriptionProperties(
              StreamingPullResponse.SubscriptionProperties.newBuilder()
                  .setExactlyOnceDeliveryEnabled(true))
          .build();

  private final Server server = new Server();
  private final List<Object> received = new ArrayList<>();

  @Test
  void sendMessage_keepAlive_isAnsweredAndNotSent() {
    call(SubscriberGrpc.getStreamingPullMethod()).sendMessage(KEEP_ALIVE);

    assertThat(server.sent).isEmpty();
    assertThat(received)
        .singleElement(type(StreamingPullResponse.class))
        .satisfies(
            answer -> {
              assertThat(answer.getReceivedMessagesList()).isEmpty();
              assertThat(answer.getSubscriptionProperties())
                  .isEqualTo(StreamingPullResponse.SubscriptionProperties.getDefaultInstance());
            });
  }

  @Test
  void sendMessage_other_isSent() {
    StreamingPullRequest first =
        StreamingPullRequest.newBuilder().setSubscription("projects/p/subscriptions/s").build();

    call(SubscriberGrpc.getStreamingPullMethod()).sendMessage(first);

    assertThat(server.sent).containsExactly(first);
    assertThat(received).isEmpty();
  }

  @Test
  void sendMessage_keepAliveAfterAResponse_repeatsWhatItSaidOfTheSubscription() {
    ClientCall<StreamingPullRequest, ?> call = call(SubscriberGrpc.getStreamingPullMethod());
    server.listener().onMessage(EXACTLY_ONCE);

    call.sendMessage(KEEP_ALIVE);

    assertThat(received).containsExactly(EXACTLY_ONCE, EXACTLY_ONCE);
  }

  @Test
  void sendMessage_keepAliveAfterTheEnd_isNotAnswered() {
    ClientCall<StreamingPullRequest, ?> call = call(SubscriberGrpc.getStreamingPullMethod());
    server.listener().onClose(Status.UNAVAILABLE, new Metadata());

    call.sendMessage(KEEP_ALIVE);

    assertThat(received).isEmpty();
  }

  @Test
  void sendMessage_emptyRequestOfAnotherMethod_isSent() {
    AcknowledgeRequest empty = AcknowledgeRequest.getDefaultInstance();

    call(SubscriberGrpc.getAcknowledgeMethod()).sendMessage(empty);

    assertThat(server.sent).containsExactly(empty);
  }

  private <Q, R> ClientCall<Q, R> call(MethodDescriptor<Q, R> method) {
    ClientCall<Q, R> call =
        new KeepAliveAnswers()
            .interceptCall(method, CallOptions.DEFAULT.withExecutor(Runnable::run), server);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(R message) {
            received.add(message);
          }
        },
        new Metadata());
    return call;
  }

  /** Takes what the interceptor lets through. */
  private static final class Server extends Channel {
    final List<Object> sent = new ArrayList<>();
    private ClientCall.@Nullable Listener<Object> listener;

    ClientCall.Listener<Object> listener() {
      return Objects.requireNonNull(listener);
    }

    @Override
    public String authority() {
      return "server";
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
      return new ClientCall<>() {
        @Override
        @SuppressWarnings("unchecked") // the tests know what it takes
        public void start(Listener<R> responses, Metadata headers) {
          listener = (Listener<Object>) responses;
        }

        @Override
        public void sendMessage(Q message) {
          sent.add(message);
        }

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void halfClose() {}
      };
    }
  }
}
