package dev.connectors.s3.internal;

import dev.connectors.s3.S3ContentException;
import dev.connectors.s3.VerifyPolicy;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** Compares what was read with what the server says that the object is. Not thread-safe. */
final class Verifier {
  /** Those that any Java can calculate, the quickest first. */
  private static final List<String> ALGORITHMS =
      List.of("CRC32C", "CRC32", "CRC64NVME", "SHA256", "SHA1", "SHA512", "MD5");

  private static final Pattern MD5_ETAG = Pattern.compile("\"?([0-9a-fA-F]{32})\"?");

  private final @Nullable SdkChecksum checksum;
  private final String name;
  private final String expected;
  private final boolean isHex;

  private Verifier(@Nullable SdkChecksum checksum, String name, String expected, boolean isHex) {
    this.checksum = checksum;
    this.name = name;
    this.expected = expected;
    this.isHex = isHex;
  }

  /** For the whole object that {@code response} announces. */
  static Verifier of(GetObjectResponse response, VerifyPolicy policy) {
    if (policy != VerifyPolicy.NEVER && response.checksumType() != ChecksumType.COMPOSITE) {
      for (String algorithm : ALGORITHMS) {
        String value = value(response, algorithm);
        // A composite one that does not say so has the number of its parts.
        SdkChecksum known = value == null || value.contains("-") ? null : checksum(algorithm);
        if (known != null && value != null) {
          return new Verifier(known, algorithm, value, false);
        }
      }
    }
    String eTag = policy == VerifyPolicy.CHECKSUM_OR_ETAG ? md5(response) : null;
    return eTag == null
        ? none()
        : new Verifier(SdkChecksum.forAlgorithm(DefaultChecksumAlgorithm.MD5), "MD5", eTag, true);
  }

  /** Verifies nothing. */
  static Verifier none() {
    return new Verifier(null, "", "", false);
  }

  void update(ByteString content) {
    if (checksum != null) {
      for (ByteBuffer buffer : content.getByteBuffers()) {
        checksum.update(buffer);
      }
    }
  }

  /**
   * To be called at the end.
   *
   * @throws S3ContentException if something else was read
   */
  void check() {
    if (checksum == null) {
      return;
    }
    byte[] bytes = checksum.getChecksumBytes();
    String actual =
        isHex ? HexFormat.of().formatHex(bytes) : Base64.getEncoder().encodeToString(bytes);
    if (!actual.equals(expected)) {
      throw new S3ContentException(name, expected, actual);
    }
  }

  private static @Nullable String value(GetObjectResponse response, String algorithm) {
    SdkField<?> field = response.sdkFieldNameToField().get("x-amz-checksum-" + lower(algorithm));
    return field != null && field.getValueOrDefault(response) instanceof String text ? text : null;
  }

  private static String lower(String algorithm) {
    return algorithm.toLowerCase(Locale.ROOT);
  }

  /** Null if it takes a library that is not there. */
  static @Nullable SdkChecksum checksum(String name) {
    ChecksumAlgorithm algorithm = DefaultChecksumAlgorithm.fromValue(name);
    try {
      return algorithm == null ? null : SdkChecksum.forAlgorithm(algorithm);
    } catch (RuntimeException missing) {
      return null;
    }
  }

  private static @Nullable String md5(GetObjectResponse response) {
    ServerSideEncryption encryption = response.serverSideEncryption();
    if (response.eTag() == null
        || response.sseCustomerAlgorithm() != null
        || (encryption != null && encryption != ServerSideEncryption.AES256)) {
      return null;
    }
    var matcher = MD5_ETAG.matcher(response.eTag());
    return matcher.matches() ? lower(matcher.group(1)) : null;
  }
}
