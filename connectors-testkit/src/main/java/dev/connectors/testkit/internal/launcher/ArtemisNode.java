package dev.connectors.testkit.internal.launcher;

import java.io.File;
import java.util.List;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/** Runs one Artemis broker, much as {@code artemis create} configures it. */
public final class ArtemisNode {
  private ArtemisNode() {}

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
    ConfigurationImpl configuration = new ConfigurationImpl();
    configuration
        .setName("0.0.0.0")
        .setSecurityEnabled(false)
        .setJMXManagementEnabled(false)
        .setPersistenceEnabled(true)
        .setJournalType(JournalType.NIO)
        .setJournalDirectory(new File(data, "journal").getPath())
        .setBindingsDirectory(new File(data, "bindings").getPath())
        .setLargeMessagesDirectory(new File(data, "large").getPath())
        .setPagingDirectory(new File(data, "paging").getPath())
        .setJournalFileSize(2 << 20) // small: files are written in full before they are used
        .setJournalMinFiles(2)
        .setJournalPoolFiles(4)
        .setMaxDiskUsage(-1) // the disk of a build machine is often nearly full
        .addAcceptorConfiguration("core", "tcp://%s:%s?protocols=CORE".formatted(address, port));
    configuration.addAddressSetting(
        "#",
        new AddressSettings()
            .setDeadLetterAddress(SimpleString.of("DLQ"))
            .setExpiryAddress(SimpleString.of("ExpiryQueue"))
            .setAutoCreateQueues(true)
            .setAutoCreateAddresses(true));
    // Without a queue at its address, a dead letter would be dropped.
    for (String name : List.of("DLQ", "ExpiryQueue")) {
      configuration.addQueueConfiguration(
          QueueConfiguration.of(name).setRoutingType(RoutingType.ANYCAST));
    }
    EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
    broker.setConfiguration(configuration);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(broker), "stop-broker"));
    broker.start();
  }

  private static void stop(EmbeddedActiveMQ broker) {
    try {
      broker.stop();
    } catch (Exception failure) {
      System.err.println("the broker did not stop in good order: " + failure);
    }
  }
}
