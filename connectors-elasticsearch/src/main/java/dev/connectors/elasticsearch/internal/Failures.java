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

  /** Of elasticsearch-rest-client, the default of version 8. */
  private static final String REST_CLIENT = "org.elasticsearch.client.ResponseException";

  /** Of elasticsearch-rest5-client, the default of version 9. */
  private static final String REST5_CLIENT =
      "co.elastic.clients.transport.rest5_client.low_level.ResponseException";

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
      switch (cause.getClass().getName()) {
        case REST_CLIENT -> {
          return RestClient.status(cause);
        }
        case REST5_CLIENT -> {
          return Rest5Client.status(cause);
        }
        default -> {}
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

  /** A class of its own, not loaded where a newer client runs without the older library. */
  private static final class RestClient {
    static int status(@Nullable Throwable failure) {
      return failure instanceof org.elasticsearch.client.ResponseException e
          ? e.getResponse().getStatusLine().getStatusCode()
          : NONE;
    }
  }

  /** By reflection, since the connector is compiled against version 8, which doesn't have it. */
  private static final class Rest5Client {
    static int status(Throwable failure) {
      try {
        Object response = failure.getClass().getMethod("getResponse").invoke(failure);
        Object status = response.getClass().getMethod("getStatusCode").invoke(response);
        return status instanceof Integer code ? code : NONE;
      } catch (ReflectiveOperationException | RuntimeException changed) {
        return NONE; // then it is an IOException like any other
      }
    }
  }
}
