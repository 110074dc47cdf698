package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.connectors.file.FileFlow;
import dev.connectors.file.FileSink;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.OutsideRootException;
import dev.connectors.file.WrittenFile;
import dev.connectors.s3.S3Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/**
 * Objects become files, from a store whose keys lead elsewhere: servers of the tests would not keep
 * such.
 */
class S3ToFilesIT {
  private static final List<String> HARMLESS =
      List.of("in/a", "in/b c+d%", "in/ä/日本", "in/..a", "in/x/../y");
  private static final List<String> HOSTILE =
      List.of("../out", "in/../../out", "/out", "in/../..", "in/link/out");

  private final ActorSystem system = ActorSystem.create("files");
  private final HttpServer store;
  private final S3AsyncClient client;

  S3ToFilesIT() throws IOException {
    store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    store.createContext("/", this::answer);
    store.start();
    client =
        S3AsyncClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + store.getAddress().getPort()))
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .build();
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    store.stop(0);
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(1, TimeUnit.MINUTES);
  }

  @Test
  void keys_asPathsBelowARoot_stayBelowIt(@TempDir Path directory) throws Exception {
    Path root = Files.createDirectories(directory.resolve("root/in")).getParent();
    Files.createSymbolicLink(root.resolve("in/link"), directory);

    for (String key : HARMLESS) {
      save(key, root).toCompletableFuture().get(1, TimeUnit.MINUTES);
      assertThat(root.resolve(key).normalize()).hasContent("content");
    }
    for (String key : HOSTILE) {
      assertThatThrownBy(() -> save(key, root).toCompletableFuture().get(1, TimeUnit.MINUTES))
          .as(key)
          .hasCauseInstanceOf(OutsideRootException.class);
    }

    try (Stream<Path> outside = Files.list(directory)) {
      assertThat(outside).containsExactly(root);
    }
  }

  private CompletionStage<WrittenFile> save(String key, Path root) {
    FileWriteSettings below = FileWriteSettings.create(system).withRoot(root);
    Path path = Path.of(key);
    return Source.single(path.resolveSibling(""))
        .via(FileFlow.mkdirs(below))
        .runWith(Sink.ignore(), system)
        .thenCompose(
            made ->
                S3Source.object(
                        client, GetObjectRequest.builder().bucket("bucket").key(key).build())
                    .runWith(FileSink.bytes(path, below), system));
  }

  /** Any object has the same content. */
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().add("ETag", "\"1\"");
      byte[] content = "content".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content);
    }
  }
}
