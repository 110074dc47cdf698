package dev.connectors.pubsub;

import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.ModifyAckDeadlineRequest;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.PullRequest;
import com.google.pubsub.v1.PullResponse;
import com.google.pubsub.v1.ReceivedMessage;
import com.google.pubsub.v1.StreamingPullRequest;
import com.google.pubsub.v1.StreamingPullResponse;
import com.google.pubsub.v1.SubscriberGrpc;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Delivers what the test gives it, on every stream in turn and to every pull; takes it as done when
 * it is acknowledged, and delivers it again when it is rejected or {@linkplain #expire expires}.
 * Leases have no end of their own.
 */
final class ScriptedSubscription extends SubscriberGrpc.SubscriberImplBase {
  private final Deque<Delivery> backlog = new ArrayDeque<>();
  private final Map<String, Delivery> leased = new LinkedHashMap<>();
  private final List<Stream> streams = new ArrayList<>();
  private final List<StreamingPullRequest> opened = new ArrayList<>();
  private final List<PubsubMessage> acknowledged = new ArrayList<>();
  private final List<PubsubMessage> rejected = new ArrayList<>();
  private final List<AcknowledgeRequest> acknowledgements = new ArrayList<>();
  private final List<ModifyAckDeadlineRequest> deadlines = new ArrayList<>();
  private Function<AcknowledgeRequest, @Nullable StatusRuntimeException> acknowledgeScript =
      request -> null;
  private Function<ModifyAckDeadlineRequest, @Nullable StatusRuntimeException> deadlineScript =
      request -> null;
  private Status accepts = Status.OK;
  private StreamingPullResponse.SubscriptionProperties properties =
      StreamingPullResponse.SubscriptionProperties.getDefaultInstance();
  private boolean stalls;
  private boolean answersKeepAlive = true;
  private int nextId;
  private int nextStream;

  private record Delivery(PubsubMessage message, int attempt) {}

  // ---- what a test says

  /** Delivers {@code messages}, in their order. */
  synchronized void deliver(List<PubsubMessage> messages) {
    for (PubsubMessage message : messages) {
      String id = Integer.toString(nextId++);
      backlog.add(new Delivery(message.toBuilder().setMessageId(id).build(), 1));
    }
    pump();
  }

  /** From now on nothing is delivered and nothing is answered but the keep-alive. */
  synchronized void stall() {
    stalls = true;
  }

  /** Delivers again, and answers from now on. What was asked meanwhile is never answered. */
  synchronized void resume() {
    stalls = false;
    pump();
  }

  /** From now on nor is the keep-alive of streams answered. */
  synchronized void ignoreKeepAlive() {
    answersKeepAlive = false;
  }

  /** Ends all streams with {@code status}; what they have delivered stays leased. */
  synchronized void breakStreams(Status status) {
    List<Stream> broken = List.copyOf(streams);
    streams.clear();
    broken.forEach(stream -> stream.response.onError(status.asRuntimeException()));
  }

  /** From now on streams and pulls come to {@code status}; {@code OK} accepts them again. */
  synchronized void accept(Status status) {
    accepts = status;
  }

  /** What streams are told of the subscription. */
  synchronized void properties(boolean exactlyOnce, boolean ordered) {
    properties =
        StreamingPullResponse.SubscriptionProperties.newBuilder()
            .setExactlyOnceDeliveryEnabled(exactlyOnce)
            .setMessageOrderingEnabled(ordered)
            .build();
  }

  /** From now on acknowledgements come to what {@code script} says; null is success. */
  synchronized void answerAcknowledge(
      Function<AcknowledgeRequest, @Nullable StatusRuntimeException> script) {
    acknowledgeScript = script;
  }

  /** From now on changes of deadlines come to what {@code script} says; null is success. */
  synchronized void answerModifyAckDeadline(
      Function<ModifyAckDeadlineRequest, @Nullable StatusRuntimeException> script) {
    deadlineScript = script;
  }

  /**
   * What the service answers on an exactly-once subscription, where some ids fail.
   *
   * @param failures such as {@code PERMANENT_FAILURE_INVALID_ACK_ID} by id
   */
  static StatusRuntimeException ackFailure(Map<String, String> failures) {
    ErrorInfo info =
        ErrorInfo.newBuilder()
            .setReason("EXACTLY_ONCE_ACKID_FAILURE")
            .setDomain("pubsub.googleapis.com")
            .putAllMetadata(failures)
            .build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.FAILED_PRECONDITION_VALUE)
            .setMessage("Some acknowledgement ids in the request were invalid.")
            .addDetails(Any.pack(info))
            .build());
  }

  /** All leases end: what is delivered and not acknowledged is delivered again. */
  synchronized void expire() {
    List<Delivery> expired = List.copyOf(leased.values());
    leased.clear();
    expired.forEach(this::again);
    pump();
  }

  // ---- what a test sees

  /** The first request of each stream that was opened. */
  synchronized List<StreamingPullRequest> opened() {
    return List.copyOf(opened);
  }

  /** How many streams are open. */
  synchronized int openStreams() {
    return streams.size();
  }

  synchronized List<PubsubMessage> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /** What was given back for another delivery, as often as it was. */
  synchronized List<PubsubMessage> rejected() {
    return List.copyOf(rejected);
  }

  /** Delivered, and neither acknowledged nor given back. */
  synchronized List<PubsubMessage> leased() {
    return leased.values().stream().map(Delivery::message).toList();
  }

  /** All requests, whatever became of them. */
  synchronized List<AcknowledgeRequest> acknowledgements() {
    return List.copyOf(acknowledgements);
  }

  /** All requests, whatever became of them; zero seconds give back. */
  synchronized List<ModifyAckDeadlineRequest> deadlines() {
    return List.copyOf(deadlines);
  }

  // ---- the service

  @Override
  public StreamObserver<StreamingPullRequest> streamingPull(
      StreamObserver<StreamingPullResponse> response) {
    return new Stream((ServerCallStreamObserver<StreamingPullResponse>) response);
  }

  @Override
  public synchronized void pull(PullRequest request, StreamObserver<PullResponse> response) {
    if (stalls) {
      return;
    }
    if (!accepts.isOk()) {
      response.onError(accepts.asRuntimeException());
      return;
    }
    response.onNext(
        PullResponse.newBuilder().addAllReceivedMessages(next(request.getMaxMessages())).build());
    response.onCompleted();
  }

  @Override
  public synchronized void acknowledge(AcknowledgeRequest request, StreamObserver<Empty> response) {
    acknowledgements.add(request);
    if (stalls) {
      return;
    }
    StatusRuntimeException failure = acknowledgeScript.apply(request);
    if (failure != null) {
      response.onError(failure);
      return;
    }
    for (String id : request.getAckIdsList()) {
      Delivery done = leased.remove(id);
      if (done != null) {
        acknowledged.add(done.message);
      }
    }
    succeed(response);
  }

  @Override
  public synchronized void modifyAckDeadline(
      ModifyAckDeadlineRequest request, StreamObserver<Empty> response) {
    deadlines.add(request);
    if (stalls) {
      return;
    }
    StatusRuntimeException failure = deadlineScript.apply(request);
    if (failure != null) {
      response.onError(failure);
      return;
    }
    if (request.getAckDeadlineSeconds() == 0) {
      for (String id : request.getAckIdsList()) {
        Delivery back = leased.remove(id);
        if (back != null) {
          rejected.add(back.message);
          again(back);
        }
      }
    }
    succeed(response);
  }

  private void succeed(StreamObserver<Empty> response) {
    response.onNext(Empty.getDefaultInstance());
    response.onCompleted();
    pump();
  }

  private void again(Delivery delivery) {
    backlog.add(new Delivery(delivery.message, delivery.attempt + 1));
  }

  /** Gives the backlog to the open streams in turn, as far as each may have more. */
  private void pump() {
    int refusals = 0;
    while (!stalls && !backlog.isEmpty() && refusals < streams.size()) {
      Stream stream = streams.get(Math.floorMod(nextStream++, streams.size()));
      List<ReceivedMessage> some = next(stream.room());
      if (some.isEmpty()) {
        refusals++;
      } else {
        refusals = 0;
        stream.send(some);
      }
    }
  }

  /** Takes some of the backlog and leases it. */
  private List<ReceivedMessage> next(long most) {
    List<ReceivedMessage> some = new ArrayList<>();
    while (some.size() < Math.min(most, 100) && !backlog.isEmpty()) {
      Delivery delivery = backlog.remove();
      String ackId = "ack-" + nextId++;
      leased.put(ackId, delivery);
      some.add(
          ReceivedMessage.newBuilder()
              .setAckId(ackId)
              .setMessage(delivery.message)
              .setDeliveryAttempt(delivery.attempt)
              .build());
    }
    return some;
  }

  /** One streaming pull. */
  private final class Stream implements StreamObserver<StreamingPullRequest> {
    private final ServerCallStreamObserver<StreamingPullResponse> response;
    private final List<String> sent = new ArrayList<>();
    private @Nullable StreamingPullRequest first;

    Stream(ServerCallStreamObserver<StreamingPullResponse> response) {
      this.response = response;
      response.setOnCancelHandler(this::end); // else writing to what was given up throws
    }

    @Override
    public void onNext(StreamingPullRequest request) {
      synchronized (ScriptedSubscription.this) {
        if (first == null) {
          first = request;
          open(request);
        } else if (answersKeepAlive) {
          send(List.of());
        }
      }
    }

    private void open(StreamingPullRequest request) {
      if (!accepts.isOk()) {
        response.onError(accepts.asRuntimeException());
        return;
      }
      opened.add(request);
      streams.add(this);
      pump();
    }

    /** How many more it may have out, as the first request bounds it. */
    long room() {
      long most = first == null ? 0 : first.getMaxOutstandingMessages();
      sent.retainAll(leased.keySet());
      return most == 0 ? Long.MAX_VALUE : Math.max(0, most - sent.size());
    }

    void send(List<ReceivedMessage> messages) {
      messages.forEach(message -> sent.add(message.getAckId()));
      response.onNext(
          StreamingPullResponse.newBuilder()
              .addAllReceivedMessages(messages)
              .setSubscriptionProperties(properties)
              .build());
    }

    private void end() {
      synchronized (ScriptedSubscription.this) {
        streams.remove(this);
      }
    }

    @Override
    public void onError(Throwable cause) {
      end();
    }

    @Override
    public void onCompleted() {
      end();
      response.onCompleted();
    }
  }
}
