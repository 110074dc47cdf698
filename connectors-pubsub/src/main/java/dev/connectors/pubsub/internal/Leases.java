package dev.connectors.pubsub.internal;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.api.core.SettableApiFuture;
import com.google.cloud.pubsub.v1.AckResponse;
import com.google.cloud.pubsub.v1.stub.SubscriberStub;
import com.google.common.collect.Lists;
import com.google.protobuf.Empty;
import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.ModifyAckDeadlineRequest;
import com.google.pubsub.v1.ReceivedMessage;
import dev.connectors.pubsub.SubscriberSettings;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The leases of what was pulled by requests: extended until there is a reply, which is sent. */
final class Leases {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

  /** The most ids of one request, as the client has it. */
  private static final int MOST_IDS = 1000;

  private record Lease(long since, int bytes) {}

  private final SubscriberSettings settings;
  private final SubscriberStub stub;
  private final Executor executor;
  private final Runnable onRoom;
  private final Map<String, Lease> leases = new LinkedHashMap<>(); // oldest first
  private Map<String, SettableApiFuture<AckResponse>> acks = new LinkedHashMap<>();
  private List<String> nacks = new ArrayList<>();
  private long bytes;
  private int calls;

  /**
   * @param onRoom called when leases have ended
   */
  Leases(SubscriberSettings settings, SubscriberStub stub, Executor executor, Runnable onRoom) {
    this.settings = settings;
    this.stub = stub;
    this.executor = executor;
    this.onRoom = onRoom;
  }

  /** How many more may be leased. */
  synchronized int room() {
    return bytes >= settings.inFlight().maxBytes()
        ? 0
        : settings.inFlight().maxElements() - leases.size();
  }

  /** Whether all have their replies, and these are with the server. */
  synchronized boolean isEmpty() {
    return leases.isEmpty() && acks.isEmpty() && nacks.isEmpty() && calls == 0;
  }

  /** Begins leases; the server's own may be shorter than the settings'. */
  void take(List<ReceivedMessage> messages) {
    List<String> ids = new ArrayList<>(messages.size());
    long now = System.nanoTime();
    synchronized (this) {
      for (ReceivedMessage message : messages) {
        int size = message.getMessage().getSerializedSize();
        ids.add(message.getAckId());
        leases.put(message.getAckId(), new Lease(now, size));
        bytes += size;
      }
    }
    modify(ids, Math.toIntExact(settings.pullLease().toSeconds()));
  }

  /** Extends all; what is older than the longest lease is given up. */
  void extend() {
    List<String> ids;
    long now = System.nanoTime();
    synchronized (this) {
      for (Iterator<Lease> i = leases.values().iterator(); i.hasNext(); ) {
        Lease oldest = i.next();
        if (now - oldest.since() < settings.maxLease().toNanos()) {
          break;
        }
        bytes -= oldest.bytes();
        i.remove();
      }
      ids = new ArrayList<>(leases.keySet());
    }
    modify(ids, Math.toIntExact(settings.pullLease().toSeconds()));
  }

  Link.Reply reply(String ackId) {
    return new Link.Reply() {
      @Override
      public ApiFuture<AckResponse> ack() {
        SettableApiFuture<AckResponse> answer = SettableApiFuture.create();
        synchronized (Leases.this) {
          end(ackId);
          acks.put(ackId, answer);
        }
        return answer;
      }

      @Override
      public void nack() {
        synchronized (Leases.this) {
          end(ackId);
          nacks.add(ackId);
        }
      }
    };
  }

  private void end(String ackId) {
    Lease lease = leases.remove(ackId);
    if (lease != null) {
      bytes -= lease.bytes();
    }
  }

  /** Sends the replies there are. */
  void send() {
    Map<String, SettableApiFuture<AckResponse>> acknowledged;
    List<String> givenBack;
    synchronized (this) {
      acknowledged = acks;
      acks = new LinkedHashMap<>();
      givenBack = nacks;
      nacks = new ArrayList<>();
      calls++; // until all calls are counted, or there are none
    }
    for (var some : Lists.partition(new ArrayList<>(acknowledged.entrySet()), MOST_IDS)) {
      call(
          stub.acknowledgeCallable()
              .futureCall(
                  AcknowledgeRequest.newBuilder()
                      .setSubscription(settings.subscription().toString())
                      .addAllAckIds(Lists.transform(some, Map.Entry::getKey))
                      .build()),
          new Answers(some));
    }
    modify(givenBack, 0);
    called();
  }

  private void modify(List<String> ids, int seconds) {
    for (List<String> some : Lists.partition(ids, MOST_IDS)) {
      call(
          stub.modifyAckDeadlineCallable()
              .futureCall(
                  ModifyAckDeadlineRequest.newBuilder()
                      .setSubscription(settings.subscription().toString())
                      .addAllAckIds(some)
                      .setAckDeadlineSeconds(seconds)
                      .build()),
          new Answers(List.of()));
    }
  }

  private void call(ApiFuture<Empty> call, Answers answers) {
    synchronized (this) {
      calls++;
    }
    ApiFutures.addCallback(call, answers, executor);
  }

  private void called() {
    synchronized (this) {
      calls--;
    }
    onRoom.run();
  }

  /** Hands on what the server says of one request. */
  private final class Answers implements ApiFutureCallback<Empty> {
    private final List<Map.Entry<String, SettableApiFuture<AckResponse>>> waiting;

    Answers(List<Map.Entry<String, SettableApiFuture<AckResponse>>> waiting) {
      this.waiting = waiting;
    }

    @Override
    public void onSuccess(Empty empty) {
      called();
      for (var one : waiting) {
        one.getValue().set(AckResponse.SUCCESSFUL);
      }
    }

    @Override
    public void onFailure(Throwable failure) {
      called();
      LOG.warn("{}: {}", settings.subscription().getSubscription(), failure.toString());
      for (var one : waiting) {
        AckResponse answer = Failures.answer(failure, one.getKey());
        if (answer != null) {
          one.getValue().set(answer);
        }
      }
    }
  }
}
