package dev.connectors.csv.internal;

import dev.connectors.csv.CsvException;
import org.jspecify.annotations.Nullable;

/** Whole records, with the comments and empty lines before them; or one malformed record. */
final class Batch {
  /** All of it; of a malformed record no more than the longest that is allowed. */
  final byte[] bytes;

  /** Where it begins in what is scanned. */
  final long offset;

  /** Where what follows it begins. */
  final long end;

  /** Where it begins in the input. */
  final long inputOffset;

  final int count;

  /** Where each record begins in {@link #bytes}. */
  final int[] starts;

  /** Where each ends, without its line end. */
  final int[] ends;

  /** In which line each begins, from 1 on. */
  final long[] lines;

  /** What is wrong with the only record; null if nothing is. */
  final @Nullable CsvException failure;

  Batch(
      byte[] bytes,
      long offset,
      long end,
      long inputOffset,
      int count,
      int[] starts,
      int[] ends,
      long[] lines,
      @Nullable CsvException failure) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
    this.inputOffset = inputOffset;
    this.count = count;
    this.starts = starts;
    this.ends = ends;
    this.lines = lines;
    this.failure = failure;
  }

  /** One malformed record, of which {@code raw} is kept. */
  static Batch malformed(
      byte[] raw, long offset, long end, long inputOffset, long line, CsvException failure) {
    return new Batch(
        raw,
        offset,
        end,
        inputOffset,
        1,
        new int[] {0},
        new int[] {raw.length},
        new long[] {line},
        failure);
  }
}
