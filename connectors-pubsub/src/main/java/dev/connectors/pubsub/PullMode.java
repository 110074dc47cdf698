package dev.connectors.pubsub;

/** How a source gets its messages. */
public enum PullMode {
  /**
   * The server sends them over a stream that stays open; the client's {@code Subscriber} extends
   * their leases. For throughput and low latency.
   *
   * @see <a href="https://cloud.google.com/pubsub/docs/pull#streamingpull_api">StreamingPull
   *     API</a>
   */
  STREAMING,
  /**
   * One request after the other, each made when the stream has room and nothing is waiting for it;
   * the source extends the leases. For subscriptions with little traffic, and where messages must
   * not be leased ahead of the stream.
   *
   * @see <a href="https://cloud.google.com/pubsub/docs/pull#pull_api">Pull API</a>
   */
  UNARY
}
