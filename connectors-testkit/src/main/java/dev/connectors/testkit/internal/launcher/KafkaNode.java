package dev.connectors.testkit.internal.launcher;

import kafka.Kafka;
import kafka.tools.StorageTool;

/** Formats the data directory where that is still to be done, then runs Kafka's own main class. */
public final class KafkaNode {
  private KafkaNode() {}

  /** Arguments: the server's properties file, the cluster id. */
  public static void main(String[] args) {
    try {
      run(args[0], args[1]);
    } catch (Throwable failure) {
      failure.printStackTrace();
      System.exit(1); // watching the parent would keep the JVM alive
    }
  }

  private static void run(String properties, String clusterId) {
    ParentWatch.start();
    int formatted =
        StorageTool.execute(
            new String[] {"format", "--ignore-formatted", "-t", clusterId, "-c", properties},
            System.out);
    if (formatted != 0) {
      System.exit(formatted);
    }
    Kafka.main(new String[] {properties});
  }
}
