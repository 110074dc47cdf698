package dev.connectors.jms;

/**
 * How a committable source tells the broker that messages are done. JMS has no positions: a session
 * acknowledges all that it has received, unless the broker offers more.
 */
public enum JmsAcknowledgement {
  /**
   * A local transaction per batch of {@code batch-size} messages or {@code batch-interval},
   * committed once all of its messages are settled. Works with every broker. A crash, a rejection
   * or a shutdown with unsettled messages redelivers the whole batch.
   */
  TRANSACTED,

  /**
   * Each message by itself, in the order of delivery: what is redelivered after a crash is what was
   * not settled, and what was settled behind it. A vendor's addition that ActiveMQ Classic and
   * Artemis have, and that is detected; with another broker the source fails and says so, unless
   * {@link JmsConsumerSettings#withIndividualMode} names its mode.
   */
  INDIVIDUAL,

  /**
   * As {@link #TRANSACTED}, but without a transaction: {@code CLIENT_ACKNOWLEDGE}, which
   * acknowledges all that the session has received, and so is called only when all of that is
   * settled. For brokers without transactions, and where they are slow.
   */
  CLIENT
}
