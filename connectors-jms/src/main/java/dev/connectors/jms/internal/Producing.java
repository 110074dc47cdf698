package dev.connectors.jms.internal;

import dev.connectors.jms.JmsConfirmation;
import dev.connectors.jms.JmsProducerSettings;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages come to themselves, once the broker has confirmed them as the settings say. */
final class Producing implements Dispatch<Message> {
  private static final Logger LOG = LoggerFactory.getLogger(Producing.class);

  private final Opened opener;
  private final ProducerLink link;
  private final Runnable wake;
  private final @Nullable AsyncSend async;
  private @Nullable Completion transaction;

  private Producing(Opened opener, ProducerLink link, @Nullable AsyncSend async, Runnable wake) {
    this.opener = opener;
    this.link = link;
    this.async = async;
    this.wake = wake;
  }

  static Opener<Message> opener(JmsProducerSettings settings) {
    return new Opened(settings);
  }

  private static final class Opened implements Opener<Message> {
    private final JmsProducerSettings settings;
    private JmsConfirmation confirmation;
    private boolean told;

    Opened(JmsProducerSettings settings) {
      this.settings = settings;
      this.confirmation = settings.confirmation();
    }

    @Override
    public Dispatch<Message> open(Runnable wake) throws JMSException {
      boolean transacted = confirmation == JmsConfirmation.TRANSACTED;
      ProducerLink link = ProducerLink.open(settings, transacted, wake);
      try {
        return new Producing(this, link, async(link), wake);
      } catch (JMSException | RuntimeException | Error cause) {
        link.close();
        throw cause;
      }
    }

    private @Nullable AsyncSend async(ProducerLink link) throws JMSException {
      if (confirmation != JmsConfirmation.ASYNCHRONOUS) {
        return null;
      }
      try {
        return link.async();
      } catch (UnsupportedOperationException cause) {
        waitsForEach(cause);
        return null;
      }
    }

    void sendsBy(AsyncSend way) {
      if (!told) {
        told = true;
        LOG.info("{}: sends asynchronously, by {}", Thread.currentThread().getName(), way.name());
      }
    }

    void waitsForEach(UnsupportedOperationException cause) {
      confirmation = JmsConfirmation.EACH;
      LOG.warn(
          "{}: each send waits for the broker, since this client can't send asynchronously: {}",
          Thread.currentThread().getName(),
          String.valueOf(cause));
    }
  }

  @Override
  public void send(Outgoing<?, Message> outgoing) throws JMSException {
    Message made = link.make(outgoing.message);
    outgoing.result = made;
    switch (opener.confirmation) {
      case TRANSACTED -> {
        if (transaction == null) {
          transaction = new Completion(() -> {}); // told by this thread
        }
        outgoing.completion = transaction;
        link.send(outgoing.message, made);
      }
      case EACH -> sendAndWait(outgoing, made);
      case ASYNCHRONOUS -> sendAsynchronously(Objects.requireNonNull(async), outgoing, made);
    }
  }

  private void sendAsynchronously(AsyncSend way, Outgoing<?, Message> outgoing, Message made)
      throws JMSException {
    Completion completion = new Completion(wake);
    outgoing.completion = completion;
    try {
      way.send(link.destination(outgoing.message), made, outgoing.message, completion);
      opener.sendsBy(way);
    } catch (UnsupportedOperationException refused) {
      opener.waitsForEach(refused);
      sendAndWait(outgoing, made);
    }
  }

  private void sendAndWait(Outgoing<?, Message> outgoing, Message made) throws JMSException {
    link.send(outgoing.message, made);
    outgoing.completion = Completion.DONE;
  }

  @Override
  public void flush() throws JMSException {
    Completion open = transaction;
    if (open != null) {
      link.commit();
      transaction = null;
      open.succeed();
    }
  }

  @Override
  public boolean isDone(Outgoing<?, Message> oldest, long nowNanos) throws JMSException {
    return Objects.requireNonNull(oldest.completion).isDone();
  }

  @Override
  public long patienceNanos(Outgoing<?, Message> oldest, long nowNanos) {
    return Long.MAX_VALUE;
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
