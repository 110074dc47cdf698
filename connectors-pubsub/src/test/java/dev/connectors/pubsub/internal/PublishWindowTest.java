package dev.connectors.pubsub.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.core.ApiFuture;
import com.google.api.core.SettableApiFuture;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.TopicName;
import com.typesafe.config.ConfigFactory;
import dev.connectors.core.RetrySettings;
import dev.connectors.pubsub.MessageTooLargeException;
import dev.connectors.pubsub.PublisherSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PublishWindowTest {
  private final IllegalStateException cause = new IllegalStateException("scripted");

  private final FakeClient client = new FakeClient();
  private int wakeUps;
  private long now;

  private static PublisherSettings settings() {
    return PublisherSettings.create(
        ConfigFactory.load().getConfig("connectors.pubsub.publish"), TopicName.of("p", "t"));
  }

  private static RetrySettings retry(int attempts) {
    return RetrySettings.create(ConfigFactory.load().getConfig("connectors.retry"))
        .withMaxAttempts(attempts)
        .withMaxDuration(Duration.ofSeconds(10));
  }

  private PublishWindow<Integer> window(PublisherSettings settings) {
    return new PublishWindow<>(client, settings, () -> wakeUps++, () -> now);
  }

  private static void take(PublishWindow<Integer> window, String... keys) {
    for (String key : keys) {
      window.take(
          PubsubMessage.newBuilder()
              .setData(ByteString.copyFromUtf8("0123456789"))
              .setOrderingKey(key)
              .build(),
          0);
    }
  }

  private static PublishWindow<Integer> failedOf(
      PublishWindow<Integer> window, FakeClient client, Throwable... causes) {
    for (int i = 0; i < causes.length; i++) {
      client.futures.get(i).setException(causes[i]);
    }
    return window;
  }

  @Test
  void hasRoom_boundOfCountReached_isFalseUntilOneIsTakenOut() {
    PublishWindow<Integer> window = window(settings().withMaxInFlight(2));
    take(window, "", "");

    assertThat(window.hasRoom()).isFalse();
    client.futures.get(0).set("a");
    assertThat(window.hasRoom()).isFalse();
    assertThat(Objects.requireNonNull(window.poll()).id()).isEqualTo("a");
    assertThat(window.hasRoom()).isTrue();
  }

  @Test
  void hasRoom_boundOfBytesReached_isFalseUntilOneIsTakenOut() {
    PublishWindow<Integer> window = window(settings().withMaxInFlightBytes(20)); // of 12 each
    take(window, "");
    assertThat(window.hasRoom()).isTrue();
    take(window, "");
    assertThat(window.hasRoom()).isFalse();

    client.futures.get(0).set("a");
    window.poll();
    assertThat(window.hasRoom()).isTrue();
  }

  @Test
  void poll_laterIsDone_waitsForTheOldest() {
    PublishWindow<Integer> window = window(settings());
    take(window, "", "");
    client.futures.get(1).set("b");

    assertThat(window.poll()).isNull();
    client.futures.get(0).set("a");
    assertThat(Objects.requireNonNull(window.poll()).id()).isEqualTo("a");
    assertThat(Objects.requireNonNull(window.poll()).id()).isEqualTo("b");
    assertThat(window.poll()).isNull();
    assertThat(window.isEmpty()).isTrue();
  }

  @Test
  void poll_oldestIsNotDone_wakesWhenItIs() {
    PublishWindow<Integer> window = window(settings());
    take(window, "");
    assertThat(window.poll()).isNull();

    client.futures.get(0).set("a");

    assertThat(wakeUps).isEqualTo(1);
  }

  @Test
  void isOldestDone_askedOften_wakesOnceWhenItIs() {
    PublishWindow<Integer> window = window(settings());
    take(window, "", "");
    for (int i = 0; i < 3; i++) {
      assertThat(window.isOldestDone()).isFalse();
    }

    client.futures.get(1).set("b");
    assertThat(wakeUps).isZero();
    client.futures.get(0).set("a");

    assertThat(wakeUps).isEqualTo(1);
    assertThat(window.isOldestDone()).isTrue();
  }

  @Test
  void failure_ofALaterOne_isNullUntilItIsTheOldest() {
    PublishWindow<Integer> window = window(settings());
    take(window, "", "");
    client.futures.get(1).setException(cause);

    assertThat(window.failure()).isNull();
    client.futures.get(0).set("a");
    assertThat(window.failure()).isNull();
    window.poll();
    assertThat(window.failure()).isSameAs(cause);
  }

  @Test
  void take_tooLarge_isNotPublishedAndNothingMoreIsTaken() {
    PublishWindow<Integer> window = window(settings().withRetry(retry(5)));
    window.take(
        PubsubMessage.newBuilder().setData(ByteString.copyFrom(new byte[10_000_000])).build(), 0);

    Throwable failure = Objects.requireNonNull(window.failure());
    assertThat(failure).isInstanceOf(MessageTooLargeException.class);
    assertThat(window.retries(failure)).isFalse();
    assertThat(window.hasRoom()).isFalse();
    assertThat(client.published).isEmpty();
    assertThat(window.pending()).isEmpty();
  }

  @Test
  void take_clientThrows_isItsFailure() {
    client.refusal = cause;
    PublishWindow<Integer> window = window(settings());
    take(window, "");

    assertThat(window.isOldestDone()).isTrue();
    assertThat(window.failure()).isSameAs(cause);
    assertThat(window.retries(cause)).isFalse();
  }

  @Test
  void retries_attemptsOrTimeUsedUp_isFalse() {
    PublishWindow<Integer> window = window(settings().withRetry(retry(2)));
    take(window, "");
    failedOf(window, client, cause);

    assertThat(window.retries(cause)).isTrue();
    window.pause(cause);
    now = Duration.ofSeconds(9).toNanos();
    assertThat(window.retries(cause)).isTrue();
    now = Duration.ofSeconds(10).toNanos();
    assertThat(window.retries(cause)).isFalse();

    now = Duration.ofSeconds(1).toNanos();
    window.pause(cause);
    assertThat(window.retries(cause)).isFalse();
  }

  @Test
  void retries_afterASuccess_startAnew() {
    PublishWindow<Integer> window = window(settings().withRetry(retry(1)));
    take(window, "", "");
    client.futures.get(0).set("a");
    client.futures.get(1).setException(cause);
    window.pause(cause);

    window.poll();

    assertThat(window.retries(cause)).isTrue();
    assertThat(window.isClean()).isFalse();
  }

  @Test
  void publishAgain_someFailed_publishesThoseInOrderAndResumesTheirKeysBefore() {
    PublishWindow<Integer> window = window(settings().withRetry(retry(5)));
    take(window, "a", "b", "a", "");
    client.futures.get(0).setException(cause);
    client.futures.get(1).set("1");
    client.futures.get(2).setException(new CancellationException());
    assertThat(window.isSettled()).isFalse();
    client.futures.get(3).setException(cause);
    assertThat(window.isSettled()).isTrue();
    client.log.clear();

    assertThat(window.failedCount()).isEqualTo(3);
    window.publishAgain();

    assertThat(client.log).containsExactly("resume a", "publish a", "publish a", "publish ");
    client.futures.get(4).set("0");
    client.futures.get(5).set("2");
    client.futures.get(6).set("3");
    for (String id : List.of("0", "1", "2", "3")) {
      assertThat(Objects.requireNonNull(window.poll()).id()).isEqualTo(id);
    }
  }

  @Test
  void failure_cancelledOnceMore_isWhatTheKeyWasHeldBackFor() {
    PublishWindow<Integer> window = window(settings().withRetry(retry(5)));
    take(window, "a");
    failedOf(window, client, cause);
    window.pause(cause);
    window.publishAgain();
    client.futures.get(1).setException(new CancellationException());

    assertThat(window.failure()).isSameAs(cause);
  }

  private static final class FakeClient implements Publishing {
    final List<PubsubMessage> published = new ArrayList<>();
    final List<SettableApiFuture<String>> futures = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    @Nullable RuntimeException refusal;

    @Override
    public ApiFuture<String> publish(PubsubMessage message) {
      if (refusal != null) {
        throw refusal;
      }
      published.add(message);
      log.add("publish " + message.getOrderingKey());
      SettableApiFuture<String> future = SettableApiFuture.create();
      futures.add(future);
      return future;
    }

    @Override
    public void resume(String orderingKey) {
      log.add("resume " + orderingKey);
    }

    @Override
    public void flush() {
      log.add("flush");
    }
  }
}
