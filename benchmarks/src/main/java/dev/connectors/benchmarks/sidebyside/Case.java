package dev.connectors.benchmarks.sidebyside;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one table and its charts show.
 *
 * @param name what the command line calls it
 * @param about one sentence for the list and the page
 * @param figure what it is about
 * @param axis for a curve, what grows from workload to workload; null for bars
 */
public record Case(
    String name, String about, Figure figure, @Nullable String axis, List<Workload> workloads) {

  /** What a case is about. */
  public enum Figure {
    /** Records per second, and what a record costs. */
    RATE,
    /** The heap that is held. */
    HEAP
  }

  public Case {
    workloads = List.copyOf(workloads);
  }

  /** Rates of workloads that have nothing to do with each other. */
  public static Case bars(String name, String about, List<Workload> workloads) {
    return new Case(name, about, Figure.RATE, null, workloads);
  }

  /** Rates along an axis. */
  public static Case curve(String name, String about, String axis, List<Workload> workloads) {
    return new Case(name, about, Figure.RATE, axis, workloads);
  }

  /** Heap along an axis. */
  public static Case heapCurve(String name, String about, String axis, List<Workload> workloads) {
    return new Case(name, about, Figure.HEAP, axis, workloads);
  }
}
