package dev.connectors.s3;

import java.util.Objects;
import org.apache.pekko.util.ByteString;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * An object to be written by {@link S3Flow#put}.
 *
 * @param request where and how; its content length is that of {@code content}
 * @param content all of it
 */
public record S3Put(PutObjectRequest request, ByteString content) {
  /** Checks what is given. */
  public S3Put {
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(content, "content");
  }

  /** Without the content. */
  @Override
  public String toString() {
    return "S3Put(bucket=%s, key=%s, %d bytes)"
        .formatted(request.bucket(), request.key(), content.size());
  }
}
