package dev.connectors.file.internal;

import dev.connectors.core.internal.Lane;
import dev.connectors.file.TailLine;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The lines of one read, on their way into the stream; filled before it is handed over. */
final class TailBatch {
  final TailContent content;

  /** Null for a plain source. */
  final @Nullable Lane lane;

  /** The number of the first line in its lane. */
  final long first;

  private @Nullable TailLine[] lines = new @Nullable TailLine[64];
  private long[] ends = new long[64];
  private int size;
  private long bytes;
  private @Nullable IOException failure;

  // The stage's thread only.
  private int next;
  private long emittedBytes;

  TailBatch(TailContent content, @Nullable Lane lane, long first) {
    this.content = content;
    this.lane = lane;
    this.first = first;
  }

  /**
   * @param end where it ends in the file, terminator included
   */
  void add(TailLine line, long end) {
    if (size == ends.length) {
      lines = Arrays.copyOf(lines, 2 * size);
      ends = Arrays.copyOf(ends, 2 * size);
    }
    lines[size] = line;
    ends[size++] = end;
    bytes += end - line.offset();
  }

  /** What reading failed with after these lines. */
  void failedWith(IOException cause) {
    failure = cause;
  }

  @Nullable IOException failure() {
    return failure;
  }

  int size() {
    return size;
  }

  long bytes() {
    return bytes;
  }

  /** The number of the last line in its lane. */
  long last() {
    return first + size - 1;
  }

  /** Where the line of this number ends. */
  long end(long number) {
    return ends[(int) (number - first)];
  }

  boolean isExhausted() {
    return next == size;
  }

  TailLine peek() {
    return Objects.requireNonNull(lines[next]);
  }

  long position() {
    return first + next;
  }

  int nextBytes() {
    return (int) Math.min(Integer.MAX_VALUE, ends[next] - peek().offset());
  }

  void advance() {
    emittedBytes += nextBytes();
    lines[next++] = null;
  }

  int emitted() {
    return next;
  }

  long emittedBytes() {
    return emittedBytes;
  }
}
