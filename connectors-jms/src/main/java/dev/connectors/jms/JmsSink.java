package dev.connectors.jms;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;

/** Sinks of JMS messages. */
public final class JmsSink {
  private JmsSink() {}

  /**
   * Sends each message; completes when all are confirmed, and fails as {@link JmsFlow#produce}
   * does.
   */
  public static Sink<JmsMessage, CompletionStage<Done>> plain(JmsProducerSettings settings) {
    return JmsFlow.produce(settings).toMat(Sink.ignore(), Keep.right());
  }
}
