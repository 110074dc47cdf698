package dev.connectors.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ErrorResponse;
import dev.connectors.elasticsearch.internal.Failures.Verdict;
import java.io.IOException;
import java.net.ConnectException;
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
