package dev.connectors.s3;

import dev.connectors.s3.internal.Buckets;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;

/**
 * What programs do with buckets before and after their streams. They fail with the client's own
 * exception, not wrapped; all else that a bucket has, the client's own methods do.
 *
 * <p>The client stays the caller's.
 */
public final class S3 {
  private S3() {}

  /**
   * Creates a bucket. That it is there already and this account's is no failure; its configuration
   * is left as it is then.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html">S3:
   *     CreateBucket</a>
   */
  public static CompletionStage<Done> createBucket(
      S3AsyncClient client, CreateBucketRequest request) {
    return Buckets.create(client, request);
  }

  /** The same with the client's region and the defaults of S3. */
  public static CompletionStage<Done> createBucket(S3AsyncClient client, String bucket) {
    return createBucket(client, CreateBucketRequest.builder().bucket(bucket).build());
  }

  /**
   * Whether a bucket is there and the client may ask for it.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html">S3:
   *     HeadBucket</a>
   */
  public static CompletionStage<BucketAccess> access(S3AsyncClient client, String bucket) {
    return Buckets.access(client, bucket);
  }

  /**
   * Whether a bucket keeps the versions of its objects; empty if it never has.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html">Versioning</a>
   */
  public static CompletionStage<Optional<BucketVersioningStatus>> versioning(
      S3AsyncClient client, String bucket) {
    return Buckets.versioning(client, bucket);
  }

  /** Has a bucket keep the versions of its objects from now on, or stop it. */
  public static CompletionStage<Done> setVersioning(
      S3AsyncClient client, String bucket, BucketVersioningStatus status) {
    return Buckets.setVersioning(client, bucket, status);
  }

  /**
   * Deletes all that is in a bucket: objects with all their versions, markers of deletions, and
   * uploads in parts that were never completed. Then the bucket can be deleted. There is no way
   * back.
   *
   * <p>One request lists, and one deletes, up to 1,000 versions. Nothing is kept in memory but
   * that. What is written meanwhile may stay.
   *
   * @param system whose {@code connectors.s3.request} has the parallelism and the retries
   * @return how many versions and markers were deleted
   */
  public static CompletionStage<Long> empty(
      ClassicActorSystemProvider system, S3AsyncClient client, String bucket) {
    return Buckets.empty(client, bucket, "", RequestSettings.create(system), system);
  }

  /**
   * The same of the keys that begin with {@code prefix}.
   *
   * @throws IllegalArgumentException if the prefix is empty: that is the whole bucket
   */
  public static CompletionStage<Long> deletePrefix(
      ClassicActorSystemProvider system, S3AsyncClient client, String bucket, String prefix) {
    if (prefix.isEmpty()) {
      throw new IllegalArgumentException("prefix = \"\": must not be empty, or see S3.empty");
    }
    return Buckets.empty(client, bucket, prefix, RequestSettings.create(system), system);
  }
}
