package dev.connectors.pubsub;

/**
 * What becomes of a commit when the server does not answer the acknowledgement in time, or not
 * before the client ends.
 */
public enum UnansweredPolicy {
  /**
   * It completes: without exactly-once delivery the client never tells of an acknowledgement whose
   * call has failed, and all that can happen is that the message is delivered again.
   */
  CONTINUE,
  /** It fails with {@link AckFailedException}. For subscriptions with exactly-once delivery. */
  FAIL
}
