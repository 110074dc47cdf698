package dev.connectors.s3.internal;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * Tells whether a part that the server has is of a certain content: by its ETag, which is an MD5
 * unless the object is encrypted with a key, or by a checksum of the part. Not thread-safe.
 */
final class PartDigest {
  private final String eTag;
  private final Map<String, String> expected;
  private final SdkChecksum md5 = SdkChecksum.forAlgorithm(DefaultChecksumAlgorithm.MD5);
  private final Map<String, SdkChecksum> checksums = new HashMap<>();

  PartDigest(Part part) {
    eTag = part.eTag() == null ? "" : part.eTag().replace("\"", "").toLowerCase(Locale.ROOT);
    expected = Fields.checksums(part);
    for (String algorithm : expected.keySet()) {
      SdkChecksum checksum = Verifier.checksum(algorithm);
      if (checksum != null) {
        checksums.put(algorithm, checksum);
      }
    }
  }

  void update(ByteBuffer content) {
    md5.update(content.duplicate());
    for (SdkChecksum checksum : checksums.values()) {
      checksum.update(content.duplicate());
    }
  }

  /** Whether all that was told is the part's content. */
  boolean matches() {
    boolean isSame = HexFormat.of().formatHex(md5.getChecksumBytes()).equals(eTag);
    for (Map.Entry<String, SdkChecksum> checksum : checksums.entrySet()) {
      String actual = Base64.getEncoder().encodeToString(checksum.getValue().getChecksumBytes());
      if (!actual.equals(expected.get(checksum.getKey()))) {
        return false;
      }
      isSame = true;
    }
    return isSame;
  }
}
