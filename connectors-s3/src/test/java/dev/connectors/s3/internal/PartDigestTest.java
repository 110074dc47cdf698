package dev.connectors.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.s3.FakeS3;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.Part;

class PartDigestTest {
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

  private static String crc32(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  private static boolean matches(Part part) {
    PartDigest digest = new PartDigest(part);
    digest.update(ByteBuffer.wrap(CONTENT, 0, 3));
    digest.update(ByteBuffer.wrap(CONTENT, 3, CONTENT.length - 3));
    return digest.matches();
  }

  @Test
  void matches_byMd5_unlessAChecksumSaysOtherwise() {
    Part part = Part.builder().eTag(FakeS3.eTag(CONTENT)).build();

    assertThat(matches(part)).isTrue();
    assertThat(matches(part.toBuilder().checksumCRC32(crc32(CONTENT)).build())).isTrue();
    assertThat(matches(part.toBuilder().checksumCRC32(crc32(new byte[1])).build())).isFalse();
  }

  @Test
  void matches_eTagIsNoMd5_byChecksum() {
    Part part = Part.builder().eTag("\"0123456789abcdef0123456789abcdef\"").build();

    assertThat(matches(part)).isFalse();
    assertThat(matches(part.toBuilder().checksumCRC32(crc32(CONTENT)).build())).isTrue();
    assertThat(matches(part.toBuilder().checksumCRC32(crc32(new byte[1])).build())).isFalse();
  }

  @Test
  void matches_nothingIsKnown_doesNot() {
    assertThat(matches(Part.builder().build())).isFalse();
    assertThat(matches(Part.builder().checksumXXHASH64("unknown").build())).isFalse();
  }
}
