package dev.connectors.core.internal;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.Committable;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * A committable that can be settled now and made durable later, together with others of its window.
 */
public abstract class Settleable implements Committable {

  /** Collects what has to happen before a settling is durable. */
  public interface Commits {
    /** The window has to commit. */
    void owedBy(InFlight window);

    /** A committable that is not ours was committed; this is its outcome. */
    void begun(CompletionStage<Done> commit);
  }

  /**
   * Settles without asking its own window for a commit.
   *
   * @return whether the order was kept: false when a later element had settled this one in passing
   */
  public abstract boolean settle(CommitOrder order, Commits commits);

  /** Whether a later element has settled this one in passing. */
  public abstract boolean wasPassed();

  /**
   * To be called when {@link #settle} has returned false: nothing that was settled in passing is
   * committed any more in the lanes where the order was not kept.
   */
  public abstract void outOfOrder();
}
