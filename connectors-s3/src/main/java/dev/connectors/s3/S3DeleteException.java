package dev.connectors.s3;

import org.jspecify.annotations.Nullable;

/** S3 refused to delete one object of a request for many. */
public final class S3DeleteException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String key;
  private final @Nullable String versionId;
  private final String code;

  /** With what S3 tells of one key. */
  public S3DeleteException(
      String key, @Nullable String versionId, String code, @Nullable String message) {
    super("deletion of %s was refused with %s: %s".formatted(key, code, message));
    this.key = key;
    this.versionId = versionId;
    this.code = code;
  }

  /** Of the object. */
  public String key() {
    return key;
  }

  /** Of the object, or null if none was given. */
  public @Nullable String versionId() {
    return versionId;
  }

  /**
   * Why, such as {@code AccessDenied}.
   *
   * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">S3: error
   *     responses</a>
   */
  public String code() {
    return code;
  }
}
