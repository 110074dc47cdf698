package dev.connectors.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.testkit.ActiveMqServer;
import dev.connectors.testkit.ArtemisServer;
import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.S3MockServer;
import dev.connectors.testkit.S3Server;
import dev.connectors.testkit.ServerSupply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionsTest {

  @BeforeEach
  @AfterEach
  void forgetProperties() { // a build may have set them
    System.clearProperty("connectors.kafka.version");
    System.clearProperty("connectors.elasticsearch.version");
    System.clearProperty("connectors.activemq.version");
    System.clearProperty("connectors.artemis.version");
    System.clearProperty("connectors.s3proxy.version");
    System.clearProperty("connectors.s3mock.version");
    System.clearProperty("connectors.kafka.image");
    System.clearProperty("connectors.elasticsearch.image");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka",
        "kafka.slf4j",
        "elasticsearch",
        "elasticsearch.jdk17",
        "activemq",
        "artemis",
        "s3proxy",
        "s3mock",
        "s3mock.slf4j",
        "pubsub"
      })
  void builtIn_everyServer_isFilledByTheBuild(String key) {
    assertThat(Versions.builtIn(key)).matches("\\d+\\.\\d+\\.\\d+");
  }

  @Test
  void version_property_wins() {
    System.setProperty("connectors.kafka.version", "4.3.0");
    System.setProperty("connectors.elasticsearch.version", "8.19.1");
    System.setProperty("connectors.activemq.version", "6.2.0");
    System.setProperty("connectors.artemis.version", "2.50.0");
    System.setProperty("connectors.s3proxy.version", "4.0.0");
    System.setProperty("connectors.s3mock.version", "5.1.0");

    assertThat(KafkaServer.create().version()).isEqualTo("4.3.0");
    assertThat(ElasticsearchServer.create().version()).isEqualTo("8.19.1");
    assertThat(ActiveMqServer.create().version()).isEqualTo("6.2.0");
    assertThat(ArtemisServer.create().version()).isEqualTo("2.50.0");
    assertThat(S3Server.create().version()).isEqualTo("4.0.0");
    assertThat(S3MockServer.create().version()).isEqualTo("5.1.0");
    assertThat(KafkaServer.create().withVersion("4.2.0").version()).isEqualTo("4.2.0");
  }

  @Test
  void image_property_namesTheRepository() {
    assertThat(Versions.image("kafka")).isEqualTo("apache/kafka");
    assertThat(Versions.image("elasticsearch")).isEqualTo("elasticsearch");

    System.setProperty("connectors.kafka.image", "mirror.example/kafka");

    assertThat(Versions.image("kafka")).isEqualTo("mirror.example/kafka");
  }

  @Test
  void version_blankProperty_isBuiltIn() {
    System.setProperty("connectors.kafka.version", "");

    assertThat(KafkaServer.create().version()).isEqualTo(Versions.builtIn("kafka"));
  }

  @Test
  void version_noNewerJdk_isTheOlderElasticsearch() {
    assertThat(ElasticsearchHome.jdkFor("8.19.21")).isEqualTo(17);
    assertThat(ElasticsearchHome.jdkFor("9.5.3")).isEqualTo(21);
    assertThat(ElasticsearchServer.create().withSupply(ServerSupply.LOCAL).version())
        .isEqualTo(
            Versions.builtIn(
                Jdk.atLeast(21).isPresent() ? "elasticsearch" : "elasticsearch.jdk17"));
  }
}
