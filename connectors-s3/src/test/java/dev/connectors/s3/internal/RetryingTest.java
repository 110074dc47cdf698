package dev.connectors.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryingTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final AtomicInteger attempts = new AtomicInteger();

  private static Retrying retrying(RetrySettings settings) {
    return new Retrying("test", settings, Duration.ofMinutes(1), Observer.NONE, () -> true);
  }

  private static RetrySettings settings() {
    return RetrySettings.create(ConfigFactory.load().getConfig("connectors.retry"))
        .withMinBackoff(Duration.ofMillis(1));
  }

  private CompletableFuture<String> lost() {
    attempts.incrementAndGet();
    return CompletableFuture.failedFuture(new IOException("lost"));
  }

  @Test
  void call_predicateThrows_failsWithThat() {
    IllegalStateException bug = new IllegalStateException("bug");
    RetrySettings settings =
        settings()
            .withRetryOn(
                failure -> {
                  throw bug;
                });

    assertThat(retrying(settings).call(this::lost))
        .failsWithin(SOON)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isSameAs(bug);
    assertThat(attempts).hasValue(1);
  }

  @Test
  void call_laterAttemptThrowsAnError_failsWithThat() {
    AssertionError error = new AssertionError("error");

    assertThat(
            retrying(settings())
                .<String>call(
                    () -> {
                      if (attempts.get() == 1) {
                        throw error;
                      }
                      return lost();
                    }))
        .failsWithin(SOON)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isSameAs(error);
  }
}
