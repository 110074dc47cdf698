package dev.connectors.jms;

/** How the broker confirms what is sent. */
public enum JmsConfirmation {
  /**
   * What is at hand, up to {@code batch-size} messages, is sent in a local transaction and
   * committed: one wait for the broker's disk per batch.
   */
  TRANSACTED,

  /**
   * Each send waits for the broker, as the client does by default for persistent messages. For
   * brokers without transactions.
   */
  EACH
}
