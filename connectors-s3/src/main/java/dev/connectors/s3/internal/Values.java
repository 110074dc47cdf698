package dev.connectors.s3.internal;

import dev.connectors.core.internal.Checks;

/** Checks of settings that only this module has. */
public final class Values {
  private static final long SMALLEST_PART = 5L << 20;
  private static final long LARGEST_PART = 5L << 30;

  private Values() {}

  /** What S3 allows, but for the last part. */
  public static long partSize(String setting, long value) {
    return between(setting, SMALLEST_PART, LARGEST_PART, value);
  }

  public static long between(String setting, long lowest, long highest, long value) {
    if (value < lowest || value > highest) {
      throw Checks.refused(setting, value, "from " + lowest + " to " + highest);
    }
    return value;
  }
}
