package dev.connectors.jms.internal;

import dev.connectors.jms.JmsCorrelation;
import dev.connectors.jms.JmsReply;
import dev.connectors.jms.JmsRequestSettings;
import dev.connectors.jms.JmsTimeoutPolicy;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/**
 * Messages come to their replies, on a temporary queue of the connection's: it ends with that, and
 * with it the replies that are on their way. The replies have a session of their own, which the
 * client's thread has for itself.
 */
final class Requesting implements Dispatch<JmsReply> {
  private final Opened opener;
  private final ProducerLink link;
  private final Runnable wake;
  private final Replies replies;
  private final TemporaryQueue queue;

  private Requesting(Opened opener, ProducerLink link, Runnable wake) throws JMSException {
    this.opener = opener;
    this.link = link;
    this.wake = wake;
    JmsRequestSettings settings = opener.settings;
    // A message's id is known only when it is sent; the reply may come before.
    this.replies =
        new Replies(
            settings.correlation() == JmsCorrelation.MESSAGE_ID
                ? settings.producer().maxInFlight()
                : 0);
    Session session = link.connection().createSession(Session.AUTO_ACKNOWLEDGE);
    this.queue = session.createTemporaryQueue();
    session.createConsumer(queue).setMessageListener(replies);
    link.connection().start();
  }

  static Opener<JmsReply> opener(JmsRequestSettings settings) {
    return new Opened(settings);
  }

  private static final class Opened implements Opener<JmsReply> {
    private final JmsRequestSettings settings;
    private final String prefix = UUID.randomUUID() + "-";
    private long number;

    Opened(JmsRequestSettings settings) {
      this.settings = settings;
    }

    @Override
    public Dispatch<JmsReply> open(Runnable wake) throws JMSException {
      ProducerLink link = ProducerLink.open(settings.producer(), false, wake);
      try {
        return new Requesting(this, link, wake);
      } catch (JMSException | RuntimeException | Error cause) {
        link.close();
        throw cause;
      }
    }

    String nextId() {
      return prefix + number++;
    }
  }

  @Override
  public void send(Outgoing<?, JmsReply> outgoing) throws JMSException {
    Message request = link.make(outgoing.message);
    request.setJMSReplyTo(queue);
    Replies.Awaited reply = new Replies.Awaited(wake);
    outgoing.completion = reply;
    if (opener.settings.correlation() == JmsCorrelation.MESSAGE_ID) {
      link.send(outgoing.message, request);
      await(request.getJMSMessageID(), reply);
      outgoing.correlationId = request.getJMSMessageID();
    } else {
      String id = correlationId(outgoing);
      request.setJMSCorrelationID(id);
      await(id, reply); // before it is sent: the reply may come at once
      link.send(outgoing.message, request);
    }
  }

  private String correlationId(Outgoing<?, JmsReply> outgoing) {
    String id = outgoing.correlationId; // when it is sent again
    if (id == null) {
      String given = outgoing.message.correlationId();
      id = given == null ? opener.nextId() : given;
      outgoing.correlationId = id;
    }
    return id;
  }

  private void await(String id, Replies.Awaited reply) {
    if (!replies.await(id, reply)) {
      throw new IllegalArgumentException(
          "a request with the correlation id " + id + " is in flight already");
    }
  }

  @Override
  public void flush() {
    // Each was sent as the client does it.
  }

  @Override
  public boolean isDone(Outgoing<?, JmsReply> oldest, long nowNanos)
      throws JMSException, TimeoutException {
    Replies.Awaited reply = (Replies.Awaited) Objects.requireNonNull(oldest.completion);
    if (reply.isDone()) {
      oldest.result = new JmsReply.Answered(oldest.message, reply.reply());
      return true;
    }
    if (patienceNanos(oldest, nowNanos) > 0) {
      return false;
    }
    String id = Objects.requireNonNull(oldest.correlationId);
    replies.forget(id);
    if (opener.settings.onTimeout() == JmsTimeoutPolicy.FAIL) {
      throw new TimeoutException(
          "no reply within " + opener.settings.timeout() + ", correlation id " + id);
    }
    oldest.result =
        new JmsReply.Unanswered(oldest.message, Duration.ofNanos(nowNanos - oldest.firstSentAt));
    return true;
  }

  @Override
  public long patienceNanos(Outgoing<?, JmsReply> oldest, long nowNanos) {
    return oldest.firstSentAt + opener.settings.timeout().toNanos() - nowNanos;
  }

  @Override
  public void check() throws JMSException {
    link.check();
  }

  @Override
  public void close() {
    link.close();
  }
}
