package dev.connectors.benchmarks.sidebyside;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * What is in use after each garbage collection: what is alive, and what the collector has not
 * looked at. Garbage in between says more of the collector than of the program.
 */
final class HeapWatch {
  private static final String ASKED_FOR = "System.gc()";
  private static final Set<String> HEAP =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toUnmodifiableSet());

  private long before;
  private long peak;

  private HeapWatch() {}

  static HeapWatch start() {
    HeapWatch watch = new HeapWatch();
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(
            (notification, ignored) -> watch.collected(notification), null, null);
      }
    }
    return watch;
  }

  private void collected(Notification notification) {
    if (!GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(
        notification.getType())) {
      return;
    }
    GarbageCollectionNotificationInfo info =
        GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
    if (!ASKED_FOR.equals(info.getGcCause())) {
      seen(used(info.getGcInfo()));
    }
  }

  private static long used(GcInfo info) {
    return info.getMemoryUsageAfterGc().entrySet().stream()
        .filter(pool -> HEAP.contains(pool.getKey()))
        .mapToLong(pool -> pool.getValue().getUsed())
        .sum();
  }

  private synchronized void seen(long used) {
    peak = Math.max(peak, used);
  }

  /** Collects; what is in use after that is what {@link #peak} and {@link #collect} count from. */
  void settle() {
    long used = usedAfterCollection();
    synchronized (this) {
      before = used;
      peak = 0;
    }
  }

  /** Forgets the peak. */
  synchronized void reset() {
    peak = 0;
  }

  /** The most that was in use after a collection since {@link #reset}; null without one. */
  synchronized @Nullable Long peak() {
    return peak == 0 ? null : Math.max(0, peak - before);
  }

  /** Collects, and returns what is in use. */
  long collect() {
    long used = usedAfterCollection();
    synchronized (this) {
      return Math.max(0, used - before);
    }
  }

  private static long usedAfterCollection() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
