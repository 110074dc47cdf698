package dev.connectors.s3.internal;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectResult;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.Tagging;
import software.amazon.awssdk.services.s3.model.TaggingDirective;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;

/** The requests of one copy, all made from the one that the user gave. Immutable. */
final class CopyRequests {
  /** What a copy takes from its source unless it is told otherwise. */
  private static final Set<String> METADATA =
      Set.of(
          "CacheControl",
          "ContentDisposition",
          "ContentEncoding",
          "ContentLanguage",
          "ContentType",
          "Expires",
          "Metadata");

  private final CopyObjectRequest given;

  CopyRequests(CopyObjectRequest given) {
    this.given = given;
    if (given.sourceBucket() == null
        || given.sourceKey() == null
        || given.destinationBucket() == null
        || given.destinationKey() == null) {
      throw new IllegalArgumentException(
          "the request to copy an object has no source or destination: its sourceBucket, sourceKey,"
              + " destinationBucket and destinationKey are needed");
    }
  }

  CopyObjectRequest whole() {
    return given;
  }

  /** Under the conditions of the copy: its parts are of what this has found. */
  HeadObjectRequest head() {
    HeadObjectRequest.Builder request =
        HeadObjectRequest.builder()
            .bucket(given.sourceBucket())
            .key(given.sourceKey())
            .versionId(given.sourceVersionId())
            .requestPayer(given.requestPayer())
            .expectedBucketOwner(given.expectedSourceBucketOwner())
            .ifMatch(given.copySourceIfMatch())
            .ifNoneMatch(given.copySourceIfNoneMatch())
            .ifModifiedSince(given.copySourceIfModifiedSince())
            .ifUnmodifiedSince(given.copySourceIfUnmodifiedSince())
            .sseCustomerAlgorithm(given.copySourceSSECustomerAlgorithm())
            .sseCustomerKey(given.copySourceSSECustomerKey())
            .sseCustomerKeyMD5(given.copySourceSSECustomerKeyMD5());
    given.overrideConfiguration().ifPresent(request::overrideConfiguration);
    return request.build();
  }

  /** Whether the tags of the source have to be read for the copy to have them. */
  boolean needsTags(HeadObjectResponse source) {
    return given.taggingDirective() != TaggingDirective.REPLACE
        && source.tagCount() != null
        && source.tagCount() > 0;
  }

  GetObjectTaggingRequest tags() {
    GetObjectTaggingRequest.Builder request =
        GetObjectTaggingRequest.builder()
            .bucket(given.sourceBucket())
            .key(given.sourceKey())
            .versionId(given.sourceVersionId())
            .requestPayer(given.requestPayer())
            .expectedBucketOwner(given.expectedSourceBucketOwner());
    given.overrideConfiguration().ifPresent(request::overrideConfiguration);
    return request.build();
  }

  /** What the copy in parts is to be, as if it were put. */
  PutObjectRequest put(HeadObjectResponse source, @Nullable GetObjectTaggingResponse tags) {
    PutObjectRequest.Builder request = PutObjectRequest.builder();
    boolean replaces = given.metadataDirective() == MetadataDirective.REPLACE;
    Fields.copy(given, request, name -> replaces || !METADATA.contains(name));
    if (!replaces) {
      Fields.copy(source, request, METADATA::contains);
    }
    if (given.taggingDirective() != TaggingDirective.REPLACE) {
      request.tagging((String) null);
    }
    if (tags != null) {
      request.tagging(Tagging.builder().tagSet(tags.tagSet()).build());
    }
    given.overrideConfiguration().ifPresent(request::overrideConfiguration);
    return request.bucket(given.destinationBucket()).key(given.destinationKey()).build();
  }

  /** Of the very same source, which must not be replaced meanwhile. */
  UploadPartCopyRequest part(
      String uploadId, int number, long from, long to, HeadObjectResponse source) {
    UploadPartCopyRequest.Builder request = UploadPartCopyRequest.builder();
    Fields.copy(given, request, name -> !name.startsWith("CopySourceIf"));
    given.overrideConfiguration().ifPresent(request::overrideConfiguration);
    return request
        .uploadId(uploadId)
        .partNumber(number)
        .copySourceRange("bytes=" + from + "-" + (to - 1))
        .copySourceIfMatch(source.eTag())
        .build();
  }

  static CompletedPart completed(int number, UploadPartCopyResponse response) {
    CompletedPart.Builder part = CompletedPart.builder();
    Fields.copy(response.copyPartResult(), part);
    return part.partNumber(number).build();
  }

  static CopyObjectResponse result(PutObjectResponse response) {
    CopyObjectResponse.Builder result = CopyObjectResponse.builder();
    Fields.copy(response, result);
    CopyObjectResult.Builder object = CopyObjectResult.builder();
    Fields.copy(response, object);
    return result.copyObjectResult(object.build()).build();
  }
}
