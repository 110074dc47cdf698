package dev.connectors.pubsub;

import com.google.pubsub.v1.PubsubMessage;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;

/** Sinks of Pub/Sub messages. */
public final class PubSubSink {
  private PubSubSink() {}

  /**
   * Publishes each message; completes when all are confirmed, and fails as {@link
   * PubSubFlow#publish} does.
   */
  public static Sink<PubsubMessage, CompletionStage<Done>> plain(PublisherSettings settings) {
    return PubSubFlow.publish(settings).toMat(Sink.ignore(), Keep.right());
  }
}
