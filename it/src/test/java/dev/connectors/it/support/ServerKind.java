package dev.connectors.it.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connectors.testkit.ActiveMqServer;
import dev.connectors.testkit.ArtemisServer;
import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.S3MockServer;
import dev.connectors.testkit.S3Server;
import dev.connectors.testkit.ServerStartException;
import dev.connectors.testkit.ServerSupply;
import dev.connectors.testkit.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** The kinds of servers, each with what shows that it works. */
public enum ServerKind {
  KAFKA {
    @Override
    public TestServer create(ServerSupply supply) {
      return KafkaServer.create().withProxy().withSupply(supply);
    }

    @Override
    public void write(TestServer server, String name) throws Exception {
      Map<String, Object> settings =
          Map.of("bootstrap.servers", server.host() + ":" + server.port());
      try (KafkaProducer<String, String> producer =
          new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
        producer.send(new ProducerRecord<>(name, name)).get();
      }
    }

    @Override
    public boolean reads(TestServer server, String name) {
      Map<String, Object> settings =
          Map.of(
              "bootstrap.servers", server.host() + ":" + server.port(),
              "request.timeout.ms", 2_000,
              "default.api.timeout.ms", 5_000);
      try (KafkaConsumer<String, String> consumer =
          new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
        TopicPartition partition = new TopicPartition(name, 0);
        consumer.assign(List.of(partition));
        return consumer.endOffsets(List.of(partition)).containsValue(1L);
      } catch (TimeoutException noAnswer) {
        return false;
      }
    }
  },

  ELASTICSEARCH {
    @Override
    public TestServer create(ServerSupply supply) {
      return ElasticsearchServer.create().withProxy().withSupply(supply);
    }

    @Override
    public void write(TestServer server, String name) throws Exception {
      HttpResponse<String> written =
          HTTP.send(
              HttpRequest.newBuilder(document(server, name))
                  .header("Content-Type", "application/json")
                  .PUT(BodyPublishers.ofString("{}"))
                  .build(),
              BodyHandlers.ofString());
      if (written.statusCode() / 100 != 2) {
        throw new IOException(written.body());
      }
    }

    @Override
    public boolean reads(TestServer server, String name) throws Exception {
      HttpRequest read =
          HttpRequest.newBuilder(document(server, name)).timeout(Duration.ofSeconds(3)).build();
      try {
        return HTTP.send(read, BodyHandlers.discarding()).statusCode() == 200;
      } catch (IOException noAnswer) {
        return false;
      }
    }

    private URI document(TestServer server, String name) {
      return URI.create("http://" + server.host() + ":" + server.port() + "/" + name + "/_doc/1");
    }
  },

  ACTIVEMQ {
    @Override
    public TestServer create(ServerSupply supply) {
      return ActiveMqServer.create().withProxy().withSupply(supply);
    }

    @Override
    public void write(TestServer server, String name) throws Exception {
      JmsBroker.of(server).send(name, name);
    }

    @Override
    public boolean reads(TestServer server, String name) throws Exception {
      return JmsBroker.of(server).has(name);
    }
  },

  ARTEMIS {
    @Override
    public TestServer create(ServerSupply supply) {
      return ArtemisServer.create().withProxy().withSupply(supply);
    }

    @Override
    public void write(TestServer server, String name) throws Exception {
      JmsBroker.of(server).send(name, name);
    }

    @Override
    public boolean reads(TestServer server, String name) throws Exception {
      return JmsBroker.of(server).has(name);
    }
  },

  S3PROXY {
    @Override
    public TestServer create(ServerSupply supply) {
      return S3Server.create().withProxy().withSupply(supply);
    }

    @Override
    public void write(TestServer server, String name) {
      writeObject(server, name);
    }

    @Override
    public boolean reads(TestServer server, String name) {
      return readsObject(server, name);
    }
  },

  S3MOCK {
    @Override
    public TestServer create(ServerSupply supply) {
      return S3MockServer.create().withProxy().withSupply(supply);
    }

    @Override
    public void write(TestServer server, String name) {
      writeObject(server, name);
    }

    @Override
    public boolean reads(TestServer server, String name) {
      return readsObject(server, name);
    }
  };

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration NO_ANSWER = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static void writeObject(TestServer server, String name) {
    try (S3AsyncClient client = S3Store.client(server, PATIENCE)) {
      client.createBucket(bucket -> bucket.bucket(name)).join();
      client
          .putObject(object -> object.bucket(name).key(name), AsyncRequestBody.fromString(name))
          .join();
    }
  }

  private static boolean readsObject(TestServer server, String name) {
    try (S3AsyncClient client = S3Store.client(server, NO_ANSWER)) {
      return name.equals(
          client
              .getObject(
                  object -> object.bucket(name).key(name), AsyncResponseTransformer.toBytes())
              .orTimeout(NO_ANSWER.toSeconds(), TimeUnit.SECONDS)
              .join()
              .asUtf8String());
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof AwsServiceException answer) {
        throw answer;
      }
      return false;
    }
  }

  public abstract TestServer create(ServerSupply supply);

  /** Writes something by that name, once. */
  public abstract void write(TestServer server, String name) throws Exception;

  /** Whether the server answers within a few seconds, with what was written by that name. */
  public abstract boolean reads(TestServer server, String name) throws Exception;

  /**
   * Skips the test, with the reason, where this can't be a container; fails it where containers
   * were asked for.
   */
  public void assumeContainers() {
    try {
      create(ServerSupply.CONTAINERS).supply();
    } catch (ServerStartException impossible) {
      if (System.getProperty("connectors.servers", "").equals("containers")) {
        throw impossible;
      }
      assumeTrue(false, impossible.getMessage());
    }
  }
}
