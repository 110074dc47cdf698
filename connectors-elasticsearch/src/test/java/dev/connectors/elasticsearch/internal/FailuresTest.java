package dev.connectors.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ErrorResponse;
import co.elastic.clients.transport.rest5_client.low_level.Request;
import co.elastic.clients.transport.rest5_client.low_level.ResponseException;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import com.sun.net.httpserver.HttpServer;
import dev.connectors.elasticsearch.internal.Failures.Verdict;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.cert.CertificateException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {
  @ParameterizedTest
  @CsvSource({
    "429,TRANSIENT",
    "502,TRANSIENT",
    "503,TRANSIENT",
    "504,TRANSIENT",
    "413,TOO_LARGE",
    "400,FATAL",
    "401,FATAL",
    "403,FATAL",
    "404,FATAL",
    "500,FATAL",
    "200,FATAL"
  })
  void of_status_decides(int status, Verdict verdict) {
    assertThat(Failures.of(new ClientFailure(status).exception())).isEqualTo(verdict);
    ElasticsearchException exception =
        new ElasticsearchException(
            "es/bulk", ErrorResponse.of(r -> r.status(status).error(e -> e.type("t").reason("r"))));
    assertThat(Failures.of(exception)).isEqualTo(verdict);
    assertThat(Failures.of(new RuntimeException(exception))).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({"502,TRANSIENT", "503,TRANSIENT", "504,TRANSIENT", "500,FATAL", "501,FATAL"})
  void of_statusFromRest5Client_decides(int status, Verdict verdict) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    try (Rest5Client client = Rest5Client.builder(uri).build()) {
      Throwable failure =
          catchThrowable(() -> client.performRequest(new Request("POST", "/_bulk")));
      assertThat(failure).isInstanceOf(ResponseException.class);
      assertThat(Failures.status(failure)).isEqualTo(status);
      assertThat(Failures.of(failure)).isEqualTo(verdict);
      assertThat(Failures.of(new IOException(failure))).isEqualTo(verdict);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void of_connectionLost_isTransient() {
    assertThat(Failures.of(new ConnectException())).isEqualTo(Verdict.TRANSIENT);
    assertThat(Failures.of(new RuntimeException(new IOException()))).isEqualTo(Verdict.TRANSIENT);
    assertThat(Failures.of(new TimeoutException())).isEqualTo(Verdict.TRANSIENT);
    assertThat(Failures.of(new SSLHandshakeException("closed"))).isEqualTo(Verdict.TRANSIENT);
  }

  @Test
  void of_untrustedCertificateOrBug_isFatal() {
    SSLHandshakeException untrusted = new SSLHandshakeException("untrusted");
    untrusted.initCause(new CertificateException());
    assertThat(Failures.of(untrusted)).isEqualTo(Verdict.FATAL);
    assertThat(Failures.of(new IllegalStateException())).isEqualTo(Verdict.FATAL);
  }

  @Test
  void unwrap_wrappedByFutures_givesTheCause() {
    IOException cause = new IOException();
    assertThat(Failures.unwrap(new CompletionException(new ExecutionException(cause))))
        .isSameAs(cause);
    CompletionException bare = new CompletionException("bare", null);
    assertThat(Failures.unwrap(bare)).isSameAs(bare);
  }
}
