package dev.connectors.jms.internal;

import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;

/** What of a client's failures another connection may mend. */
final class Failures {
  /** What Classic says of a temporary queue that is gone, a kind of its own. */
  private static final String GONE = "org.apache.activemq.DestinationDoesNotExistException";

  private Failures() {}

  /** A client id in use is one: the broker may not have noticed that its owner is gone. */
  static boolean isTransient(Throwable failure) {
    return failure instanceof JMSException
        && !(failure instanceof JMSSecurityException
            || failure instanceof InvalidSelectorException
            || failure instanceof InvalidDestinationException
            || failure instanceof MessageFormatException
            || failure instanceof MessageNotReadableException
            || failure instanceof MessageNotWriteableException
            || failure.getClass().getName().equals(GONE));
  }
}
