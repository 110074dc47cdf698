package dev.connectors.it.support;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.rpc.TransportChannelProvider;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.cloud.pubsub.v1.SubscriptionAdminClient;
import com.google.cloud.pubsub.v1.SubscriptionAdminSettings;
import com.google.cloud.pubsub.v1.TopicAdminClient;
import com.google.cloud.pubsub.v1.TopicAdminSettings;
import com.google.cloud.pubsub.v1.stub.GrpcSubscriberStub;
import com.google.cloud.pubsub.v1.stub.SubscriberStub;
import com.google.cloud.pubsub.v1.stub.SubscriberStubSettings;
import com.google.pubsub.v1.TopicName;
import dev.connectors.testkit.internal.PubSubChannels;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Google's own clients, each to be closed by who asks for it.
 *
 * @param emulatorHost whose they are; null for those of Google's service, with the application
 *     default credentials
 */
record PubSubClients(@Nullable String emulatorHost) {
  private static final NoCredentialsProvider NONE = NoCredentialsProvider.create();

  TopicAdminClient topics() throws IOException {
    TopicAdminSettings.Builder settings = TopicAdminSettings.newBuilder();
    if (emulatorHost != null) {
      settings.setTransportChannelProvider(channels(emulatorHost)).setCredentialsProvider(NONE);
    }
    return TopicAdminClient.create(settings.build());
  }

  SubscriptionAdminClient subscriptions() throws IOException {
    SubscriptionAdminSettings.Builder settings = SubscriptionAdminSettings.newBuilder();
    if (emulatorHost != null) {
      settings.setTransportChannelProvider(channels(emulatorHost)).setCredentialsProvider(NONE);
    }
    return SubscriptionAdminClient.create(settings.build());
  }

  SubscriberStub subscriber() throws IOException {
    SubscriberStubSettings.Builder settings = SubscriberStubSettings.newBuilder();
    if (emulatorHost != null) {
      settings.setTransportChannelProvider(channels(emulatorHost)).setCredentialsProvider(NONE);
    }
    return GrpcSubscriberStub.create(settings.build());
  }

  Publisher.Builder publisher(TopicName topic) {
    Publisher.Builder publisher = Publisher.newBuilder(topic);
    if (emulatorHost != null) {
      publisher.setChannelProvider(channels(emulatorHost)).setCredentialsProvider(NONE);
    }
    return publisher;
  }

  private static TransportChannelProvider channels(String emulatorHost) {
    return PubSubChannels.to(emulatorHost);
  }
}
