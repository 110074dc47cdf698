package dev.connectors.benchmarks.sidebyside;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * What each live Java thread has allocated so far. A thread that ends in a round takes its figure
 * along; none of the contenders' has reason to before the round's end.
 */
record Allocation(Map<Long, Long> byThread) {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  static final Allocation NONE = new Allocation(Map.of());

  static Allocation now() {
    long[] ids = THREADS.getAllThreadIds();
    long[] bytes = THREADS.getThreadAllocatedBytes(ids);
    Map<Long, Long> byThread = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      if (bytes[i] >= 0) { // -1: it has just ended
        byThread.put(ids[i], bytes[i]);
      }
    }
    return new Allocation(byThread);
  }

  long since(Allocation before) {
    long sum = 0;
    for (Map.Entry<Long, Long> thread : byThread.entrySet()) {
      sum += thread.getValue() - before.byThread.getOrDefault(thread.getKey(), 0L);
    }
    return sum;
  }
}
