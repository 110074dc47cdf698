package dev.connectors.s3;

import java.nio.file.Path;
import java.util.Objects;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * An object to be written from a file by {@link S3Flow#putFile}.
 *
 * @param request where and how; its content length is that of the file
 * @param file what is in it; it must not be changed meanwhile
 */
public record S3FilePut(PutObjectRequest request, Path file) {
  /** Checks what is given. */
  public S3FilePut {
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(file, "file");
  }

  /** Where from and where to. */
  @Override
  public String toString() {
    return "S3FilePut(bucket=%s, key=%s, file=%s)".formatted(request.bucket(), request.key(), file);
  }
}
