package dev.connectors.s3;

/** An object is larger than {@link S3Flow#get} may read into memory. */
public final class ObjectTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String key;
  private final long length;
  private final long limit;

  /** Of an object of which {@code length} bytes are known to be there. */
  public ObjectTooLargeException(String key, long length, long limit) {
    super(
        "%s has %d bytes or more, connectors.s3.request.max-object-size is %d"
            .formatted(key, length, limit));
    this.key = key;
    this.length = length;
    this.limit = limit;
  }

  /** Of the object. */
  public String key() {
    return key;
  }

  /** Its bytes, as far as they are known. */
  public long length() {
    return length;
  }

  /** The most that is allowed. */
  public long limit() {
    return limit;
  }
}
