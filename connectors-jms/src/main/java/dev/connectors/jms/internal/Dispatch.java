package dev.connectors.jms.internal;

import jakarta.jms.JMSException;

/**
 * How messages are sent and come to their results on one connection. For the sending thread.
 *
 * @param <R> what a message comes to
 */
interface Dispatch<R> {

  /** Makes one on a connection of its own; keeps what was found out about the client. */
  interface Opener<R> {
    /**
     * Connects; nothing is left open when that fails.
     *
     * @param wake run on another thread when {@link Dispatch#isDone} or {@link Dispatch#check} may
     *     have something new to say
     */
    Dispatch<R> open(Runnable wake) throws JMSException;
  }

  /** Sends, without waiting for the result where that is possible. */
  void send(Outgoing<?, R> outgoing) throws JMSException;

  /** Ends a batch: what was sent needs no further message to come to its result. */
  void flush() throws JMSException;

  /**
   * Whether the oldest message without a result has it now.
   *
   * @throws Exception what it has come to instead
   */
  boolean isDone(Outgoing<?, R> oldest, long nowNanos) throws Exception;

  /** After what time {@link #isDone} says something new of itself. */
  long patienceNanos(Outgoing<?, R> oldest, long nowNanos);

  /** Throws what the connection has failed with. */
  void check() throws JMSException;

  void close();
}
