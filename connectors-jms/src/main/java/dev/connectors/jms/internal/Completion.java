package dev.connectors.jms.internal;

import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;

/**
 * Whether one try to send one or several messages was confirmed: told by any thread, read by the
 * sending one. A try that is given up for another has a completion of its own, which nobody reads.
 */
class Completion implements CompletionListener {
  /** Of what is confirmed when sending it returns. */
  static final Completion DONE = new Completion(() -> {});

  static {
    DONE.succeed();
  }

  private final Runnable wake;
  private @Nullable Exception failure; // written before done, read after it
  private volatile boolean done;

  /**
   * @param wake wakes the sending thread
   */
  Completion(Runnable wake) {
    this.wake = wake;
  }

  void succeed() {
    done = true;
    wake.run();
  }

  void fail(Exception cause) {
    failure = cause;
    done = true;
    wake.run();
  }

  /**
   * Whether it was confirmed.
   *
   * @throws JMSException what the client has said instead
   * @throws RuntimeException likewise
   */
  final boolean isDone() throws JMSException {
    if (!done) {
      return false;
    }
    Exception cause = failure;
    if (cause == null) {
      return true;
    }
    if (cause instanceof JMSException known) {
      throw known;
    }
    if (cause instanceof RuntimeException known) {
      throw known;
    }
    JMSException failed = new JMSException(cause.toString());
    failed.initCause(cause);
    throw failed;
  }

  @Override
  public final void onCompletion(Message message) {
    succeed();
  }

  @Override
  public final void onException(Message message, Exception cause) {
    fail(cause);
  }
}
