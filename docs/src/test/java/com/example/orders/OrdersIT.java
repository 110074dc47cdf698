package com.example.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import co.elastic.clients.util.BinaryData;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.elasticsearch.Bulk;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.elasticsearch.ElasticsearchFlow;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.TcpProxy;
import dev.connectors.testkit.TcpProxy.Added;
import dev.connectors.testkit.Toxic;
import dev.connectors.testkit.WithServers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.http.HttpHost;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@WithServers
class OrdersIT {
  private final ActorSystem system = ActorSystem.create("orders");

  @AfterEach
  void terminate() {
    system.terminate();
  }

  /** The pipeline under test: orders from Kafka into Elasticsearch. */
  private Control.Draining<Done> run(KafkaServer kafka, ElasticsearchAsyncClient client) {
    ConsumerSettings<String, String> consumer =
        ConsumerSettings.create(system, new StringDeserializer(), new StringDeserializer())
            .withBootstrapServers(kafka.bootstrapServers())
            .withGroupId("indexer")
            .withProperty("auto.offset.reset", "earliest");
    return KafkaSource.committable(consumer, Subscription.topics("orders"))
        .map(
            order ->
                Bulk.index(
                    "orders",
                    order.topic(),
                    order.partition(),
                    order.offset(),
                    BinaryData.of(order.value().getBytes(UTF_8), "application/json")))
        .via(ElasticsearchFlow.bulkWithContext(client, BulkSettings.create(system)))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
  }

  @Test
  void run_networkFails_indexesEachOrderOnce(KafkaServer kafka, ElasticsearchServer elasticsearch)
      throws Exception {
    try (TcpProxy proxy = TcpProxy.to(elasticsearch);
        RestClient http = RestClient.builder(new HttpHost("127.0.0.1", proxy.port())).build()) {
      RestClientTransport transport = new RestClientTransport(http, new JacksonJsonpMapper());
      send(kafka, 100);
      Control.Draining<Done> pipeline = run(kafka, new ElasticsearchAsyncClient(transport));
      awaitOrders(transport, 100);

      // tag::faults[]
      Added slow = proxy.downstream(Toxic.latency(Duration.ofMillis(200)));
      send(kafka, 100);
      awaitOrders(transport, 200);
      slow.remove();

      proxy.disable();
      send(kafka, 100);
      proxy.enable();
      awaitOrders(transport, 300);
      // end::faults[]

      pipeline.drainAndShutdown().toCompletableFuture().get(1, TimeUnit.MINUTES);
    }
  }

  private static void send(KafkaServer kafka, int orders) {
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < orders; i++) {
        var unused = producer.send(new ProducerRecord<>("orders", "{\"item\":" + i + "}"));
      }
    } // closing waits for all of them
  }

  private static void awaitOrders(RestClientTransport transport, long count) {
    ElasticsearchClient client = new ElasticsearchClient(transport);
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(
            () -> {
              client.indices().refresh(r -> r.index("orders"));
              return client.count(c -> c.index("orders")).count() == count;
            });
  }
}
