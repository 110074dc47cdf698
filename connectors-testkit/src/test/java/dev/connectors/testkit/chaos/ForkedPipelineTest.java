package dev.connectors.testkit.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(120)
class ForkedPipelineTest {

  @Test
  void start_argumentsAndOptions_reachTheMain() {
    try (ForkedPipeline pipeline =
        ForkedPipeline.of(TalkingMain.class)
            .withArguments("stay")
            .withArguments("a b", "")
            .withJvmOptions("-Xmx64m", "-XX:+UseSerialGC")
            .start()) {
      assertThat(pipeline.awaitLine("ARGUMENTS")).isEqualTo("ARGUMENTS [stay, a b, ]");
      int heap = Integer.parseInt(pipeline.awaitLine("HEAP ").substring(5));
      assertThat(heap).isLessThanOrEqualTo(64);
      assertThat(pipeline.lastLine("NONE")).isNull();
    }
  }

  @Test
  void kill_running_startsAgainWithLinesOfItsOwn() {
    try (ForkedPipeline pipeline = staying()) {
      pipeline.start();
      String first = pipeline.awaitLine("PID ");
      pipeline.start();
      assertThat(pipeline.runs()).isEqualTo(1);

      pipeline.kill();
      pipeline.kill();
      assertThat(pipeline.isRunning()).isFalse();
      pipeline.start();

      assertThat(pipeline.awaitLine("PID ")).isNotEqualTo(first);
      assertThat(pipeline.runs()).isEqualTo(2);
      assertThat(pipeline.logFile()).content().contains(first);
    }
  }

  @Test
  void awaitLine_mainFails_quotesItsOutput() {
    try (ForkedPipeline pipeline =
        ForkedPipeline.of(TalkingMain.class).withArguments("fail").start()) {
      assertThatThrownBy(() -> pipeline.awaitLine("NEVER"))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("ended without a line that begins with \"NEVER\"")
          .hasMessageContaining("IllegalStateException: the reason");
      assertThat(pipeline.awaitEnd(Duration.ZERO)).isTrue();
    }
  }

  @Test
  void awaitLine_notInTime_fails() {
    try (ForkedPipeline pipeline = staying().start()) {
      assertThatThrownBy(() -> pipeline.awaitLine("NEVER", Duration.ofMillis(100)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("without a line");
      assertThat(pipeline.awaitEnd(Duration.ofMillis(100))).isFalse();
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no SIGSTOP")
  void pause_running_isAliveUntilKilled() {
    try (ForkedPipeline pipeline = staying().start()) {
      pipeline.awaitLine("PID ");
      pipeline.pause();
      assertThat(pipeline.isRunning()).isTrue();
      pipeline.resume();
      pipeline.pause();
      pipeline.kill();
      assertThat(pipeline.isRunning()).isFalse();
      assertThatThrownBy(pipeline::pause).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void close_running_endsItForGood() {
    ForkedPipeline pipeline = staying().start();
    pipeline.close();
    pipeline.close();

    assertThat(pipeline.isRunning()).isFalse();
    assertThatThrownBy(pipeline::start).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> staying().logFile()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void start_parentKilled_ends() {
    try (ForkedPipeline parent = ForkedPipeline.of(ForkingMain.class).start()) {
      String pid = parent.awaitLine("CHILD PID ").substring("CHILD PID ".length());
      ProcessHandle child = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();

      parent.kill();

      await().atMost(Duration.ofSeconds(30)).until(() -> !child.isAlive());
    }
  }

  @Test
  void kills_sameSeed_drawTheSameDelays() {
    RandomKills some = RandomKills.withSeed(42);
    RandomKills others = RandomKills.withSeed(42);
    try (ForkedPipeline pipeline = staying()) {
      for (int i = 0; i < 3; i++) {
        some.kill(pipeline.start(), Duration.ofMillis(20));
        others.kill(pipeline.start(), Duration.ofMillis(20));
      }
    }

    assertThat(some.kills()).hasSize(3);
    assertThat(delays(some)).isEqualTo(delays(others)).doesNotHaveDuplicates();
    assertThat(some.kills().get(2).run()).isEqualTo(5);
    assertThat(some.toString()).startsWith("3 kills from seed 42").contains("run 5: killed");
    assertThatThrownBy(() -> some.kill(staying(), Duration.ZERO))
        .hasMessageContaining("within = PT0S");
  }

  @Test
  void kills_pipelineHasEnded_failsWithItsOutput() {
    RandomKills kills = RandomKills.create();
    try (ForkedPipeline pipeline =
        ForkedPipeline.of(TalkingMain.class).withArguments("fail").start()) {
      assertThat(pipeline.awaitEnd(Duration.ofMinutes(1))).isTrue();
      assertThatThrownBy(() -> kills.kill(pipeline, Duration.ofMillis(1)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("has ended by itself")
          .hasMessageContaining("IllegalStateException: the reason");
    }
    assertThat(kills.kills()).isEmpty();
  }

  private static List<Duration> delays(RandomKills kills) {
    return kills.kills().stream().map(RandomKills.Kill::delay).toList();
  }

  private static ForkedPipeline staying() {
    return ForkedPipeline.of(TalkingMain.class).withArguments("stay");
  }
}
