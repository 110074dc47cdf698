package dev.connectors.testkit.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of finding, once. */
class OracleTest {
  private final Ledger ledger = Ledger.create();
  private final Oracle oracle = Oracle.of(ledger);

  @Test
  void report_allSeenOnceInOrder_passesEverything() {
    put("a", "x", "1");
    put("b", "y", "2");
    put("c", "x", "3");

    // b is of another key: its place doesn't matter.
    oracle.seen("b", "y", "2");
    oracle.seen("a", "x", "1");
    oracle.seen("c", "x", "3");

    ChaosReport report = oracle.report();
    report.assertExactlyOnce().assertNone(Finding.OUT_OF_ORDER);
    assertThat(report).hasToString(report.toString()).asString().contains("seen once");
    assertThat(report.acknowledged()).isEqualTo(3);
    assertThat(report.seen()).isEqualTo(3);
  }

  @Test
  void report_acknowledgedNotSeen_isMissing() {
    put("a", "x", "1");
    put("b", "x", "2");
    oracle.seen("b", "x", "2");

    assertOnly(Finding.MISSING, "a (key x)");
  }

  @Test
  void report_seenNeverSent_isSpurious() {
    put("a", "x", "1");
    oracle.seen("a", "x", "1");
    oracle.seen("b", "x", "2");

    assertOnly(Finding.SPURIOUS, "b (key x)");
  }

  @Test
  void report_otherPayload_isCorrupt() {
    put("a", "x", "1");
    oracle.seen("a", "x", "2");

    assertOnly(Finding.CORRUPT, "a (key x)");
  }

  @Test
  void report_otherKey_isCorrupt() {
    put("a", "x", "1");
    oracle.seen("a", "y", "1");

    assertOnly(Finding.CORRUPT, "a (key y)");
  }

  @Test
  void report_seenThreeTimes_isDuplicatedOnce() {
    put("a", "x", "1");
    oracle.seen("a", "x", "1");
    oracle.seen("a", "x", "1");
    oracle.seen("a", "x", "1");

    assertOnly(Finding.DUPLICATED, "a (key x)");
    assertThat(oracle.report().toString()).containsPattern("seen 3 times +1\n");
  }

  @Test
  void report_firstSeenAfterALaterOneOfItsKey_isOutOfOrder() {
    put("a", "x", "1");
    put("b", "x", "2");
    oracle.seen("b", "x", "2");
    oracle.seen("a", "x", "1");

    assertOnly(Finding.OUT_OF_ORDER, "a (key x)");
  }

  @Test
  void report_seenAgainAfterALaterOne_isDuplicatedAndInOrder() {
    put("a", "x", "1");
    put("b", "x", "2");
    oracle.seen("a", "x", "1");
    oracle.seen("b", "x", "2");
    oracle.seen("a", "x", "1");

    assertOnly(Finding.DUPLICATED, "a (key x)");
  }

  @Test
  void report_notAcknowledged_mayBeThereOrNot() {
    put("a", "x", "1");
    oracle.seen("a", "x", "1");
    ledger.sent("seen", "x", "2");
    ledger.sent("unseen", "x", "3");
    oracle.seen("seen", "x", "2");

    ChaosReport report = oracle.report();
    report.assertExactlyOnce();
    assertThat(report.toString()).contains("3 inputs sent, 1 acknowledged");
  }

  @ParameterizedTest
  @EnumSource
  void assertNone_nothingAcknowledged_fails(Finding finding) {
    ledger.sent("a", "x", "1");

    assertThatThrownBy(() -> oracle.report().assertNone(finding))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Nothing was acknowledged");
  }

  @Test
  void report_manyMissing_namesTheFirstFew() {
    for (int i = 0; i < 100; i++) {
      put("id-" + i, "x", "payload");
    }

    ChaosReport report = oracle.report();

    assertThat(report.count(Finding.MISSING)).isEqualTo(100);
    assertThat(report.examples(Finding.MISSING)).hasSize(5).first().isEqualTo("id-0 (key x)");
    assertThat(report.toString()).contains("seen never").doesNotContain("payload");
  }

  @Test
  void sent_twice_throwsAndProvesNothing() {
    put("a", "x", "1");
    oracle.seen("a", "x", "1");

    assertThatThrownBy(() -> ledger.sent("a", "x", "1"))
        .isInstanceOf(IllegalArgumentException.class);

    assertProvesNothing("a was sent twice");
  }

  @Test
  void acknowledged_neverSent_throwsAndProvesNothing() {
    put("a", "x", "1");
    oracle.seen("a", "x", "1");

    assertThatThrownBy(() -> ledger.acknowledged("b")).isInstanceOf(IllegalArgumentException.class);

    assertProvesNothing("b was acknowledged and never sent");
  }

  @Test
  void sent_full_throwsAndProvesNothing() {
    Ledger small = Ledger.withCapacity(1);
    small.acknowledged("a", "x", new byte[0]);

    assertThatThrownBy(() -> small.sent("b", "x", "")).isInstanceOf(IllegalStateException.class);

    assertThatThrownBy(() -> Oracle.of(small).report().assertAtLeastOnce())
        .hasMessageContaining("The ledger is full: 1 inputs");
    assertThatThrownBy(() -> Ledger.withCapacity(0)).hasMessageContaining("inputs = 0");
  }

  @Test
  void ledger_aMillionIdsFromFourThreads_keepsThemAll() {
    int each = 250_000;
    CompletableFuture<?>[] threads =
        IntStream.range(0, 4)
            .mapToObj(
                thread ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (int i = 0; i < each; i++) {
                            String id = "id-" + thread + "-" + i;
                            put(id, "key-" + thread, id);
                          }
                        }))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(threads).join();

    for (int thread = 0; thread < 4; thread++) {
      for (int i = 0; i < each; i++) {
        String id = "id-" + thread + "-" + i;
        oracle.seen(id, "key-" + thread, id);
      }
    }

    ChaosReport report = oracle.report();
    report.assertExactlyOnce().assertNone(Finding.OUT_OF_ORDER);
    assertThat(report.acknowledged()).isEqualTo(4L * each);
  }

  private void put(String id, String key, String payload) {
    ledger.sent(id, key, payload);
    ledger.acknowledged(id);
    ledger.acknowledged(id);
  }

  private void assertProvesNothing(String why) {
    assertThatThrownBy(() -> oracle.report().assertExactlyOnce())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("proves nothing: " + why);
  }

  private void assertOnly(Finding expected, String example) {
    ChaosReport report = oracle.report();
    for (Finding finding : Finding.values()) {
      boolean is = finding == expected;
      assertThat(report.count(finding)).as("%s", finding).isEqualTo(is ? 1 : 0);
      assertThat(report.examples(finding)).isEqualTo(is ? List.of(example) : List.of());
    }
    assertThatThrownBy(() -> report.assertNone(expected))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("[" + expected + "]")
        .hasMessageContaining(example);
  }
}
