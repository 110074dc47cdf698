package dev.connectors.core;

/**
 * Elements of a lane reached a {@link Committer} with {@link CommitOrder#IN_ORDER} in another order
 * than they were emitted in, so that an element which was not processed may have been taken for
 * done.
 */
public final class OutOfOrderException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final String position;

  /**
   * @param position the element that came too late
   */
  public OutOfOrderException(String position) {
    super(
        position
            + " reached the committer after a later element of its lane, which had settled it: "
            + "the stream does not keep the order, so use CommitOrder.ANY_ORDER "
            + "(connectors.committer.order = any-order)");
    this.position = position;
  }

  /** The element that came too late, for example {@code orders-3@42}. */
  public String position() {
    return position;
  }
}
