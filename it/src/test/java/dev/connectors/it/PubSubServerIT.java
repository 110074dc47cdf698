package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.GrpcCallContext;
import com.google.api.gax.rpc.ApiCallContext;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.api.gax.rpc.StatusCode;
import com.google.cloud.pubsub.v1.TopicAdminClient;
import com.google.cloud.pubsub.v1.TopicAdminSettings;
import com.google.pubsub.v1.GetTopicRequest;
import com.google.pubsub.v1.TopicName;
import dev.connectors.it.support.PubSubTarget;
import dev.connectors.testkit.OwnServer;
import dev.connectors.testkit.PubSubServer;
import dev.connectors.testkit.WithServers;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The emulator itself, with nothing but Google's own client. */
@WithServers
@SuppressWarnings("NullAway.Init") // by each test
class PubSubServerIT {
  private static final TopicName TOPIC = TopicName.of("test", "orders");

  private TopicAdminClient topics;

  private void connect(PubSubServer server) throws IOException {
    TopicAdminSettings.Builder settings =
        TopicAdminSettings.newBuilder()
            .setTransportChannelProvider(server.channelProvider())
            .setCredentialsProvider(NoCredentialsProvider.create());
    settings
        .getTopicSettings()
        .setRetryableCodes()
        .setSimpleTimeoutNoRetriesDuration(Duration.ofMinutes(1));
    topics = TopicAdminClient.create(settings.build());
  }

  @AfterEach
  void close() {
    if (topics != null) { // else the test was skipped
      topics.shutdownNow();
    }
  }

  private void assertUnreachable() {
    GetTopicRequest request = GetTopicRequest.newBuilder().setTopic(TOPIC.toString()).build();
    ApiCallContext shortly =
        GrpcCallContext.createDefault().withTimeoutDuration(Duration.ofSeconds(3));
    assertThatThrownBy(() -> topics.getTopicCallable().call(request, shortly))
        .isInstanceOfSatisfying(
            ApiException.class,
            failure ->
                assertThat(failure.getStatusCode().getCode())
                    .isIn(
                        StatusCode.Code.UNAVAILABLE,
                        StatusCode.Code.DEADLINE_EXCEEDED,
                        StatusCode.Code.UNKNOWN)); // of a call as gRPC closes its channel
  }

  @Test
  void start_freshServer_hasTheTopicsThatAreMade(PubSubServer server) throws Exception {
    connect(server);
    TopicName topic = TopicName.of("any-project", "made");

    topics.createTopic(topic);

    assertThat(topics.getTopic(topic).getName()).isEqualTo(topic.toString());
    assertThat(server.emulatorHost()).endsWith(":" + server.port());
    assertThat(server.version()).isNotEmpty();
  }

  @Test
  void restart_afterKill_keepsThePortAndNothingElse(@OwnServer PubSubServer server)
      throws Exception {
    connect(server);
    String address = server.emulatorHost();
    long pid = server.pid();
    topics.createTopic(TOPIC);

    server.kill();
    assertThat(server.isRunning()).isFalse();
    assertUnreachable();
    server.restart();

    assertThat(server.emulatorHost()).isEqualTo(address);
    assertThat(server.pid()).isNotEqualTo(pid);
    topics.close();
    connect(server);
    assertThatThrownBy(() -> topics.getTopic(TOPIC)).isInstanceOf(NotFoundException.class);
  }

  @Test
  void pause_running_answersOnlyAfterResume(@OwnServer PubSubServer server) throws Exception {
    connect(server);
    TopicName topic = TopicName.of("test", "paused");
    topics.createTopic(topic);

    server.pause();
    assertThat(server.isPaused()).isTrue();
    assertUnreachable();

    server.resume();
    assertThat(topics.getTopic(topic).getName()).isEqualTo(topic.toString());
  }

  @Test
  void proxy_disabled_answersOnlyAfterHeal() throws Exception {
    try (PubSubServer server = PubSubTarget.proxied()) {
      connect(server.start());
      topics.createTopic(TOPIC);

      server.proxy().disable();
      assertUnreachable();

      server.proxy().heal();
      topics.close();
      connect(server);
      assertThat(topics.getTopic(TOPIC).getName()).isEqualTo(TOPIC.toString());
    }
  }
}
