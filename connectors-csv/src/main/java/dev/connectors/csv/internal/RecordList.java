package dev.connectors.csv.internal;

import java.util.Arrays;

/** The records of the batch that is being made. */
final class RecordList {
  private int count;
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private long[] lines = new long[64];

  int count() {
    return count;
  }

  void add(int start, int end, long line) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
      lines = Arrays.copyOf(lines, 2 * count);
    }
    starts[count] = start;
    ends[count] = end;
    lines[count++] = line;
  }

  /** All places are less by so much. */
  void shift(int by) {
    for (int i = 0; i < count; i++) {
      starts[i] -= by;
      ends[i] -= by;
    }
  }

  /** The batch of them, which begins at {@code from}; none are left. */
  Batch take(byte[] bytes, int from, long offset, long end, long inputOffset) {
    shift(from);
    Batch batch =
        new Batch(
            bytes,
            offset,
            end,
            inputOffset,
            count,
            Arrays.copyOf(starts, count),
            Arrays.copyOf(ends, count),
            Arrays.copyOf(lines, count),
            null);
    count = 0;
    return batch;
  }
}
