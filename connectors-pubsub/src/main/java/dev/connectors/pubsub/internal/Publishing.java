package dev.connectors.pubsub.internal;

import com.google.api.core.ApiFuture;
import com.google.pubsub.v1.PubsubMessage;

/** What the stage needs of the client. None of it blocks. */
interface Publishing {
  /** Publishes in time; the result is the id that the server gave. */
  ApiFuture<String> publish(PubsubMessage message);

  /** Takes messages of a key again, after one of it has failed. */
  void resume(String orderingKey);

  /** Sends at once what is gathered. */
  void flush();
}
