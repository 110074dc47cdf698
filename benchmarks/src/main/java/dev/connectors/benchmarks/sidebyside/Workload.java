package dev.connectors.benchmarks.sidebyside;

/**
 * Work that all contenders do alike.
 *
 * @param label what distinguishes it from the case's other workloads: {@code 100 B, plain}
 * @param x where it stands on the axis of a curve; without meaning for bars
 * @param records how many records a round has unless the command line says otherwise
 */
public record Workload(String label, double x, long records, Setup setup) {

  public static Workload of(String label, long records, Setup setup) {
    return new Workload(label, 0, records, setup);
  }

  /** Prepares what all rounds share, such as a filled topic, and says who competes. */
  @FunctionalInterface
  public interface Setup {
    Contenders prepare(Servers servers, long records) throws Exception;
  }
}
