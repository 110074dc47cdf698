package dev.connectors.it.support;

import dev.connectors.testkit.S3MockServer;
import dev.connectors.testkit.S3Server;
import dev.connectors.testkit.TestServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
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
  public static S3Store create(TestServer server) {
    S3Store store =
        new S3Store(client(server, Duration.ofSeconds(30)), "bucket-" + BUCKETS.incrementAndGet());
    store.client.createBucket(request -> request.bucket(store.bucket)).join();
    return store;
  }

  /** The same bucket by way of {@code port}, which a proxy has. */
  public S3Store through(TestServer server, int port, Duration readTimeout) {
    return new S3Store(client(server, URI.create("http://127.0.0.1:" + port), readTimeout), bucket);
  }

  /** The same by a client that sends nothing again itself. */
  public S3Store withoutRetries(TestServer server, int port) {
    return new S3Store(
        builder(server, URI.create("http://127.0.0.1:" + port), Duration.ofSeconds(30))
            .overrideConfiguration(
                configuration -> configuration.retryStrategy(DefaultRetryStrategy.doNotRetry()))
            .build(),
        bucket);
  }

  /** Of either kind of server. */
  public static URI endpoint(TestServer server) {
    return server instanceof S3MockServer mock ? mock.endpoint() : ((S3Server) server).endpoint();
  }

  /** Of either kind of server. */
  public static AwsCredentialsProvider credentials(TestServer server) {
    AwsBasicCredentials credentials =
        server instanceof S3MockServer mock
            ? AwsBasicCredentials.create(mock.accessKeyId(), mock.secretAccessKey().reveal())
            : AwsBasicCredentials.create(
                ((S3Server) server).accessKeyId(), ((S3Server) server).secretAccessKey().reveal());
    return StaticCredentialsProvider.create(credentials);
  }

  /** The client of a server, to be closed. */
  static S3AsyncClient client(TestServer server, Duration readTimeout) {
    return client(server, endpoint(server), readTimeout);
  }

  private static S3AsyncClient client(TestServer server, URI endpoint, Duration readTimeout) {
    return builder(server, endpoint, readTimeout).build();
  }

  private static S3AsyncClientBuilder builder(
      TestServer server, URI endpoint, Duration readTimeout) {
    return S3AsyncClient.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(credentials(server))
        .httpClientBuilder(
            NettyNioAsyncHttpClient.builder().eventLoopGroup(THREADS).readTimeout(readTimeout));
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
