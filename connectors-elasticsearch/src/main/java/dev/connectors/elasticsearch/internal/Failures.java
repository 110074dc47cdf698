package dev.connectors.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.transport.TransportException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * What a failed request means. Which exception tells it differs between the versions of the client:
 * the low-level one's, the transport's or the API's, bare or wrapped.
 */
final class Failures {
  /** Of an exception without an HTTP status. */
  static final int NONE = 0;

  private static final int DEPTH = 10;
  private static final String LOW_LEVEL = "org.elasticsearch.client.ResponseException";

  enum Verdict {
    /** Worth another try. */
    TRANSIENT,
    /** Too large for the server. */
    TOO_LARGE,
    /** No other try will do better. */
    FATAL
  }

  private Failures() {}

  /** The client's own exception, without the wrapping of futures. */
  static Throwable unwrap(Throwable failure) {
    Throwable unwrapped = failure;
    while (unwrapped instanceof CompletionException || unwrapped instanceof ExecutionException) {
      Throwable cause = unwrapped.getCause();
      if (cause == null) {
        return unwrapped;
      }
      unwrapped = cause;
    }
    return unwrapped;
  }

  static Verdict of(Throwable failure) {
    int status = status(failure);
    if (status == 413) {
      return Verdict.TOO_LARGE;
    }
    if (status != NONE) {
      return isTransient(status) ? Verdict.TRANSIENT : Verdict.FATAL;
    }
    return isConnectionLost(failure) ? Verdict.TRANSIENT : Verdict.FATAL;
  }

  /** Whether an HTTP status, of a request or of one operation, will pass. */
  static boolean isTransient(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
  }

  static int status(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEPTH; i++, cause = cause.getCause()) {
      if (cause instanceof ElasticsearchException e) {
        return e.status();
      }
      if (cause instanceof TransportException e) {
        return e.statusCode();
      }
      if (cause.getClass().getName().equals(LOW_LEVEL)) {
        return LowLevelClient.status(cause);
      }
    }
    return NONE;
  }

  private static boolean isConnectionLost(Throwable failure) {
    boolean lost = false;
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEPTH; i++, cause = cause.getCause()) {
      if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
        return false;
      }
      lost |= cause instanceof IOException || cause instanceof TimeoutException;
    }
    return lost;
  }

  /**
   * A class of its own, not loaded where version 9 of the client runs without the older library.
   */
  private static final class LowLevelClient {
    static int status(@Nullable Throwable failure) {
      return failure instanceof org.elasticsearch.client.ResponseException e
          ? e.getResponse().getStatusLine().getStatusCode()
          : NONE;
    }
  }
}
