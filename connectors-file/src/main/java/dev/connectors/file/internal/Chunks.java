package dev.connectors.file.internal;

import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** What is written becomes elements of one size. Not thread-safe. */
public final class Chunks extends OutputStream {
  private final int size;
  private final Queue<ByteString> full = new ArrayDeque<>();
  private byte[] chunk;
  private int length;

  public Chunks(int size) {
    this.size = size;
    this.chunk = new byte[size];
  }

  @Override
  public void write(int value) {
    if (length == size) {
      next();
    }
    chunk[length++] = (byte) value;
  }

  @Override
  public void write(byte[] bytes, int offset, int count) {
    int from = offset;
    int left = count;
    while (left > 0) {
      if (length == size) {
        next();
      }
      int part = Math.min(left, size - length);
      System.arraycopy(bytes, from, chunk, length, part);
      length += part;
      from += part;
      left -= part;
    }
  }

  private void next() {
    full.add(ByteString.fromArrayUnsafe(chunk));
    chunk = new byte[size];
    length = 0;
  }

  /** The next that is full; null if none is. */
  public @Nullable ByteString poll() {
    return full.poll();
  }

  /** What is left when all is written, in one or two elements; null when there is none. */
  public @Nullable ByteString rest() {
    if (!full.isEmpty()) {
      return full.poll();
    }
    if (length == 0) {
      return null;
    }
    ByteString rest = ByteString.fromArrayUnsafe(Arrays.copyOf(chunk, length));
    length = 0;
    return rest;
  }
}
