package dev.connectors.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.s3.FakeS3;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

class UploadRequestsTest {
  private static final PutObjectRequest GIVEN =
      PutObjectRequest.builder().bucket("b").key("k").build();

  @ParameterizedTest
  @EnumSource(names = {"CRC32", "CRC32_C", "CRC64_NVME"})
  void create_algorithmThatPartsAddUpTo_asksForTheWhole(ChecksumAlgorithm algorithm) {
    UploadRequests requests = of(GIVEN.toBuilder().checksumAlgorithm(algorithm).build());

    assertThat(requests.create().checksumAlgorithm()).isEqualTo(algorithm);
    assertThat(requests.create().checksumType()).isEqualTo(ChecksumType.FULL_OBJECT);
  }

  @ParameterizedTest
  @EnumSource(names = {"SHA1", "SHA256"})
  void create_anotherAlgorithm_leavesTheTypeToTheServer(ChecksumAlgorithm algorithm) {
    UploadRequests requests = of(GIVEN.toBuilder().checksumAlgorithm(algorithm).build());

    assertThat(requests.create().checksumType()).isNull();
  }

  @Test
  void create_clientWithoutChecksums_asksForNone() {
    assertThat(of(GIVEN).create().checksumAlgorithm()).isNull();
    assertThat(of(GIVEN).create().checksumType()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "CRC32, FULL_OBJECT, true",
    "CRC32, COMPOSITE, false",
    "CRC32, , true",
    "SHA256, COMPOSITE, true"
  })
  void isAlike_typeOfItsChecksum_isAsAskedIfItWas(
      ChecksumAlgorithm algorithm, @Nullable ChecksumType type, boolean isAlike) {
    UploadRequests requests = of(GIVEN.toBuilder().checksumAlgorithm(algorithm).build());
    MultipartUpload listed =
        MultipartUpload.builder().key("k").checksumAlgorithm(algorithm).checksumType(type).build();

    assertThat(requests.isAlike(listed)).isEqualTo(isAlike);
  }

  private static UploadRequests of(PutObjectRequest request) {
    try (FakeS3 s3 = new FakeS3()) {
      return new UploadRequests(request, s3);
    }
  }
}
