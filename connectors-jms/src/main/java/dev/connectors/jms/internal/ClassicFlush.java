package dev.connectors.jms.internal;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.apache.activemq.ActiveMQConnection;

/** Acknowledgements without an answer, but for the last: the broker takes them in order. */
final class ClassicFlush implements Flush {
  private final ActiveMQConnection connection;

  ClassicFlush(Connection connection) {
    this.connection = (ActiveMQConnection) connection;
  }

  @Override
  public void acknowledge(Message message, boolean wait) throws JMSException {
    connection.setSendAcksAsync(!wait); // of this connection, which has this session only
    message.acknowledge();
  }
}
