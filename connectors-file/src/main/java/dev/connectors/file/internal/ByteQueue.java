package dev.connectors.file.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/** The bytes that are not done with, in one array. Not thread-safe. */
final class ByteQueue {
  private byte[] bytes = new byte[1 << 12];
  private int start;
  private int end;
  private long offset;

  void add(ByteString piece) {
    int length = piece.size();
    if (bytes.length - end < length) {
      makeRoom(length);
    }
    if (length > 0) {
      piece.copyToBuffer(ByteBuffer.wrap(bytes, end, length));
      end += length;
    }
  }

  private void makeRoom(int length) {
    int kept = end - start;
    byte[] roomy =
        kept + length > bytes.length - (bytes.length >> 2)
            ? new byte[Math.max(Math.addExact(kept, length), 2 * bytes.length)]
            : bytes;
    System.arraycopy(bytes, start, roomy, 0, kept);
    bytes = roomy;
    start = 0;
    end = kept;
  }

  int size() {
    return end - start;
  }

  /** Where in all the input the first of them is. */
  long offset() {
    return offset;
  }

  /** The array; the queue's first byte is at {@link #start}. */
  byte[] array() {
    return bytes;
  }

  int start() {
    return start;
  }

  /** The byte at a place, counted from the first. */
  byte at(int place) {
    return bytes[start + place];
  }

  /** Done with the first ones. */
  void skip(int count) {
    start += count;
    offset += count;
  }

  /** The first ones, which are done with then. */
  ByteString take(int count) {
    ByteString taken = ByteString.fromArrayUnsafe(Arrays.copyOfRange(bytes, start, start + count));
    skip(count);
    return taken;
  }
}
