package dev.connectors.docs.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.core.Health;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndTest {
  private long now = Duration.ofHours(1).toNanos();
  private final End end = new End(100, () -> now);

  @Test
  void isDue_nothingLeftToRead_onceInHalfASecond() {
    pass(Duration.ofMillis(600));
    assertThat(end.isDue(health(0, 0), 90)).isTrue();

    pass(Duration.ofMillis(400));
    assertThat(end.isDue(health(0, 0), 90)).isFalse();

    pass(Duration.ofMillis(200));
    assertThat(end.isDue(health(0, 0), 90)).isTrue();
  }

  @Test
  void isDue_othersWriteToTheTopic_whenEnoughIsIndexed() {
    pass(Duration.ofSeconds(1));

    assertThat(end.isDue(health(0, 7), 99)).isFalse();
    assertThat(end.isDue(health(0, 7), 100)).isTrue();
  }

  @Test
  void isDue_lagUnknown_isFalse() {
    pass(Duration.ofSeconds(1));

    assertThat(end.isDue(health(0, -1), 0)).isFalse();
  }

  @Test
  void isIdle_nothingInFlightAndNoProgress_afterFiveSeconds() {
    assertThat(idle(health(0, 0), 90)).isFalse();
    pass(Duration.ofSeconds(4));
    assertThat(idle(health(0, 0), 90)).isFalse();
    pass(Duration.ofSeconds(2));
    assertThat(idle(health(0, 0), 90)).isTrue();
  }

  @Test
  void isIdle_elementsInFlight_never() {
    for (int i = 0; i < 20; i++) {
      pass(Duration.ofSeconds(1));
      assertThat(idle(health(1, 0), 90)).isFalse();
    }
  }

  private boolean idle(Health health, long count) {
    boolean unused = end.isDue(health, count);
    return end.isIdle();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private static Health health(long inFlight, long lag) {
    return new Health(Health.State.RUNNING, inFlight, 0, Duration.ZERO, lag, List.of());
  }
}
