package dev.connectors.pubsub;

import com.google.pubsub.v1.PublishRequest;
import com.google.pubsub.v1.PublishResponse;
import com.google.pubsub.v1.PublisherGrpc;
import com.google.pubsub.v1.PubsubMessage;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is published to it, and answers each request as the test says; with ids, one higher
 * for each message, unless it says otherwise.
 */
final class ScriptedTopic extends PublisherGrpc.PublisherImplBase {
  private final List<PublishRequest> requests = new ArrayList<>();
  private final List<PubsubMessage> stored = new ArrayList<>();
  private final Deque<Waiting> stalled = new ArrayDeque<>();
  private Function<PublishRequest, Answer> script = request -> Answer.IDS;
  private boolean stalls;

  private record Waiting(PublishRequest request, ServerCallStreamObserver<PublishResponse> call) {}

  /**
   * What becomes of a request.
   *
   * @param stores whether its messages are kept
   * @param status what it is answered with; null for no answer, ever
   * @param ids how many ids more than messages the answer has, if it is a good one
   */
  record Answer(boolean stores, @Nullable Status status, int ids) {
    /** As the service does. */
    static final Answer IDS = new Answer(true, Status.OK, 0);

    /** Kept, but the client will never know. */
    static final Answer NONE = new Answer(true, null, 0);

    static Answer failure(Status status) {
      return new Answer(false, status, 0);
    }

    /** Kept, but the client is told that it failed. */
    static Answer lost(Status status) {
      return new Answer(true, status, 0);
    }

    static Answer idsMore(int count) {
      return new Answer(true, Status.OK, count);
    }
  }

  /** From now on requests are answered as {@code script} says; not several at a time. */
  synchronized void answer(Function<PublishRequest, Answer> newScript) {
    script = newScript;
  }

  /** From now on requests are taken and wait. */
  synchronized void stall() {
    stalls = true;
  }

  /** Answers what waits, and from now on at once. */
  synchronized void resume() {
    stalls = false;
    while (!stalled.isEmpty()) {
      Waiting next = stalled.remove();
      answer(next.request, next.call);
    }
  }

  /** How many requests wait and are not given up. */
  synchronized long waiting() {
    return stalled.stream().filter(request -> !request.call.isCancelled()).count();
  }

  /** All requests, whatever became of them. */
  synchronized List<PublishRequest> requests() {
    return List.copyOf(requests);
  }

  /** All messages that were kept, as often as they were. */
  synchronized List<PubsubMessage> stored() {
    return List.copyOf(stored);
  }

  /** The texts of {@link #stored}. */
  List<String> texts() {
    return stored().stream().map(message -> message.getData().toStringUtf8()).toList();
  }

  @Override
  public synchronized void publish(
      PublishRequest request, StreamObserver<PublishResponse> response) {
    ServerCallStreamObserver<PublishResponse> call =
        (ServerCallStreamObserver<PublishResponse>) response;
    call.setOnCancelHandler(() -> {}); // else answering a call that was given up throws
    requests.add(request);
    if (stalls) {
      stalled.add(new Waiting(request, call));
    } else {
      answer(request, call);
    }
  }

  private void answer(PublishRequest request, ServerCallStreamObserver<PublishResponse> call) {
    if (call.isCancelled()) {
      return;
    }
    Answer answer = script.apply(request);
    int first = stored.size();
    if (answer.stores()) {
      stored.addAll(request.getMessagesList());
    }
    Status status = answer.status();
    if (status == null) {
      return;
    }
    if (status.isOk()) {
      int last = first + request.getMessagesCount() + answer.ids();
      call.onNext(
          PublishResponse.newBuilder()
              .addAllMessageIds(IntStream.range(first, last).mapToObj(Integer::toString).toList())
              .build());
      call.onCompleted();
    } else {
      call.onError(status.asRuntimeException());
    }
  }
}
