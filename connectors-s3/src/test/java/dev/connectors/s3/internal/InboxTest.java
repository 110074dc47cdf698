package dev.connectors.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;

class InboxTest {
  private static final int CHUNK = 10;

  private final AtomicInteger calls = new AtomicInteger();
  private final Inbox inbox = new Inbox(100, calls::incrementAndGet);
  private final Connection connection = new Connection();

  /** A client that brings what it is asked for, and counts what it was not brought yet. */
  private final class Connection implements Subscription {
    final Inbox.Feed feed = inbox.open();
    long asked;
    int askings;

    @Override
    public void request(long chunks) {
      asked += chunks;
      askings++;
    }

    @Override
    public void cancel() {}

    void bring() {
      assertThat(asked).isPositive();
      asked--;
      feed.onNext(ByteBuffer.wrap(new byte[CHUNK]));
    }
  }

  @Test
  void ask_sizeUnknown_isForOneChunk() {
    connection.feed.onSubscribe(connection);

    assertThat(connection.asked).isEqualTo(1);
  }

  @Test
  void ask_sizeKnown_isForAsManyAsHaveComeAndThereIsRoomFor() {
    connection.feed.onSubscribe(connection);
    List<Long> asked = new ArrayList<>();
    while (connection.asked > 0) {
      asked.add(connection.asked);
      for (long left = connection.asked; left > 0; left--) {
        connection.bring();
      }
    }

    assertThat(asked).containsExactly(1L, 1L, 2L, 4L, 2L);
    assertThat(inbox.received()).isEqualTo(100);
  }

  @Test
  void ask_anotherConnectionWhileSomethingIsTaken_isByThatWhenItIsThere() {
    connection.feed.onSubscribe(connection);
    connection.bring();
    connection.bring();
    connection.feed.onError(new IllegalStateException("cut"));
    Connection next = new Connection();
    assertThat(inbox.poll(1)).isNotNull();

    next.feed.onSubscribe(next);
    assertThat(next.asked).isEqualTo(2);
    next.bring();
    assertThat(inbox.poll(1)).isNotNull();
  }

  @Test
  void ask_boundReached_waitsForHalfOfItToBeTaken() {
    connection.feed.onSubscribe(connection);
    for (int i = 0; i < 10; i++) {
      connection.bring();
    }

    for (int i = 0; i < 4; i++) {
      inbox.poll(1);
    }
    assertThat(connection.asked).isZero();

    inbox.poll(1);
    assertThat(connection.asked).isEqualTo(5);
    assertThat(connection.askings).isEqualTo(6);
  }

  @Test
  void ask_allReceived_isForTheEnd() {
    inbox.expect(CHUNK, false);
    connection.feed.onSubscribe(connection);
    connection.bring();

    assertThat(connection.asked).isEqualTo(1);
  }

  @Test
  void call_first_isForAnything() {
    connection.feed.onSubscribe(connection);
    connection.bring();
    connection.bring();

    assertThat(calls).hasValue(1);
  }

  @Test
  void call_enoughAskedFor_waitsForThat() {
    connection.feed.onSubscribe(connection);
    assertThat(inbox.poll(2 * CHUNK)).isNull();
    connection.bring();
    assertThat(calls).hasValue(0);

    connection.bring();
    connection.bring();
    assertThat(calls).hasValue(1);
  }

  @Test
  void call_moreThanTheBoundAskedFor_comesAtAQuarterOfIt() {
    connection.feed.onSubscribe(connection);
    assertThat(inbox.poll(1000)).isNull();
    connection.bring();
    connection.bring();
    assertThat(calls).hasValue(0);

    connection.bring();
    assertThat(calls).hasValue(1);
  }

  @Test
  void call_endBeforeEnough_comesAtOnce() {
    connection.feed.onSubscribe(connection);
    assertThat(inbox.poll(2 * CHUNK)).isNull();
    connection.bring();

    connection.feed.onComplete();

    assertThat(calls).hasValue(1);
  }

  @Test
  void starved_somethingCame_isCountedFromThen() {
    connection.feed.onSubscribe(connection);
    long subscribed = System.nanoTime();
    assertThat(inbox.isStarvedSince(subscribed)).isTrue();

    connection.bring();

    assertThat(inbox.isStarvedSince(subscribed)).isFalse();
  }
}
