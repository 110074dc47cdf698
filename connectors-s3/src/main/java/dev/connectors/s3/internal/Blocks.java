package dev.connectors.s3.internal;

import java.util.ArrayDeque;
import java.util.Deque;

/** Memory of the parts of one upload, used again for later parts. Not thread-safe. */
final class Blocks {
  private final int size;
  private final Deque<byte[]> free = new ArrayDeque<>();
  private int allocated;

  Blocks(int size) {
    this.size = size;
  }

  int blockSize() {
    return size;
  }

  byte[] take() {
    byte[] block = free.poll();
    if (block == null) {
      allocated++;
      block = new byte[size];
    }
    return block;
  }

  void giveBack(byte[] block) {
    free.push(block);
  }

  /** How many there are in all. */
  int allocated() {
    return allocated;
  }
}
