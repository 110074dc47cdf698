package dev.connectors.s3;

import dev.connectors.core.RetrySettings;
import java.time.Duration;
import java.util.Random;
import org.apache.pekko.actor.ActorSystem;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** What tests of uploads share. */
final class Uploads {
  static final int PART = 5 << 20;

  private Uploads() {}

  /** Two small parts at a time, and retries that come soon. */
  static UploadSettings settings(ActorSystem system) {
    return UploadSettings.create(system)
        .withPartSize(PART)
        .withParallelism(2)
        .withAbortTimeout(Duration.ofSeconds(5))
        .withRetry(
            RetrySettings.create(system)
                .withMinBackoff(Duration.ofMillis(1))
                .withMaxBackoff(Duration.ofMillis(5))
                .withMaxAttempts(5));
  }

  static PutObjectRequest request(String key) {
    return PutObjectRequest.builder().bucket("b").key(key).build();
  }

  static byte[] random(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }
}
