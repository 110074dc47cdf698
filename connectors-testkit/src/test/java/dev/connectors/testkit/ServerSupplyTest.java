package dev.connectors.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSupplyTest {
  private @Nullable String before; // a build may have set it

  @BeforeEach
  void remember() {
    before = System.getProperty(ServerSupply.PROPERTY);
  }

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(ServerSupply.PROPERTY);
    } else {
      System.setProperty(ServerSupply.PROPERTY, before);
    }
  }

  @ParameterizedTest
  @CsvSource({"'',AUTO", "auto,AUTO", "local,LOCAL", "containers,CONTAINERS"})
  void requested_property_isWhatItSays(String value, ServerSupply expected) {
    System.setProperty(ServerSupply.PROPERTY, value);

    assertThat(ServerSupply.requested()).isEqualTo(expected);
  }

  @Test
  void requested_unknown_namesKeyValueAndWhatIsAllowed() {
    System.setProperty(ServerSupply.PROPERTY, "docker");

    assertThatThrownBy(ServerSupply::requested)
        .hasMessage("connectors.servers = docker: must be auto, local or containers");
  }

  @Test
  void supply_ofOneServer_winsOverTheProperty() {
    System.setProperty(ServerSupply.PROPERTY, "containers");

    assertThat(KafkaServer.create().withSupply(ServerSupply.LOCAL).supply())
        .isEqualTo(ServerSupply.LOCAL);
  }

  @Test
  void start_containersAndDataDirectory_isRefused(@TempDir Path data) {
    KafkaServer kafka =
        KafkaServer.create().withSupply(ServerSupply.CONTAINERS).withDataDirectory(data);

    assertThatThrownBy(kafka::start)
        .isInstanceOf(ServerStartException.class)
        .hasMessageContaining("its data directory is on this machine");
  }

  @Test
  void supply_autoAndDataDirectory_isLocal(@TempDir Path data) {
    ElasticsearchServer server =
        ElasticsearchServer.create().withSupply(ServerSupply.AUTO).withDataDirectory(data);

    assertThat(server.supply()).isEqualTo(ServerSupply.LOCAL);
    assertThat(server.host()).isEqualTo("127.0.0.1");
  }
}
