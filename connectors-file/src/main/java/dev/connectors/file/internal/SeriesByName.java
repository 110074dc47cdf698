package dev.connectors.file.internal;

import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The series of a tail, each by the name that its files have while they are tailed. */
final class SeriesByName {
  private final @Nullable InFlight window;
  private final Map<Path, TailSeries> series = new LinkedHashMap<>();
  private long settled;

  /**
   * @param window null for a plain source
   */
  SeriesByName(@Nullable InFlight window) {
    this.window = window;
  }

  /** Makes those of the files that are tailed, so that {@link #of} knows them. */
  void name(Collection<Spot> found) {
    found.stream().filter(Spot::isLive).forEach(this::of);
  }

  /** A rotated file belongs to the tailed one with whose name its own begins. */
  TailSeries of(Spot spot) {
    Path path = spot.path();
    if (!spot.isLive()) {
      String name = path.toString();
      path =
          series.keySet().stream()
              .filter(one -> name.startsWith(one.toString()) && spot.isBeside(one))
              .max(Comparator.comparing(one -> one.toString().length()))
              .orElse(path);
    }
    return series.computeIfAbsent(
        path, one -> new TailSeries(window == null ? null : window.lane(one.toString())));
  }

  /** Tells all files how far they are done. */
  void settle() {
    for (TailSeries one : series.values()) {
      settled += one.settle();
    }
  }

  /** How many lines were settled by then. */
  long settled() {
    return settled;
  }

  /** Forgets the others, as far as they are done. */
  void retain(Set<TailSeries> used) {
    series.values().removeIf(one -> !used.contains(one) && isEnded(one));
  }

  private static boolean isEnded(TailSeries one) {
    if (!one.isSettled()) {
      return false;
    }
    if (one.lane != null) {
      one.lane.revoke();
    }
    return true;
  }

  List<Lane> lanes() {
    List<Lane> lanes = new ArrayList<>();
    for (TailSeries one : series.values()) {
      if (one.lane != null) {
        lanes.add(one.lane);
      }
    }
    return lanes;
  }
}
