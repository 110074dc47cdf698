package dev.connectors.testkit.internal.launcher;

import kafka.Kafka;
import kafka.tools.StorageTool;

/** Formats the data directory where that is still to be done, then runs Kafka's own main class. */
public final class KafkaNode {
  private KafkaNode() {}

  /** Arguments: the server's properties file, the cluster id. */
  public static void main(String[] args) {
    ParentWatch.start();
    String properties = args[0];
    String clusterId = args[1];
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
