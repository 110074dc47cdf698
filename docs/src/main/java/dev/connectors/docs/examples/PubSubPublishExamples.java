package dev.connectors.docs.examples;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.rpc.NotFoundException;
import com.google.auth.Credentials;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.TopicName;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.RetrySettings;
import dev.connectors.jms.JmsConsumerSettings;
import dev.connectors.jms.JmsSource;
import dev.connectors.jms.JmsSubscription;
import dev.connectors.pubsub.PubSubFlow;
import dev.connectors.pubsub.PubSubSink;
import dev.connectors.pubsub.PublisherSettings;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;

/** Messages of a topic. */
final class PubSubPublishExamples {
  private PubSubPublishExamples() {}

  static Control.Draining<Done> fromJms(
      ActorSystem system, JmsConsumerSettings jms, TopicName orders) {
    // tag::from-jms[]
    PublisherSettings publisher =
        PublisherSettings.create(system, orders)
            .withPublisher(client -> client.setEnableMessageOrdering(true));
    return JmsSource.committable(jms, JmsSubscription.queue("orders"))
        .map(PubSubPublishExamples::message)
        .via(PubSubFlow.publishWithContext(publisher))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::from-jms[]
  }

  // tag::from-jms[]

  static PubsubMessage message(Message order) throws JMSException {
    return PubsubMessage.newBuilder()
        .setData(ByteString.copyFromUtf8(order.getBody(String.class)))
        .setOrderingKey(order.getStringProperty("customer"))
        .putAttributes("jms_message_id", order.getJMSMessageID())
        .build();
  }

  // end::from-jms[]

  static CompletionStage<Done> sink(ActorSystem system, List<PubsubMessage> messages) {
    // tag::sink[]
    TopicName orders = TopicName.of("shop", "orders");
    return Source.from(messages)
        .runWith(PubSubSink.plain(PublisherSettings.create(system, orders)), system);
    // end::sink[]
  }

  static PublisherSettings settings(PublisherSettings settings) {
    // tag::settings[]
    return settings
        .withMaxInFlight(20_000)
        .withMaxInFlightBytes(64 * 1024 * 1024)
        .withBatchElements(500)
        .withBatchBytes(1_000_000);
    // end::settings[]
  }

  static PublisherSettings client(
      PublisherSettings settings, Credentials credentials, OpenTelemetry telemetry) {
    // tag::client[]
    return settings.withPublisher(
        client ->
            client
                .setCredentialsProvider(FixedCredentialsProvider.create(credentials))
                .setEndpoint("europe-west1-pubsub.googleapis.com:443") // keys keep their order here
                .setEnableMessageOrdering(true)
                .setEnableCompression(true)
                .setCompressionBytesThreshold(1_000)
                .setEnableOpenTelemetryTracing(true)
                .setOpenTelemetry(telemetry));
    // end::client[]
  }

  static PublisherSettings retry(ActorSystem system, PublisherSettings settings) {
    // tag::retry[]
    return settings.withRetry(
        RetrySettings.create(system).withRetryOn(NotFoundException.class::isInstance));
    // end::retry[]
  }
}
