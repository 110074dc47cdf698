package dev.connectors.docs.examples;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.auth.Credentials;
import com.google.cloud.pubsub.v1.SubscriptionAdminClient;
import com.google.protobuf.util.Timestamps;
import com.google.pubsub.v1.ProjectSubscriptionName;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.SeekRequest;
import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.InFlightSettings;
import dev.connectors.kafka.KafkaFlow;
import dev.connectors.kafka.ProducerSettings;
import dev.connectors.pubsub.PubSubDelivery;
import dev.connectors.pubsub.PubSubSource;
import dev.connectors.pubsub.PullMode;
import dev.connectors.pubsub.SubscriberSettings;
import dev.connectors.pubsub.UnansweredPolicy;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;

/** Messages of a subscription. */
final class PubSubExamples {
  private PubSubExamples() {}

  static Control.Draining<Done> toKafka(ActorSystem system, ProjectSubscriptionName orders) {
    // tag::to-kafka[]
    ProducerSettings<String, byte[]> kafka =
        ProducerSettings.create(system, new StringSerializer(), new ByteArraySerializer());
    return PubSubSource.committable(SubscriberSettings.create(system, orders))
        .map(PubSubExamples::record)
        .via(KafkaFlow.produceWithContext(kafka))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::to-kafka[]
  }

  // tag::to-kafka[]

  static ProducerRecord<String, byte[]> record(PubsubMessage message) {
    String key = message.getOrderingKey();
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>("orders", key.isEmpty() ? null : key, message.getData().toByteArray());
    record
        .headers()
        .add("pubsub_message_id", message.getMessageId().getBytes(StandardCharsets.UTF_8));
    return record;
  }

  // end::to-kafka[]

  static SubscriberSettings settings(ActorSystem system) {
    // tag::settings[]
    ProjectSubscriptionName orders = ProjectSubscriptionName.of("shop", "orders-to-warehouse");
    return SubscriberSettings.create(system, orders)
        .withInFlight(InFlightSettings.create(system).withMaxElements(2_000))
        .withMaxLease(Duration.ofMinutes(15));
    // end::settings[]
  }

  static Source<Pair<PubsubMessage, Committable>, Control> attempt(SubscriberSettings settings) {
    // tag::attempt[]
    return PubSubSource.committable(settings)
        .asSource()
        .filterNot(
            message -> {
              PubSubDelivery delivery = PubSubDelivery.of(message.second());
              boolean givenUp = delivery.attempt() > 5;
              if (givenUp) {
                System.err.println(delivery.messageId() + " of " + delivery.subscription());
                delivery.commit();
              }
              return givenUp;
            });
    // end::attempt[]
  }

  static SubscriberSettings exactlyOnce(SubscriberSettings settings) {
    // tag::exactly-once[]
    return settings
        .withOnUnanswered(UnansweredPolicy.FAIL)
        .withSettleTimeout(Duration.ofMinutes(1));
    // end::exactly-once[]
  }

  static SubscriberSettings unary(SubscriberSettings settings) {
    // tag::unary[]
    return settings.withPull(PullMode.UNARY).withPullElements(10);
    // end::unary[]
  }

  static SubscriberSettings client(
      SubscriberSettings settings, Credentials credentials, OpenTelemetry telemetry) {
    // tag::client[]
    return settings.withSubscriber(
        subscriber ->
            subscriber
                .setCredentialsProvider(FixedCredentialsProvider.create(credentials))
                .setEndpoint("europe-west1-pubsub.googleapis.com:443")
                .setParallelPullCount(2)
                .setOpenTelemetry(telemetry)
                .setEnableOpenTelemetryTracing(true));
    // end::client[]
  }

  static void seek(ProjectSubscriptionName orders) throws IOException {
    // tag::seek[]
    try (SubscriptionAdminClient admin = SubscriptionAdminClient.create()) {
      Instant yesterday = Instant.now().minus(Duration.ofDays(1));
      admin.seek(
          SeekRequest.newBuilder()
              .setSubscription(orders.toString())
              .setTime(Timestamps.fromMillis(yesterday.toEpochMilli()))
              .build());
    }
    // end::seek[]
  }
}
