package dev.connectors.testkit.chaos;

import java.util.Arrays;

/** How many inputs were seen how often: exactly up to nine times, then together. */
final class Distribution {
  private static final int MANY = 10;

  private final long[] acknowledged = new long[MANY + 1];
  private final long[] others = new long[MANY + 1];

  void add(int times, boolean isAcknowledged) {
    (isAcknowledged ? acknowledged : others)[Math.min(times, MANY)]++;
  }

  boolean hasOthers() {
    return Arrays.stream(others).sum() > 0;
  }

  /** A line for each number of times, up to the last that there is. */
  @Override
  public String toString() {
    int last = 1;
    for (int times = 0; times <= MANY; times++) {
      last = acknowledged[times] + others[times] > 0 ? Math.max(last, times) : last;
    }
    StringBuilder text = new StringBuilder();
    for (int times = 0; times <= last; times++) {
      text.append("%n  seen %-8s %,12d".formatted(name(times), acknowledged[times]));
      if (hasOthers()) {
        text.append("   and %,d sent without an acknowledgement".formatted(others[times]));
      }
    }
    return text.toString();
  }

  private static String name(int times) {
    return switch (times) {
      case 0 -> "never";
      case 1 -> "once";
      case 2 -> "twice";
      case MANY -> MANY + " or more";
      default -> times + " times";
    };
  }
}
