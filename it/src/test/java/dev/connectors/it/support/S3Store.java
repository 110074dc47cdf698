package dev.connectors.it.support;

import dev.connectors.testkit.S3Server;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** A bucket of its own, and the client that knows it. */
public final class S3Store implements AutoCloseable {
  private static final AtomicInteger BUCKETS = new AtomicInteger();

  /** Of all clients: to end threads takes two seconds. */
  private static final SdkEventLoopGroup THREADS = SdkEventLoopGroup.builder().build();

  private final S3AsyncClient client;
  private final String bucket;

  private S3Store(S3AsyncClient client, String bucket) {
    this.client = client;
    this.bucket = bucket;
  }

  /** A new one on {@code server}. */
  public static S3Store create(S3Server server) {
    S3Store store =
        new S3Store(
            client(server, server.endpoint(), Duration.ofSeconds(30)),
            "bucket-" + BUCKETS.incrementAndGet());
    store.client.createBucket(request -> request.bucket(store.bucket)).join();
    return store;
  }

  /** The same bucket by way of {@code port}, which a proxy has. */
  public S3Store through(S3Server server, int port, Duration readTimeout) {
    return new S3Store(client(server, URI.create("http://127.0.0.1:" + port), readTimeout), bucket);
  }

  private static S3AsyncClient client(S3Server server, URI endpoint, Duration readTimeout) {
    return S3AsyncClient.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    server.accessKeyId(), server.secretAccessKey().reveal())))
        .httpClientBuilder(
            NettyNioAsyncHttpClient.builder().eventLoopGroup(THREADS).readTimeout(readTimeout))
        .build();
  }

  public S3AsyncClient client() {
    return client;
  }

  public String bucket() {
    return bucket;
  }

  /** Uploads that were neither completed nor aborted. */
  public List<MultipartUpload> orphans() {
    return client.listMultipartUploads(request -> request.bucket(bucket)).join().uploads();
  }

  @Override
  public void close() {
    client.close();
  }
}
