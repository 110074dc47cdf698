package dev.connectors.pubsub;

import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.rpc.TransportChannelProvider;
import com.google.pubsub.v1.ProjectSubscriptionName;
import com.google.pubsub.v1.TopicName;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server in this JVM that speaks Pub/Sub's protocol over a socket and answers as the test says:
 * with errors, late, never. It has one topic and one subscription, which are not connected: what is
 * published to {@link #topic} is kept there, and {@link #subscription} delivers what the test gives
 * it.
 */
final class ScriptedPubSub implements AutoCloseable {
  static final TopicName TOPIC = TopicName.of("scripted", "topic");
  static final ProjectSubscriptionName SUBSCRIPTION =
      ProjectSubscriptionName.of("scripted", "subscription");

  /** Far above what the service takes, so that the client's own limits are what a test sees. */
  private static final int MAX_INBOUND_BYTES = 64 * 1024 * 1024;

  private static final Metadata.Key<String> ENCODING =
      Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);

  final ScriptedTopic topic = new ScriptedTopic();
  final ScriptedSubscription subscription = new ScriptedSubscription();

  /** How each call was compressed, such as {@code gzip}. */
  final List<String> encodings = new CopyOnWriteArrayList<>();

  /** How many connections there are. */
  final AtomicInteger connections = new AtomicInteger();

  /** How many there ever were. */
  final AtomicInteger connected = new AtomicInteger();

  private final ExecutorService executor =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "scripted-server");
            thread.setDaemon(true);
            return thread;
          });
  private final Server server;

  private ScriptedPubSub() {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .executor(executor)
            .maxInboundMessageSize(MAX_INBOUND_BYTES)
            .addService(topic)
            .addService(subscription)
            .intercept(new Encodings())
            .addTransportFilter(new Connections())
            .build();
  }

  static ScriptedPubSub start() {
    ScriptedPubSub scripted = new ScriptedPubSub();
    try {
      scripted.server.start();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return scripted;
  }

  /** A channel to it, as a user would give the client one. */
  TransportChannelProvider channelProvider() {
    return InstantiatingGrpcChannelProvider.newBuilder()
        .setEndpoint(emulatorHost())
        .setChannelConfigurator(channel -> channel.usePlaintext())
        .build();
  }

  /** What settings take as the emulator's host. */
  String emulatorHost() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    executor.shutdownNow(); // the server's last tasks are done
  }

  private final class Connections extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      connections.incrementAndGet();
      connected.incrementAndGet();
      return attributes;
    }

    @Override
    public void transportTerminated(Attributes attributes) {
      connections.decrementAndGet();
    }
  }

  private final class Encodings implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String encoding = headers.get(ENCODING);
      encodings.add(encoding == null ? "identity" : encoding);
      return next.startCall(call, headers);
    }
  }
}
