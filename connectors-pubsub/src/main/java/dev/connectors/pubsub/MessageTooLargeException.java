package dev.connectors.pubsub;

import com.google.cloud.pubsub.v1.Publisher;

/**
 * A message is larger than a request may be, and so was not sent. No retry helps: make it smaller,
 * for example by a claim check, which puts the data elsewhere and publishes where it is.
 *
 * @see <a href="https://docs.cloud.google.com/pubsub/quotas#resource_limits">Pub/Sub: limits</a>
 */
public final class MessageTooLargeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final long size;
  private final long limit;

  public MessageTooLargeException(long size, long limit) {
    super("A message has " + size + " bytes, allowed are " + limit + ": it was not published");
    this.size = size;
    this.limit = limit;
  }

  /** The bytes of the message as it would be sent: data, attributes and ordering key. */
  public long size() {
    return size;
  }

  /** The most bytes of a message, {@link Publisher#getApiMaxRequestBytes}. */
  public long limit() {
    return limit;
  }
}
