package dev.connectors.s3.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The requests that read one object, or the part of it that the user asked for: the first as it was
 * given, and then ranges of the very same object. Positions are those in the object. Not
 * thread-safe.
 */
final class ObjectRequests {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/.*");
  private static final long UNKNOWN = -1;

  private final GetObjectRequest given;
  private final boolean isWhole;
  private @Nullable GetObjectResponse first;
  private long start;
  private long end = UNKNOWN;
  private boolean canResume;

  ObjectRequests(GetObjectRequest given) {
    this.given = given;
    isWhole = given.range() == null && given.partNumber() == null;
  }

  /** Asks for the checksum, unless the user has decided. */
  GetObjectRequest first(boolean withChecksum) {
    return withChecksum && isWhole && given.checksumMode() == null
        ? given.toBuilder().checksumMode(ChecksumMode.ENABLED).build()
        : given;
  }

  /** What the first request was answered with. */
  void opened(GetObjectResponse response) {
    first = response;
    Long length = response.contentLength();
    long[] range = range(response);
    if (range.length > 0) {
      start = range[0];
      end = range[1];
    } else if (length != null) {
      end = length;
    }
    // Without a length it can't be told what is missing, without an ETag not whether it is the
    // same.
    canResume = end != UNKNOWN && response.eTag() != null && (isWhole || range.length > 0);
  }

  boolean isOpen() {
    return first != null;
  }

  /** Whether the whole object was asked for. */
  boolean isWhole() {
    return isWhole;
  }

  boolean canResume() {
    return canResume;
  }

  /** Where the first byte is that is read. */
  long start() {
    return start;
  }

  /** Behind the last byte that is read; negative if that is not known. */
  long end() {
    return end;
  }

  /** A range of the same object; fails with 412 if it has been replaced. */
  GetObjectRequest range(long from, long to) {
    GetObjectResponse opened = first;
    if (opened == null) {
      throw new IllegalStateException("nothing is known of the object yet");
    }
    GetObjectRequest.Builder request =
        given.toBuilder()
            .partNumber(null)
            .ifModifiedSince(null)
            .ifNoneMatch(null)
            .ifUnmodifiedSince(null)
            .ifMatch(opened.eTag())
            .range("bytes=" + from + "-" + (to - 1));
    if (opened.versionId() != null) {
      request.versionId(opened.versionId());
    }
    return request.build();
  }

  /** Refuses what is not the range that was asked for. */
  void check(GetObjectResponse response, long from, long to) {
    GetObjectResponse opened = first;
    long[] range = range(response);
    if (range.length == 0 || range[0] != from || range[1] != to) {
      throw new IllegalStateException(
          "the server was asked for bytes %d to %d and answered with %s"
              .formatted(
                  from, to - 1, response.contentRange() == null ? "all" : response.contentRange()));
    }
    if (opened != null && response.eTag() != null && !response.eTag().equals(opened.eTag())) {
      throw new IllegalStateException("the object was replaced while it was read");
    }
  }

  /** From and to before, or nothing. */
  private static long[] range(GetObjectResponse response) {
    String header = response.contentRange();
    if (header == null) {
      return new long[0];
    }
    Matcher matcher = CONTENT_RANGE.matcher(header);
    return matcher.matches()
        ? new long[] {Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)) + 1}
        : new long[0];
  }
}
