package dev.connectors.s3;

/** What was read of an object is not what its checksum says; all bytes but the end were emitted. */
public final class S3ContentException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String algorithm;
  private final String expected;
  private final String actual;

  /** Of checksums as S3 writes them. */
  public S3ContentException(String algorithm, String expected, String actual) {
    super(
        "the object's %s is %s, that of what was read is %s"
            .formatted(algorithm, expected, actual));
    this.algorithm = algorithm;
    this.expected = expected;
    this.actual = actual;
  }

  /** Such as {@code CRC32}; {@code MD5} if it is the ETag. */
  public String algorithm() {
    return algorithm;
  }

  public String expected() {
    return expected;
  }

  public String actual() {
    return actual;
  }
}
