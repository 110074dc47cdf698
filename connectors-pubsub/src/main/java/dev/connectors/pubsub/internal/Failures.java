package dev.connectors.pubsub.internal;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode;
import com.google.cloud.pubsub.v1.AckResponse;
import com.google.rpc.ErrorInfo;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a failure of the client says. */
final class Failures {
  private static final String INVALID_ACK_ID = "PERMANENT_FAILURE_INVALID_ACK_ID";
  private static final String TRANSIENT = "TRANSIENT_";

  private Failures() {}

  /** Whether another try may mend it: as the client's {@code Subscriber} decides for its stream. */
  static boolean isTransient(Throwable failure) {
    if (!(failure instanceof ApiException known)) {
      return false;
    }
    return switch (known.getStatusCode().getCode()) {
      case DEADLINE_EXCEEDED, INTERNAL, CANCELLED, RESOURCE_EXHAUSTED -> true;
      case ABORTED, UNAVAILABLE, UNKNOWN -> true;
      default -> false;
    };
  }

  /** Whether there was no answer in time. */
  static boolean isTimeout(Throwable failure) {
    return failure instanceof ApiException known
        && known.getStatusCode().getCode() == StatusCode.Code.DEADLINE_EXCEEDED;
  }

  /**
   * The answer for one id of an acknowledgement that failed: null when it is not known what became
   * of it.
   *
   * @see <a href="https://cloud.google.com/pubsub/docs/exactly-once-delivery">Exactly-once
   *     delivery</a>, where the metadata is described
   */
  static @Nullable AckResponse answer(Throwable failure, String ackId) {
    if (!(failure instanceof ApiException known)) {
      return AckResponse.OTHER;
    }
    Map<String, String> metadata = metadata(known);
    if (!metadata.isEmpty()) {
      String told = metadata.get(ackId);
      if (told == null) {
        return AckResponse.SUCCESSFUL;
      }
      if (told.startsWith(TRANSIENT)) {
        return null;
      }
      return told.equals(INVALID_ACK_ID) ? AckResponse.INVALID : AckResponse.OTHER;
    }
    if (isTransient(failure)) {
      return null;
    }
    StatusCode.Code code = known.getStatusCode().getCode();
    return switch (code) {
      case PERMISSION_DENIED -> AckResponse.PERMISSION_DENIED;
      case FAILED_PRECONDITION -> AckResponse.FAILED_PRECONDITION;
      default -> AckResponse.OTHER;
    };
  }

  private static Map<String, String> metadata(ApiException failure) {
    var details = failure.getErrorDetails();
    ErrorInfo info = details == null ? null : details.getErrorInfo();
    return info == null ? Map.of() : info.getMetadataMap();
  }
}
