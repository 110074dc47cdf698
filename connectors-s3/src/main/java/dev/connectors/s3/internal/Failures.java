package dev.connectors.s3.internal;

import dev.connectors.s3.ObjectTooLargeException;
import dev.connectors.s3.S3DeleteException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.security.cert.CertificateException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** What a failed request means. */
final class Failures {
  private static final int DEPTH = 10;

  /** Of the CRT client, which is optional. */
  private static final String CRT_HTTP = "software.amazon.awssdk.crt.http.HttpException";

  private static final Set<Integer> TRANSIENT = Set.of(408, 429, 500, 502, 503, 504);

  /** Codes that pass, and come with a 400, in a 200, or for one key of many. */
  private static final Set<String> TRANSIENT_CODES =
      Set.of(
          "InternalError",
          "OperationAborted",
          "RequestTimeout",
          "ServiceUnavailable",
          "SlowDown",
          "503 SlowDown");

  private Failures() {}

  /** The client's own exception, without the wrapping of futures; or ours, which it wraps. */
  static Throwable unwrap(Throwable failure) {
    Throwable unwrapped = failure;
    while (unwrapped instanceof CompletionException || unwrapped instanceof ExecutionException) {
      Throwable cause = unwrapped.getCause();
      if (cause == null) {
        return unwrapped;
      }
      unwrapped = cause;
    }
    return unwrapped instanceof SdkException
            && unwrapped.getCause() instanceof ObjectTooLargeException own
        ? own
        : unwrapped;
  }

  /** Whether another try may do better. */
  static boolean isTransient(Throwable failure) {
    if (failure instanceof AwsServiceException answer) {
      return TRANSIENT.contains(answer.statusCode())
          || answer.isThrottlingException()
          || isTransientCode(code(answer));
    }
    if (failure instanceof S3DeleteException refused) {
      return isTransientCode(refused.code());
    }
    return failure instanceof ApiCallTimeoutException
        || failure instanceof ApiCallAttemptTimeoutException
        || (failure instanceof SdkException client && client.retryable())
        || isConnectionLost(failure);
  }

  static boolean isTransientCode(@Nullable String code) {
    return code != null && TRANSIENT_CODES.contains(code);
  }

  /** Whether the server knows nothing of the upload: it was completed or aborted. */
  static boolean isUploadGone(Throwable failure) {
    return failure instanceof AwsServiceException answer
        && answer.statusCode() == 404
        && !"NoSuchBucket".equals(code(answer));
  }

  /** Whether an archived object is being restored already. */
  static boolean isBeingRestored(Throwable failure) {
    return failure instanceof AwsServiceException answer
        && "RestoreAlreadyInProgress".equals(code(answer));
  }

  static boolean isConnectionLost(Throwable failure) {
    boolean lost = false;
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEPTH; i++, cause = cause.getCause()) {
      if (cause instanceof CertificateException
          || cause instanceof SSLPeerUnverifiedException
          || cause instanceof FileSystemException) { // of a file that is uploaded
        return false;
      }
      lost |=
          cause instanceof IOException
              || cause instanceof TimeoutException
              || cause.getClass().getName().equals(CRT_HTTP);
    }
    return lost;
  }

  static @Nullable String code(AwsServiceException answer) {
    return answer.awsErrorDetails() == null ? null : answer.awsErrorDetails().errorCode();
  }
}
