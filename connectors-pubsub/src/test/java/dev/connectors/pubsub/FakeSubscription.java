package dev.connectors.pubsub;

import com.google.api.core.ApiFuture;
import com.google.api.core.SettableApiFuture;
import com.google.cloud.pubsub.v1.AckResponse;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.pubsub.internal.Link;
import dev.connectors.pubsub.internal.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A subscription in memory, with links that behave as the client does: to one at a time. */
final class FakeSubscription {
  private final TreeMap<Long, PubsubMessage> unacknowledged = new TreeMap<>();
  private final Map<Long, FakeLink> leased = new HashMap<>();
  private final Map<Long, Integer> attempts = new HashMap<>();
  private final Set<FakeLink> links = new HashSet<>();
  private volatile @Nullable FakeLink last;
  private long published;
  private final List<SettableApiFuture<AckResponse>> untold = new ArrayList<>();
  private boolean silent;
  private AckResponse answer = AckResponse.SUCCESSFUL;

  static PubsubMessage message(long number) {
    return PubsubMessage.newBuilder()
        .setMessageId(Long.toString(number))
        .setData(ByteString.copyFromUtf8("message " + number))
        .putAttributes("number", Long.toString(number))
        .build();
  }

  static long number(PubsubMessage message) {
    return Long.parseLong(message.getAttributesOrThrow("number"));
  }

  Link link(SubscriberSettings settings, Transport transport) {
    FakeLink link = new FakeLink(settings, transport);
    last = link;
    return link;
  }

  /** What the client still had when it was stopped, as its last link hands it over. */
  void deliverLate(Link.Reply reply) {
    Link.Listener to = Objects.requireNonNull(Objects.requireNonNull(last).listener);
    to.received(message(published), 1, reply);
  }

  synchronized void publish(int count) {
    for (int i = 0; i < count; i++) {
      unacknowledged.put(published, message(published));
      published++;
    }
    links.forEach(FakeLink::deliver);
  }

  /** The number of the first message that is not acknowledged. */
  synchronized long committed() {
    return unacknowledged.isEmpty() ? published : unacknowledged.firstKey();
  }

  synchronized int leased() {
    return leased.size();
  }

  synchronized int unacknowledged() {
    return unacknowledged.size();
  }

  /** From now on acknowledgements are taken, and nobody is told so. */
  synchronized void silence() {
    silent = true;
  }

  /** Tells what was not told, and what comes. */
  void speak() {
    List<SettableApiFuture<AckResponse>> answered;
    synchronized (this) {
      silent = false;
      answered = List.copyOf(untold);
      untold.clear();
    }
    answered.forEach(future -> future.set(AckResponse.SUCCESSFUL));
  }

  /** From now on acknowledgements get this answer. */
  synchronized void answer(AckResponse value) {
    answer = value;
  }

  /** Ends all links as the client does when it can't go on. */
  void fail(Throwable cause) {
    Set<FakeLink> failing;
    synchronized (this) {
      failing = new HashSet<>(links);
    }
    failing.forEach(link -> link.fail(cause));
  }

  private final class FakeLink implements Link {
    private final int most;
    private final Transport transport;
    private @Nullable Listener listener;
    private int outstanding;
    private boolean stopped;
    private boolean ended;

    FakeLink(SubscriberSettings settings, Transport transport) {
      this.most = settings.inFlight().maxElements();
      this.transport = transport;
    }

    @Override
    public void start(Listener to) {
      synchronized (FakeSubscription.this) {
        listener = to;
        links.add(this);
      }
      to.running();
      deliver();
    }

    void deliver() {
      transport.executor().execute(this::deliverAll);
    }

    private void deliverAll() {
      synchronized (FakeSubscription.this) { // all of it, for the order
        Listener to = listener;
        while (to != null && !stopped && outstanding < most) {
          Long next = next();
          if (next == null) {
            return;
          }
          leased.put(next, this);
          outstanding++;
          int attempt = attempts.merge(next, 1, Integer::sum);
          to.received(Objects.requireNonNull(unacknowledged.get(next)), attempt, reply(next));
          if (!leased.containsKey(next)) {
            return; // given back at once: it takes no more
          }
        }
      }
    }

    private @Nullable Long next() {
      for (Long number : unacknowledged.keySet()) {
        if (!leased.containsKey(number)) {
          return number;
        }
      }
      return null;
    }

    private Reply reply(long number) {
      return new Reply() {
        @Override
        public ApiFuture<AckResponse> ack() {
          SettableApiFuture<AckResponse> future = SettableApiFuture.create();
          AckResponse given;
          synchronized (FakeSubscription.this) {
            given = answer;
            if (leased.remove(number, FakeLink.this) && given == AckResponse.SUCCESSFUL) {
              unacknowledged.remove(number);
            }
            outstanding--;
            if (silent) {
              untold.add(future);
              return future;
            }
          }
          transport.executor().execute(() -> future.set(given));
          return future;
        }

        @Override
        public void nack() {
          synchronized (FakeSubscription.this) {
            leased.remove(number, FakeLink.this);
            outstanding--;
          }
        }
      };
    }

    @Override
    public void wanted() {}

    @Override
    public void replied() {
      Listener to;
      synchronized (FakeSubscription.this) {
        links.forEach(FakeLink::deliver);
        to = listener;
        if (to == null || !stopped || outstanding > 0 || ended) {
          return;
        }
        ended = true;
      }
      transport.executor().execute(to::terminated);
    }

    @Override
    public void stop() {
      synchronized (FakeSubscription.this) {
        stopped = true;
        links.remove(this);
      }
      replied();
    }

    @Override
    public void close() {}

    private void fail(Throwable cause) {
      Listener to;
      synchronized (FakeSubscription.this) {
        stopped = true;
        ended = true;
        links.remove(this);
        leased.values().removeIf(this::equals);
        to = listener;
      }
      if (to != null) {
        to.failed(cause);
      }
    }
  }
}
