package dev.connectors.benchmarks.sidebyside;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.connectors.testkit.ActiveMqServer;
import dev.connectors.testkit.ArtemisServer;
import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.PubSubServer;
import dev.connectors.testkit.S3Server;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * What the contenders run against and in: brokers and a cluster, each started when first asked for,
 * and the actor system.
 */
public final class Servers implements AutoCloseable {
  private static final int HEAP_MEGABYTES = 1024;
  private static final int SYSTEM_SECONDS = 15;

  /** The testkit's servers are made to start quickly; here they are to run quickly. */
  private static final String ALL_OF_THE_COMPILER = "-XX:TieredStopAtLevel=4";

  private static final Config CONFIG =
      ConfigFactory.parseString(
              "pekko { loglevel = ERROR, stdout-loglevel = ERROR, "
                  + "coordinated-shutdown.run-by-jvm-shutdown-hook = off, "
                  + "coordinated-shutdown.exit-jvm = off }")
          .withFallback(ConfigFactory.load());

  /** What a case keeps until the servers are stopped. */
  public interface Kept extends AutoCloseable {
    @Override
    void close();
  }

  private final Consumer<String> log;
  private final Map<String, Kept> kept = new HashMap<>();
  private @Nullable KafkaServer kafka;
  private @Nullable ElasticsearchServer elasticsearch;
  private @Nullable ActiveMqServer activeMq;
  private @Nullable ArtemisServer artemis;
  private @Nullable S3Server s3;
  private @Nullable PubSubServer pubSub;
  private @Nullable ActorSystem system;

  Servers(Consumer<String> log) {
    this.log = log;
  }

  /** For {@code bootstrap.servers}. */
  public synchronized String kafka() {
    KafkaServer server = kafka;
    if (server == null) {
      server =
          KafkaServer.create().withHeapMegabytes(HEAP_MEGABYTES).withJvmOption(ALL_OF_THE_COMPILER);
      log.accept("Starting Kafka " + server.version());
      kafka = server.start();
    }
    return server.bootstrapServers();
  }

  public synchronized URI elasticsearch() {
    ElasticsearchServer server = elasticsearch;
    if (server == null) {
      server =
          ElasticsearchServer.create()
              .withHeapMegabytes(HEAP_MEGABYTES)
              .withJvmOption(ALL_OF_THE_COMPILER);
      log.accept("Starting Elasticsearch " + server.version());
      elasticsearch = server.start();
    }
    return server.uri();
  }

  /** For a connection factory of ActiveMQ Classic. */
  public synchronized String activeMq() {
    ActiveMqServer server = activeMq;
    if (server == null) {
      server =
          ActiveMqServer.create()
              .withHeapMegabytes(HEAP_MEGABYTES)
              .withJvmOption(ALL_OF_THE_COMPILER);
      log.accept("Starting ActiveMQ Classic " + server.version());
      activeMq = server.start();
    }
    return server.brokerUrl();
  }

  /** For a connection factory of Artemis. */
  public synchronized String artemis() {
    ArtemisServer server = artemis;
    if (server == null) {
      server =
          ArtemisServer.create()
              .withHeapMegabytes(HEAP_MEGABYTES)
              .withJvmOption(ALL_OF_THE_COMPILER);
      log.accept("Starting Artemis " + server.version());
      artemis = server.start();
    }
    return server.brokerUrl();
  }

  /** With its objects in memory: else the disk decides, not the clients. */
  public synchronized S3Server s3() {
    S3Server server = s3;
    if (server == null) {
      server =
          S3Server.create()
              .withHeapMegabytes(2 * HEAP_MEGABYTES)
              .withJvmOption(ALL_OF_THE_COMPILER)
              .withSetting("jclouds.provider", "transient-nio2");
      log.accept("Starting S3Proxy " + server.version());
      s3 = server.start();
    }
    return server;
  }

  /** Google's emulator. */
  public synchronized PubSubServer pubSub() {
    PubSubServer server = pubSub;
    if (server == null) {
      server =
          PubSubServer.create()
              .withHeapMegabytes(HEAP_MEGABYTES)
              .withJvmOption(ALL_OF_THE_COMPILER);
      log.accept("Starting the Pub/Sub emulator " + server.version());
      pubSub = server.start();
    }
    return server;
  }

  /** The one that all streams run in, on Pekko's and the connectors' default settings. */
  public synchronized ActorSystem system() {
    ActorSystem current = system;
    if (current == null) {
      current = ActorSystem.create("benchmarks", CONFIG);
      system = current;
    }
    return current;
  }

  /** What is made once for all cases, such as a client of the benchmark's own. */
  public synchronized <T extends Kept> T once(Class<T> type, Supplier<T> make) {
    return type.cast(kept.computeIfAbsent(type.getName(), name -> make.get()));
  }

  /** After a contender that did not come to its end, so that it does not disturb the next. */
  synchronized void discardSystem() {
    ActorSystem current = system;
    system = null;
    if (current == null) {
      return;
    }
    current.terminate();
    try {
      current.getWhenTerminated().toCompletableFuture().get(SYSTEM_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.accept("The actor system did not end: " + e);
    }
  }

  /** Of the servers that were started. */
  synchronized Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    if (kafka != null) {
      versions.put("Kafka", kafka.version());
    }
    if (elasticsearch != null) {
      versions.put("Elasticsearch", elasticsearch.version());
    }
    if (activeMq != null) {
      versions.put("ActiveMQ Classic", activeMq.version());
    }
    if (artemis != null) {
      versions.put("Artemis", artemis.version());
    }
    if (s3 != null) {
      versions.put("S3Proxy", s3.version());
    }
    if (pubSub != null) {
      versions.put("Pub/Sub emulator", pubSub.version());
    }
    return versions;
  }

  @Override
  public synchronized void close() {
    try {
      discardSystem();
      for (Kept one : kept.values()) {
        one.close();
      }
    } finally {
      if (kafka != null) {
        kafka.close();
      }
      if (elasticsearch != null) {
        elasticsearch.close();
      }
      if (activeMq != null) {
        activeMq.close();
      }
      if (artemis != null) {
        artemis.close();
      }
      if (s3 != null) {
        s3.close();
      }
      if (pubSub != null) {
        pubSub.close();
      }
    }
  }
}
