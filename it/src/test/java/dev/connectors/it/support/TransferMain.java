package dev.connectors.it.support;

import dev.connectors.s3.S3Sink;
import dev.connectors.s3.S3Source;
import java.net.URI;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Uploads an object and downloads it: prints HALF when it has read half of what it uploads, SENT
 * and RECEIVED with the SHA-256 of each, or FAILED.
 */
public final class TransferMain {
  private static final int PIECE = 1 << 16;

  private TransferMain() {}

  /** Arguments: endpoint, access key, secret key, bucket, megabytes. */
  public static void main(String[] args) throws Exception {
    ActorSystem system = ActorSystem.create("forked");
    long pieces = Long.parseLong(args[4]) * (1 << 20) / PIECE;
    try (S3AsyncClient client =
        S3AsyncClient.builder()
            .endpointOverride(URI.create(args[0]))
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create(args[1], args[2])))
            .build()) {
      MessageDigest sent = MessageDigest.getInstance("SHA-256");
      Source.range(0, (int) pieces - 1)
          .map(
              number -> {
                if (number == pieces / 2) {
                  System.out.println("HALF");
                }
                byte[] piece = new byte[PIECE];
                new Random(number).nextBytes(piece);
                sent.update(piece);
                return ByteString.fromArrayUnsafe(piece);
              })
          .runWith(
              S3Sink.object(
                  client, PutObjectRequest.builder().bucket(args[3]).key("large").build()),
              system)
          .toCompletableFuture()
          .get();
      System.out.println("SENT " + HexFormat.of().formatHex(sent.digest()));

      MessageDigest received = MessageDigest.getInstance("SHA-256");
      S3Source.object(client, GetObjectRequest.builder().bucket(args[3]).key("large").build())
          .runForeach(bytes -> bytes.getByteBuffers().forEach(received::update), system)
          .toCompletableFuture()
          .get();
      System.out.println("RECEIVED " + HexFormat.of().formatHex(received.digest()));
    } catch (ExecutionException failure) {
      System.out.println("FAILED " + failure.getCause());
    } finally {
      system.terminate();
    }
  }
}
