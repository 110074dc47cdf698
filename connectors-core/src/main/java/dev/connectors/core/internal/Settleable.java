package dev.connectors.core.internal;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.Committable;
import java.util.function.Consumer;

/**
 * A committable that can be settled now and made durable later, together with others of its window.
 */
public abstract class Settleable implements Committable {

  /**
   * Settles without asking for a commit.
   *
   * @return whether the order was kept: false when a later element had settled this one in passing
   */
  public abstract boolean settle(CommitOrder order);

  /** Hands over the windows that have to commit for this to be durable. */
  public abstract void windows(Consumer<InFlight> consumer);
}
