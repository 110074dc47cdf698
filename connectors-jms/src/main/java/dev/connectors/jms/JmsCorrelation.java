package dev.connectors.jms;

/** What a reply's {@code JMSCorrelationID} repeats, as who replies does it. */
public enum JmsCorrelation {
  /**
   * The request's {@code JMSCorrelationID}, that of the message, or else an id that the flow makes.
   * A request that is sent again keeps it.
   */
  CORRELATION_ID,

  /** The request's {@code JMSMessageID}, which is another one each time that it is sent. */
  MESSAGE_ID
}
