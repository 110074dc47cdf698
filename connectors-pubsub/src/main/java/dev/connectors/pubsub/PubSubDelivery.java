package dev.connectors.pubsub;

import com.google.pubsub.v1.ProjectSubscriptionName;
import dev.connectors.core.Committable;
import dev.connectors.core.internal.Checks;

/** The delivery of one message: what a source's {@link Committable} knows beside settling. */
public interface PubSubDelivery extends Committable {

  /** The subscription that delivered the message. */
  ProjectSubscriptionName subscription();

  /** The id that the server gave the message when it was published. */
  String messageId();

  /**
   * How many times the message has been delivered, this one included; 0 when the subscription has
   * no dead-letter policy, without which the server doesn't count.
   */
  int attempt();

  /**
   * The delivery behind a committable of {@link PubSubSource}.
   *
   * @throws IllegalArgumentException for any other: of another source, split, or of several
   */
  static PubSubDelivery of(Committable committable) {
    if (committable instanceof PubSubDelivery delivery) {
      return delivery;
    }
    throw Checks.refused(
        "committable", committable.getClass().getName(), "one of PubSubSource as it was emitted");
  }
}
