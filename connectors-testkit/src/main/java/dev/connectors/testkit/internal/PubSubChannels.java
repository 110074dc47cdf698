package dev.connectors.testkit.internal;

import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.rpc.TransportChannelProvider;
import java.util.List;

/** Channels to an emulator; a class of its own, because their library is optional. */
public final class PubSubChannels {
  private PubSubChannels() {}

  /** In plain text, to {@code host:port}. */
  public static TransportChannelProvider to(String endpoint) {
    return InstantiatingGrpcChannelProvider.newBuilder()
        .setEndpoint(endpoint)
        .setChannelConfigurator(channel -> channel.usePlaintext())
        .setInterceptorProvider(() -> List.of(new KeepAliveAnswers()))
        .build();
  }
}
