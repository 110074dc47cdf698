package dev.connectors.core;

/** What settling an element says of the elements that were emitted before it in its lane. */
public enum CommitOrder {
  /**
   * A settled element settles all before it in its lane, so elements that an order-preserving
   * operator dropped ({@code filter}, {@code collect}, {@code mapConcat} to nothing) count as done.
   * Until then they are in flight: where {@code max-elements} in a row may be dropped, drop them
   * with {@link Committer#filter} or {@link Committable#mapConcat}, which settle them at once.
   * Needs a stream that keeps the order: where a lane is seen to go backwards the stream fails with
   * {@link OutOfOrderException}.
   */
  IN_ORDER,

  /**
   * Each element is settled by itself: safe behind {@code mapAsyncUnordered}, {@code groupBy} and
   * {@code merge}. An element that is dropped holds the position of its lane back; drop it with
   * {@link Committer#filter} or {@link Committable#mapConcat}, or settle it with {@link
   * Committable#commit()}.
   */
  ANY_ORDER
}
