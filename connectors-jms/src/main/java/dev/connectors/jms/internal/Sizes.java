package dev.connectors.jms.internal;

/** The sizes of messages in the order they were received, and their sum; for one thread. */
final class Sizes {
  private int[] ring = new int[MessageBatch.MOST]; // a power of two
  private int first;
  private int count;
  private long sum;

  void add(int bytes) {
    if (count == ring.length) {
      grow();
    }
    ring[index(count++)] = bytes;
    sum += bytes;
  }

  private void grow() {
    int[] next = new int[2 * ring.length];
    for (int i = 0; i < count; i++) {
      next[i] = ring[index(i)];
    }
    ring = next;
    first = 0;
  }

  /** Of the oldest {@code many}. */
  void remove(long many) {
    for (long left = many; left > 0; left--) {
      sum -= ring[first];
      first = index(1);
      count--;
    }
  }

  void clear() {
    first = 0;
    count = 0;
    sum = 0;
  }

  long sum() {
    return sum;
  }

  private int index(int offset) {
    return (first + offset) & (ring.length - 1);
  }
}
