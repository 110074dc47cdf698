package dev.connectors.benchmarks.sidebyside.cases;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.testkit.S3Server;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.connectors.s3.S3Attributes;
import org.apache.pekko.stream.connectors.s3.S3Settings;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.transfer.s3.S3TransferManager;

/** The bucket of the cases with S3, and the clients of all contenders: one configuration. */
final class S3Bucket implements Servers.Kept {
  static final String NAME = "benchmarks";

  /** Bytes, in a case that looks at the heap. */
  static final long BETWEEN_LOOKS = 16 << 20;

  private static final Region REGION = Region.US_EAST_1;

  private final S3Server server;

  /** Of the raw loops and of the connectors. */
  final S3AsyncClient client;

  /** Uploads in parts by itself: the transfer manager's. */
  private final S3AsyncClient multipart;

  final S3TransferManager uploads;

  /** Over one connection each: the server does not know what the client in parts asks for. */
  final S3TransferManager downloads;

  private S3Bucket(Servers servers) {
    server = servers.s3();
    client = builder().build();
    multipart = builder().multipartEnabled(true).build();
    uploads = S3TransferManager.builder().s3Client(multipart).build();
    downloads = S3TransferManager.builder().s3Client(client).build();
    client.createBucket(bucket -> bucket.bucket(NAME)).join();
  }

  static S3Bucket of(Servers servers) {
    return servers.once(S3Bucket.class, () -> new S3Bucket(servers));
  }

  private S3AsyncClientBuilder builder() {
    return S3AsyncClient.builder()
        .endpointOverride(server.endpoint())
        .forcePathStyle(true)
        .region(REGION)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(
                    server.accessKeyId(), server.secretAccessKey().reveal())));
  }

  /** For a stream of the rival's. */
  Attributes rival(ActorSystem system) {
    Config config =
        ConfigFactory.parseString(
                """
                aws.credentials { provider = static, access-key-id = "%s", secret-access-key = "%s" }
                aws.region { provider = static, default-region = "%s" }
                access-style = path
                endpoint-url = "%s"
                """
                    .formatted(
                        server.accessKeyId(),
                        server.secretAccessKey().reveal(),
                        REGION.id(),
                        server.endpoint()))
            .withFallback(system.settings().config().getConfig("pekko.connectors.s3"));
    return S3Attributes.settings(S3Settings.create(config));
  }

  /** A key that nobody has used. */
  static String newKey() {
    return UUID.randomUUID().toString();
  }

  static PutObjectRequest put(String key) {
    return PutObjectRequest.builder().bucket(NAME).key(key).build();
  }

  static GetObjectRequest get(String key) {
    return GetObjectRequest.builder().bucket(NAME).key(key).build();
  }

  /** Reads it, sees that it is what was written, and deletes it. */
  void verify(String key, S3Content content) {
    Check check = new Check();
    client
        .getObject(get(key), AsyncResponseTransformer.toPublisher())
        .thenCompose(body -> body.subscribe(check::accept))
        .join();
    check.verify(content);
    client.deleteObject(object -> object.bucket(NAME).key(key)).join();
  }

  @Override
  public void close() {
    uploads.close();
    downloads.close();
    multipart.close();
    client.close();
  }

  /** What every contender does with what it reads: count it, and sum it up. */
  static final class Check {
    private final CRC32 sum = new CRC32();
    private final Runnable look;
    private long bytes;

    Check() {
      this(() -> {});
    }

    /**
     * @param look run every 16 MiB
     */
    Check(Runnable look) {
      this.look = look;
    }

    void accept(ByteBuffer content) {
      long before = bytes / BETWEEN_LOOKS;
      bytes += content.remaining();
      if (bytes / BETWEEN_LOOKS != before) {
        look.run();
      }
      sum.update(content);
    }

    void verify(S3Content content) {
      WrongResult.check("bytes", bytes, content.length());
      WrongResult.check("checksum", sum.getValue(), content.checksum());
    }
  }
}
