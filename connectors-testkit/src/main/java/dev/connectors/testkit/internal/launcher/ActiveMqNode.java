package dev.connectors.testkit.internal.launcher;

import java.io.File;
import java.net.URI;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.apache.activemq.usage.SystemUsage;

/** Runs one ActiveMQ Classic broker, as the distribution's default configuration describes it. */
public final class ActiveMqNode {
  private static final long STORE_BYTES = 10L << 30;

  private ActiveMqNode() {}

  /** Arguments: the address and the port to listen on, the data directory. */
  public static void main(String[] args) {
    try {
      run(args[0], args[1], new File(args[2]));
    } catch (Throwable failure) {
      failure.printStackTrace();
      System.exit(1); // watching the parent would keep the JVM alive
    }
  }

  private static void run(String address, String port, File data) throws Exception {
    ParentWatch.start();
    BrokerService broker = new BrokerService();
    broker.setBrokerName("localhost");
    broker.setUseJmx(false);
    broker.setDataDirectoryFile(data);
    broker.setSchedulerSupport(true);
    broker.setSchedulerDirectoryFile(new File(data, "scheduler"));
    KahaDBPersistenceAdapter store = new KahaDBPersistenceAdapter();
    store.setDirectory(new File(data, "kahadb"));
    broker.setPersistenceAdapter(store);
    SystemUsage usage = broker.getSystemUsage();
    usage.getMemoryUsage().setPercentOfJvmHeap(70);
    usage.getStoreUsage().setLimit(STORE_BYTES);
    usage.getTempUsage().setLimit(STORE_BYTES);
    usage.getJobSchedulerUsage().setLimit(STORE_BYTES);
    broker.addConnector(
        new URI(
            "tcp://%s:%s?maximumConnections=1000&wireFormat.maxFrameSize=104857600"
                .formatted(address, port)));
    broker.start();
  }
}
