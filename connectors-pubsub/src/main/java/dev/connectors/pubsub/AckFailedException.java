package dev.connectors.pubsub;

import com.google.cloud.pubsub.v1.AckResponse;
import com.google.pubsub.v1.ProjectSubscriptionName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages were processed, and the server did not take their acknowledgement: it delivers them
 * again. {@code INVALID}, for example, says that the lease had run out.
 *
 * @see <a href="https://cloud.google.com/pubsub/docs/exactly-once-delivery">Exactly-once
 *     delivery</a>
 */
public final class AckFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 10;

  private final transient ProjectSubscriptionName subscription;
  private final @Nullable AckResponse response;
  private final List<String> messageIds;

  public AckFailedException(
      ProjectSubscriptionName subscription,
      @Nullable AckResponse response,
      List<String> messageIds) {
    super(
        "%s: %s of %d acknowledged messages, among them %s"
            .formatted(
                subscription.getSubscription(),
                response == null ? "no answer" : "answer " + response,
                messageIds.size(),
                messageIds.subList(0, Math.min(SHOWN, messageIds.size()))));
    this.subscription = subscription;
    this.response = response;
    this.messageIds = List.copyOf(messageIds);
  }

  public ProjectSubscriptionName subscription() {
    return subscription;
  }

  /** The server's answer to the first of them; null when there was none in time. */
  public @Nullable AckResponse response() {
    return response;
  }

  /** The messages that are delivered again. */
  public List<String> messageIds() {
    return messageIds;
  }
}
