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
  private Failures() {}

  /** A client id in use is one: the broker may not have noticed that its owner is gone. */
  static boolean isTransient(Throwable failure) {
    return failure instanceof JMSException
        && !(failure instanceof JMSSecurityException
            || failure instanceof InvalidSelectorException
            || failure instanceof InvalidDestinationException
            || failure instanceof MessageFormatException
            || failure instanceof MessageNotReadableException
            || failure instanceof MessageNotWriteableException);
  }
}
