package dev.connectors.s3.internal;

/** How large the parts of an upload are. */
final class PartPlan {
  static final int MAX_PARTS = 10_000;

  private static final long LARGEST = 5L << 30;
  private static final long UNIT = 1L << 20;

  /**
   * A part of unknown length is at least this fraction of what precedes it. The size stays the same
   * for as many parts, and from there on grows by so little that an object of 50 GB has parts of 40
   * MiB, and by so much that 10,000 parts hold 5 TiB, whatever they begin with.
   */
  private static final long FRACTION = 1_250;

  private final long partSize;
  private final boolean isKnown;
  private final long length;

  /**
   * @param length of the object, or negative if it is not known
   */
  PartPlan(long partSize, long length) {
    this.length = length;
    this.isKnown = length >= 0;
    this.partSize = isKnown ? Math.max(partSize, roundUp(divideUp(length, MAX_PARTS))) : partSize;
  }

  /**
   * The size of a part that is not the last.
   *
   * @param number from 1
   * @param before how many bytes precede it
   * @throws IllegalStateException if there can't be so many parts
   */
  long size(int number, long before) {
    if (number > MAX_PARTS) {
      throw new IllegalStateException(
          "the object is too large: " + before + " bytes are in " + MAX_PARTS + " parts");
    }
    return isKnown
        ? partSize
        : Math.min(LARGEST, Math.max(partSize, roundUp(divideUp(before, FRACTION))));
  }

  /** How many there are of an object whose length is known. */
  int parts() {
    return (int) divideUp(length, partSize);
  }

  private static long divideUp(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  private static long roundUp(long size) {
    return divideUp(size, UNIT) * UNIT;
  }
}
