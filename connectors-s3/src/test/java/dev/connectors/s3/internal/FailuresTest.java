package dev.connectors.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.s3.FakeS3;
import dev.connectors.s3.ObjectTooLargeException;
import dev.connectors.s3.S3DeleteException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

class FailuresTest {

  @ParameterizedTest
  @CsvSource({
    "408, RequestTimeout, true",
    "429, TooManyRequests, true",
    "500, InternalError, true",
    "502, BadGateway, true",
    "503, SlowDown, true",
    "504, GatewayTimeout, true",
    "200, InternalError, true",
    "400, RequestTimeout, true",
    "400, InvalidPart, false",
    "403, AccessDenied, false",
    "404, NoSuchKey, false",
    "412, PreconditionFailed, false",
    "416, InvalidRange, false",
    "501, NotImplemented, false",
  })
  void isTransient_anAnswer_isByStatusAndCode(int status, String code, boolean isTransient) {
    assertThat(Failures.isTransient(FakeS3.error(status, code))).isEqualTo(isTransient);
  }

  @Test
  void isTransient_noAnswer_isIfTheConnectionIsLostOrLate() {
    assertThat(Failures.isTransient(client(new IOException("reset")))).isTrue();
    assertThat(Failures.isTransient(new TimeoutException())).isTrue();
    assertThat(Failures.isTransient(ApiCallAttemptTimeoutException.create(1))).isTrue();
    assertThat(Failures.isTransient(client(new IllegalStateException("no credentials")))).isFalse();
    SSLHandshakeException untrusted = new SSLHandshakeException("untrusted");
    untrusted.initCause(new CertificateException("untrusted"));
    assertThat(Failures.isTransient(client(untrusted))).isFalse();
  }

  @Test
  void isTransient_oneDeletionOfMany_isByItsCode() {
    assertThat(Failures.isTransient(new S3DeleteException("k", null, "SlowDown", null))).isTrue();
    assertThat(Failures.isTransient(new S3DeleteException("k", null, "AccessDenied", null)))
        .isFalse();
  }

  @Test
  void unwrap_wrapped_isTheClientsOwnOrOurs() {
    IOException own = new IOException("own");
    ObjectTooLargeException ours = new ObjectTooLargeException("k", 2, 1);

    assertThat(Failures.unwrap(new CompletionException(new CompletionException(own))))
        .isSameAs(own);
    assertThat(Failures.unwrap(new CompletionException(client(ours)))).isSameAs(ours);
    assertThat(Failures.unwrap(client(own))).isInstanceOf(SdkClientException.class);
  }

  private static SdkClientException client(Throwable cause) {
    return SdkClientException.create("Unable to execute HTTP request", cause);
  }
}
