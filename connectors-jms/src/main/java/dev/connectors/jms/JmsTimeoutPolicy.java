package dev.connectors.jms;

/** What becomes of a request that nobody replies to in time. */
public enum JmsTimeoutPolicy {
  /** The flow fails with a {@code TimeoutException}, after what precedes the request is emitted. */
  FAIL,

  /**
   * The flow emits {@link JmsReply.Unanswered} in its turn; a reply that comes later is dropped.
   */
  EMIT
}
