package dev.connectors.jms;

/** How the broker confirms what is sent. */
public enum JmsConfirmation {
  /**
   * What is at hand, up to {@code batch-size} messages, is sent in a local transaction and
   * committed: one wait for the broker's disk per batch. A batch is there as a whole or not at all.
   */
  TRANSACTED,

  /**
   * Sends don't wait; the client tells when the broker has a message, by {@code CompletionListener}
   * of JMS 2 or ActiveMQ Classic's {@code AsyncCallback}, whichever it has. Up to {@code
   * max-in-flight} messages are then on their way, and all of them are sent again when the
   * connection is lost. A client that has neither waits for each message, with a warning.
   *
   * <p>So does Artemis' without a {@code confirmationWindowSize} in its connection factory (1048576
   * for example): it would complete messages that the broker has not.
   */
  ASYNCHRONOUS,

  /**
   * Each send waits for the broker, as the client does by default for persistent messages. For
   * brokers without transactions.
   */
  EACH
}
