package dev.connectors.docs.quickstart;

import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.ServerStartException;
import dev.connectors.testkit.ServerSupply;
import dev.connectors.testkit.TestServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The broker and the cluster: the user's own, or local ones that live as long as this. */
final class Servers implements AutoCloseable {
  private final @Nullable KafkaServer ownKafka;
  private final @Nullable ElasticsearchServer ownElasticsearch;
  private final String kafka;
  private final URI elasticsearch;

  private Servers(@Nullable String kafka, @Nullable URI elasticsearch) {
    ownKafka = kafka == null ? KafkaServer.create().withSupply(ServerSupply.LOCAL) : null;
    ownElasticsearch =
        elasticsearch == null ? ElasticsearchServer.create().withSupply(ServerSupply.LOCAL) : null;
    this.kafka = ownKafka == null ? Objects.requireNonNull(kafka) : ownKafka.bootstrapServers();
    this.elasticsearch =
        ownElasticsearch == null ? Objects.requireNonNull(elasticsearch) : ownElasticsearch.uri();
  }

  /** Starts, at the same time, what is not given. */
  static Servers start(Console console, @Nullable String kafka, @Nullable URI elasticsearch) {
    Servers servers = new Servers(kafka, elasticsearch);
    List<TestServer> own = servers.own();
    if (own.isEmpty()) {
      return servers;
    }
    console.line(
        "Starting %s (the first time on a machine they are downloaded)",
        String.join(
            " and ", own.stream().map(server -> name(server) + " " + server.version()).toList()));
    try {
      inParallel(own, server -> start(console, server));
      return servers;
    } catch (RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  private static void start(Console console, TestServer server) {
    long start = System.nanoTime();
    try {
      server.start();
    } catch (ServerStartException e) {
      throw new UserError(
          e.logFile() == null
              ? UserErrors.line(String.valueOf(e.getMessage()))
              : name(server) + " did not start, its log is " + e.logFile());
    }
    console.line(
        "  %-13s at 127.0.0.1:%d after %.1f s",
        name(server), server.port(), Duration.ofNanos(System.nanoTime() - start).toMillis() / 1e3);
  }

  /** For {@code bootstrap.servers}. */
  String kafka() {
    return kafka;
  }

  URI elasticsearch() {
    return elasticsearch;
  }

  boolean areOwn() {
    return ownKafka != null && ownElasticsearch != null;
  }

  @Override
  public void close() {
    inParallel(own(), TestServer::close);
  }

  private List<TestServer> own() {
    List<TestServer> own = new ArrayList<>(2);
    if (ownKafka != null) {
      own.add(ownKafka);
    }
    if (ownElasticsearch != null) {
      own.add(ownElasticsearch);
    }
    return own;
  }

  private static String name(TestServer server) {
    return server instanceof KafkaServer ? "Kafka" : "Elasticsearch";
  }

  private static void inParallel(
      List<TestServer> servers, java.util.function.Consumer<TestServer> action) {
    CompletableFuture.allOf(
            servers.stream()
                .map(
                    server -> CompletableFuture.runAsync(() -> action.accept(server), Servers::run))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }

  private static void run(Runnable task) {
    Thread thread = new Thread(task, "server");
    thread.setDaemon(true);
    thread.start();
  }
}
