package dev.connectors.jms.internal;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings replies to who awaits them. The listener is called by the client's thread. */
final class Replies implements MessageListener {
  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

  /** What a reply completes. */
  static final class Awaited extends Completion {
    private @Nullable Message reply; // written before it is done, read after that

    Awaited(Runnable wake) {
      super(wake);
    }

    private void answer(Message message) {
      reply = message;
      succeed();
    }

    Message reply() {
      return Objects.requireNonNull(reply);
    }
  }

  private final int mostEarly;
  private final Map<String, Awaited> awaited = new HashMap<>(); // guarded by this
  private final Map<String, Message> early = new LinkedHashMap<>(); // guarded by this

  /**
   * @param mostEarly how many replies are kept that nobody awaits yet
   */
  Replies(int mostEarly) {
    this.mostEarly = mostEarly;
  }

  /** Whether nobody awaits the same. */
  synchronized boolean await(String id, Awaited reply) {
    Message before = early.remove(id);
    if (before != null) {
      reply.answer(before);
      return true;
    }
    return awaited.putIfAbsent(id, reply) == null;
  }

  synchronized void forget(String id) {
    awaited.remove(id);
  }

  @Override
  public void onMessage(Message message) {
    try {
      answer(message.getJMSCorrelationID(), message);
    } catch (JMSException unreadable) {
      LOG.warn("A reply has no readable correlation id, and is dropped", unreadable);
    }
  }

  private synchronized void answer(@Nullable String id, Message message) {
    Awaited known = id == null ? null : awaited.remove(id);
    if (known != null) {
      known.answer(message);
    } else if (id != null && mostEarly > 0) {
      if (early.size() == mostEarly) {
        early.remove(early.keySet().iterator().next()); // mostly of a request that was given up
      }
      early.put(id, message);
    } else {
      LOG.debug("A reply that nobody awaits is dropped, correlation id {}", id);
    }
  }
}
