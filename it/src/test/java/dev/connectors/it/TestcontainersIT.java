package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.it.support.ServerKind;
import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.ServerSupply;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.testcontainers.elasticsearch.ElasticsearchContainer;
import org.testcontainers.kafka.KafkaContainer;

/**
 * Testcontainers' own classes start the images that the testkit uses: what holds for the official
 * ones by definition shows of stand-ins that they can take their place.
 */
class TestcontainersIT {
  private static final Duration START = Duration.ofMinutes(3);

  @Test
  void kafkaContainer_image_producesAndCreatesTopics() throws Exception {
    ServerKind.KAFKA.assumeContainers();
    String version = KafkaServer.create().withSupply(ServerSupply.CONTAINERS).version();
    try (KafkaContainer kafka =
        new KafkaContainer("apache/kafka:" + version).withStartupTimeout(START)) {
      kafka.start();

      Map<String, Object> settings = Map.of("bootstrap.servers", kafka.getBootstrapServers());
      try (Admin admin = Admin.create(settings);
          KafkaProducer<String, String> producer =
              new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
        admin.createTopics(List.of(new NewTopic("created", 3, (short) 1))).all().get();
        assertThat(producer.send(new ProducerRecord<>("created", "x")).get().offset()).isZero();
        assertThat(admin.listTopics().names().get()).isEqualTo(Set.of("created"));
      }
    }
  }

  @Test
  void elasticsearchContainer_imageWithoutSecurity_answers() throws Exception {
    ServerKind.ELASTICSEARCH.assumeContainers();
    String version = ElasticsearchServer.create().withSupply(ServerSupply.CONTAINERS).version();
    try (ElasticsearchContainer elasticsearch =
        new ElasticsearchContainer("elasticsearch:" + version)
            .withEnv("xpack.security.enabled", "false")
            .withEnv("ES_JAVA_OPTS", "-Xms512m -Xmx512m")
            .withStartupTimeout(START)) {
      elasticsearch.start();

      HttpResponse<String> root =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://" + elasticsearch.getHttpHostAddress()))
                      .build(),
                  BodyHandlers.ofString());
      assertThat(root.statusCode()).isEqualTo(200);
      assertThat(root.body()).containsPattern("\"number\" *: *\"" + version + "\"");
    }
  }
}
