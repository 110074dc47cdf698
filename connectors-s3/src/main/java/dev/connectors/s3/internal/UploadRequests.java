package dev.connectors.s3.internal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** The requests of one upload, all made from the one that the user gave. Immutable. */
final class UploadRequests {
  private static final int MD5_LENGTH = 32;
  private static final Set<ChecksumAlgorithm> OF_THE_WHOLE =
      Set.of(ChecksumAlgorithm.CRC32, ChecksumAlgorithm.CRC32_C, ChecksumAlgorithm.CRC64_NVME);

  private final PutObjectRequest given;

  UploadRequests(PutObjectRequest request, S3AsyncClient client) {
    check(request);
    given =
        request.checksumAlgorithm() == null && calculatesChecksums(client)
            ? request.toBuilder().checksumAlgorithm(ChecksumAlgorithm.CRC32).build()
            : request;
  }

  /**
   * By itself the client adds a checksum to parts, but not to the request that creates the upload;
   * then S3 refuses to complete it.
   */
  private static boolean calculatesChecksums(S3AsyncClient client) {
    try {
      return client.serviceClientConfiguration().requestChecksumCalculation()
          == RequestChecksumCalculation.WHEN_SUPPORTED;
    } catch (UnsupportedOperationException unknown) {
      return false;
    }
  }

  /**
   * @throws IllegalArgumentException if {@code given} can't be turned into an upload in parts
   */
  static void check(PutObjectRequest given) {
    refuse(given.bucket() == null, "has no bucket");
    refuse(given.key() == null, "has no key");
    refuse(given.writeOffsetBytes() != null, "has writeOffsetBytes: appending is not offered");
    refuse(given.contentMD5() != null, "has contentMD5, which says nothing of parts");
    for (SdkField<?> field : given.sdkFields()) {
      refuse(
          Fields.isChecksum(field.memberName()) && field.getValueOrDefault(given) != null,
          "has a checksum: give its checksumAlgorithm, and the client calculates it");
    }
  }

  private static void refuse(boolean bad, String why) {
    if (bad) {
      throw new IllegalArgumentException("the request to put an object " + why);
    }
  }

  /** Of the object, if the user knows it; else negative. */
  long length() {
    Long length = given.contentLength();
    return length == null ? -1 : length;
  }

  String key() {
    return given.key();
  }

  PutObjectRequest put(long length) {
    return given.toBuilder().contentLength(length).build();
  }

  CreateMultipartUploadRequest create() {
    CreateMultipartUploadRequest.Builder request = CreateMultipartUploadRequest.builder();
    Fields.copy(given, request);
    given.overrideConfiguration().ifPresent(request::overrideConfiguration);
    return request.checksumType(checksumType()).build();
  }

  /**
   * The checksum of the whole, which tells who reads it more than one of the parts' checksums. Not
   * of every algorithm can S3 make it from the parts.
   */
  private @Nullable ChecksumType checksumType() {
    return given.checksumAlgorithm() != null && OF_THE_WHOLE.contains(given.checksumAlgorithm())
        ? ChecksumType.FULL_OBJECT
        : null;
  }

  UploadPartRequest part(String uploadId, int number, long length) {
    UploadPartRequest.Builder request = UploadPartRequest.builder();
    Fields.copy(given, request);
    given.overrideConfiguration().ifPresent(request::overrideConfiguration);
    return request.uploadId(uploadId).partNumber(number).contentLength(length).build();
  }

  /** Those of the key, and of others that begin with it. */
  ListMultipartUploadsRequest uploads() {
    ListMultipartUploadsRequest.Builder request = ListMultipartUploadsRequest.builder();
    Fields.copy(given, request);
    given.overrideConfiguration().ifPresent(request::overrideConfiguration);
    return request.prefix(given.key()).build();
  }

  ListPartsRequest parts(String uploadId) {
    ListPartsRequest.Builder request = ListPartsRequest.builder();
    Fields.copy(given, request);
    given.overrideConfiguration().ifPresent(request::overrideConfiguration);
    return request.uploadId(uploadId).build();
  }

  /** Whether {@code upload} was made for such an object, as far as a list tells. */
  boolean isAlike(MultipartUpload upload) {
    boolean hasSameClass =
        given.storageClass() == null
            || upload.storageClass() == null
            || upload.storageClass() == given.storageClass();
    boolean hasSameType =
        checksumType() == null
            || upload.checksumType() == null
            || upload.checksumType() == checksumType();
    return given.key().equals(upload.key())
        && hasSameClass
        && hasSameType
        && (upload.checksumAlgorithm() == null
            || upload.checksumAlgorithm() == given.checksumAlgorithm());
  }

  /** As it was listed. */
  static CompletedPart completed(Part listed) {
    CompletedPart.Builder part = CompletedPart.builder();
    Fields.copy(listed, part);
    return part.build();
  }

  /** With the checksum that the client calculated, for the server to compare once more. */
  static CompletedPart completed(int number, UploadPartResponse response) {
    CompletedPart.Builder part = CompletedPart.builder();
    Fields.copy(response, part);
    return part.partNumber(number).build();
  }

  CompleteMultipartUploadRequest complete(String uploadId, List<CompletedPart> parts, long size) {
    CompleteMultipartUploadRequest.Builder request = CompleteMultipartUploadRequest.builder();
    Fields.copy(given, request);
    given.overrideConfiguration().ifPresent(request::overrideConfiguration);
    return request
        .uploadId(uploadId)
        .multipartUpload(upload -> upload.parts(parts))
        .mpuObjectSize(size)
        .build();
  }

  AbortMultipartUploadRequest abort(String uploadId) {
    AbortMultipartUploadRequest.Builder request = AbortMultipartUploadRequest.builder();
    Fields.copy(given, request);
    given.overrideConfiguration().ifPresent(request::overrideConfiguration);
    return request.uploadId(uploadId).build();
  }

  HeadObjectRequest head() {
    HeadObjectRequest.Builder request = HeadObjectRequest.builder();
    // A condition on what is to be replaced says nothing of what is there now.
    Fields.copy(given, request, name -> !name.startsWith("If"));
    given.overrideConfiguration().ifPresent(request::overrideConfiguration);
    return request.build();
  }

  static PutObjectResponse result(CompleteMultipartUploadResponse response) {
    PutObjectResponse.Builder result = PutObjectResponse.builder();
    Fields.copy(response, result);
    if (response.responseMetadata() != null) {
      result.responseMetadata(response.responseMetadata());
      result.sdkHttpResponse(response.sdkHttpResponse());
    }
    return result.build();
  }

  static PutObjectResponse result(HeadObjectResponse response) {
    PutObjectResponse.Builder result = PutObjectResponse.builder();
    Fields.copy(response, result);
    return result.build();
  }

  /** The ETag that S3 gives to an object of these parts; null if theirs are no MD5s. */
  static @Nullable String eTag(List<CompletedPart> parts) {
    MessageDigest md5;
    try {
      md5 = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException missing) {
      return null;
    }
    for (CompletedPart part : parts) {
      String hex = part.eTag() == null ? "" : part.eTag().replace("\"", "");
      if (hex.length() != MD5_LENGTH) {
        return null;
      }
      try {
        md5.update(HexFormat.of().parseHex(hex));
      } catch (IllegalArgumentException other) {
        return null;
      }
    }
    return '"' + HexFormat.of().formatHex(md5.digest()) + "-" + parts.size() + '"';
  }
}
