package dev.connectors.pubsub.internal;

import com.google.api.core.ApiFuture;
import com.google.cloud.pubsub.v1.AckResponse;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.pubsub.SubscriberSettings;
import java.io.IOException;

/** What messages come from: the client, or a fake of it. No method blocks but {@link #start}. */
public interface Link {

  /** Makes a link; it uses the transport and leaves its closing to the caller. */
  interface Factory {
    Link create(SubscriberSettings settings, Transport transport);
  }

  /** Told by the link, on its threads. */
  interface Listener {
    /** It receives now. */
    void running();

    /**
     * A message, leased until it gets its reply.
     *
     * @param attempt 0 if the server doesn't count
     */
    void received(PubsubMessage message, int attempt, Reply reply);

    /**
     * It has come to its end: for good, by itself, after the last reply or when that took too long.
     */
    void failed(Throwable cause);

    /** It has come to its end, as it was told. */
    void terminated();
  }

  /** What is to become of a message: told once. */
  interface Reply {
    /** It is done. The server's answer; may never come. */
    ApiFuture<AckResponse> ack();

    /** It is to be delivered again. */
    void nack();
  }

  /** Begins to receive; may take as long as reading credentials does. */
  void start(Listener listener) throws IOException;

  /** The stream has room and nothing waits for it. */
  void wanted();

  /** Some messages got their replies. */
  void replied();

  /**
   * Receives no more, extends leases until each message has its reply, and then comes to its end.
   */
  void stop();

  /** Lets go of what it has, whether it has come to its end or not. */
  void close();
}
