package dev.connectors.docs.examples;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import dev.connectors.core.Control;
import dev.connectors.core.Health;
import dev.connectors.docs.KafkaToElasticsearch;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.kafka.ConsumerSettings;
import java.util.concurrent.TimeUnit;
import org.apache.http.HttpHost;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.elasticsearch.client.RestClient;

/** A whole program. */
public final class GettingStarted {
  private GettingStarted() {}

  // tag::main[]
  public static void main(String[] args) throws Exception {
    ActorSystem system = ActorSystem.create("orders");

    ConsumerSettings<byte[], byte[]> consumer =
        ConsumerSettings.create(system, new ByteArrayDeserializer(), new ByteArrayDeserializer())
            .withBootstrapServers("localhost:9092")
            .withGroupId("indexer")
            .withProperty("auto.offset.reset", "earliest");

    try (RestClient http = RestClient.builder(HttpHost.create("http://localhost:9200")).build()) {
      ElasticsearchAsyncClient elasticsearch =
          new ElasticsearchAsyncClient(new RestClientTransport(http, new JacksonJsonpMapper()));

      Control.Draining<Done> pipeline =
          KafkaToElasticsearch.run(
              system, consumer, "orders", elasticsearch, BulkSettings.create(system), "orders");

      System.out.println("Enter ends it");
      System.in.read();
      pipeline.drainAndShutdown().toCompletableFuture().get(1, TimeUnit.MINUTES);
    } finally {
      system.terminate();
    }
  }

  // end::main[]

  static String health(Control control) {
    // tag::health[]
    Health health = control.health();
    return health.isHealthy()
        ? "%d in flight, lag %d".formatted(health.elementsInFlight(), health.lag())
        : "%s, held up by %s".formatted(health.state(), health.stuck());
    // end::health[]
  }
}
