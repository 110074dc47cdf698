package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch.core.GetResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.OwnServer;
import dev.connectors.testkit.ServerStartException;
import dev.connectors.testkit.WithServers;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import org.apache.http.HttpHost;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.Test;

/** The server itself, with nothing but Elastic's own client. */
@WithServers
class ElasticsearchServerIT {

  @Test
  void info_freshServer_namesTheVersion(ElasticsearchServer server) throws IOException {
    try (ElasticsearchClient client = client(server)) {
      assertThat(client.ping().value()).isTrue();
      assertThat(client.info().version().number()).isEqualTo(server.version());
    }
  }

  @Test
  void index_freshServer_getsAndSearches(ElasticsearchServer server) throws IOException {
    try (ElasticsearchClient client = client(server)) {
      index(client, "smoke", "1");
      client.indices().refresh(r -> r.index("smoke"));

      assertThat(get(client, "smoke", "1").found()).isTrue();
      assertThat(client.count(c -> c.index("smoke")).count()).isEqualTo(1);
    }
  }

  @Test
  void restart_afterKill_keepsPortAndData(@OwnServer ElasticsearchServer server)
      throws IOException {
    try (ElasticsearchClient client = client(server)) {
      long pid = server.pid();
      index(client, "kept", "1");

      server.kill();
      assertThat(server.isRunning()).isFalse();
      assertThatThrownBy(() -> get(client, "kept", "1")).isInstanceOf(IOException.class);
      server.restart();

      assertThat(server.pid()).isNotEqualTo(pid);
      assertThat(get(client, "kept", "1").found()).isTrue();
    }
  }

  @Test
  void pause_runningServer_answersOnlyAfterResume(@OwnServer ElasticsearchServer server)
      throws IOException {
    try (ElasticsearchClient client = client(server);
        ElasticsearchClient impatient = client(server, Duration.ofSeconds(3))) {
      index(client, "paused", "1");

      server.pause();
      assertThatThrownBy(() -> get(impatient, "paused", "1"))
          .isInstanceOf(SocketTimeoutException.class);

      server.resume();
      assertThat(get(client, "paused", "1").found()).isTrue();
    }
  }

  @Test
  void start_unknownSetting_quotesTheLog() {
    try (ElasticsearchServer server =
        ElasticsearchServer.create().withSetting("no.such.setting", "1")) {
      assertThatThrownBy(server::start)
          .isInstanceOf(ServerStartException.class)
          .hasMessageContaining("no.such.setting")
          .hasMessageContaining(server.logFile().toString());
    }
  }

  @Test
  void close_runningServer_endsTheProcess() {
    long pid;
    try (ElasticsearchServer server = ElasticsearchServer.create().start()) {
      pid = server.pid();
    }

    assertThat(ProcessHandle.of(pid)).isEmpty();
  }

  private static void index(ElasticsearchClient client, String index, String id)
      throws IOException {
    client.index(i -> i.index(index).id(id).document(Map.of("id", id)));
  }

  private static GetResponse<ObjectNode> get(ElasticsearchClient client, String index, String id)
      throws IOException {
    return client.get(g -> g.index(index).id(id), ObjectNode.class);
  }

  private static ElasticsearchClient client(ElasticsearchServer server) {
    return client(server, Duration.ofSeconds(30)); // the first document makes the index
  }

  private static ElasticsearchClient client(ElasticsearchServer server, Duration limit) {
    int millis = (int) limit.toMillis();
    RestClient rest =
        RestClient.builder(HttpHost.create(server.uri().toString()))
            .setRequestConfigCallback(
                request ->
                    request
                        .setSocketTimeout(millis)
                        .setConnectionRequestTimeout(millis)
                        .setConnectTimeout(millis))
            .build();
    return new ElasticsearchClient(
        new co.elastic.clients.transport.rest_client.RestClientTransport(
            rest, new co.elastic.clients.json.jackson.JacksonJsonpMapper()));
  }
}
