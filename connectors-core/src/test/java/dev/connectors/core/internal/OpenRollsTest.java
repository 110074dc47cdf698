package dev.connectors.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.internal.OpenRolls.Roll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OpenRollsTest {
  private static final RollingSettings DEFAULTS =
      RollingSettings.create(ConfigFactory.defaultReference().getConfig("connectors.rolling"));

  @Test
  void wrote_upToABound_saysWhenItIsFull() {
    OpenRolls<String> rolls = new OpenRolls<>(DEFAULTS.withMaxElements(3).withMaxBytes(10));
    Roll<String> first = rolls.begin("a", "first", 0);
    assertThat(rolls.wrote(first, 4, 0)).isFalse();
    assertThat(rolls.wrote(first, 9, 0)).isFalse();
    assertThat(rolls.wrote(first, 9, 0)).isTrue();
    assertThat(first.elements()).isEqualTo(3);
    rolls.remove(first);

    Roll<String> second = rolls.begin("a", "second", 0);
    assertThat(rolls.wrote(second, 12, 0)).isTrue();
  }

  @Test
  void deadline_longestDurations_doNotOverflow() {
    OpenRolls<String> rolls =
        new OpenRolls<>(
            DEFAULTS
                .withMaxAge(Duration.ofSeconds(Long.MAX_VALUE))
                .withMaxIdle(Duration.ofDays(1_000_000)));
    rolls.begin("a", "file", Duration.ofDays(365).toNanos());

    assertThat(rolls.due(Duration.ofDays(730).toNanos())).isNull();
    assertThat(rolls.deadline()).isGreaterThan(Duration.ofDays(730).toNanos());
  }

  /** What the naive model has to say about one that is open. */
  private static final class Model {
    final Roll<Integer> roll;
    final String partition;
    final long begunAt;
    long writtenAt;
    int writes;

    Model(Roll<Integer> roll, String partition, long now) {
      this.roll = roll;
      this.partition = partition;
      this.begunAt = now;
    }
  }

  @Property(tries = 500)
  void anyOperations_decideAsTheModelDoes(
      @ForAll Random random,
      @ForAll @IntRange(min = 1, max = 5) int maxOpen,
      @ForAll @IntRange(min = 1, max = 30) int age,
      @ForAll @IntRange(min = 1, max = 30) int idle) {
    OpenRolls<Integer> rolls =
        new OpenRolls<>(
            DEFAULTS
                .withMaxOpen(maxOpen)
                .withMaxElements(7)
                .withMaxAge(Duration.ofNanos(age))
                .withMaxIdle(Duration.ofNanos(idle)));
    List<Model> open = new ArrayList<>();
    long now = 0;
    int write = 0;
    for (int i = 0; i < 100; i++) {
      now += random.nextInt(4);
      for (Roll<Integer> due = rolls.due(now); due != null; due = rolls.due(now)) {
        Model model = remove(open, due);
        assertThat(now - model.begunAt >= age || now - model.writtenAt >= idle).isTrue();
        rolls.remove(due);
      }
      long deadline =
          open.stream()
              .mapToLong(model -> Math.min(model.begunAt + age, model.writtenAt + idle))
              .min()
              .orElse(OpenRolls.NO_DEADLINE);
      assertThat(rolls.deadline()).isEqualTo(deadline).isGreaterThan(now);

      String partition = "p" + random.nextInt(8);
      Optional<Model> known =
          open.stream().filter(one -> one.partition.equals(partition)).findAny();
      Roll<Integer> roll = rolls.of(partition);
      assertThat(roll).isSameAs(known.map(one -> one.roll).orElse(null));
      if (roll == null) {
        Roll<Integer> tooMany = rolls.toMakeRoom();
        assertThat(tooMany != null).isEqualTo(open.size() == maxOpen);
        if (tooMany != null) {
          Model leastRecent =
              open.stream().min(Comparator.comparing(one -> one.writes)).orElseThrow();
          assertThat(tooMany).isSameAs(leastRecent.roll);
          remove(open, tooMany);
          rolls.remove(tooMany);
        }
        roll = rolls.begin(partition, i, now);
        open.add(new Model(roll, partition, now));
      }
      Roll<Integer> written = roll;
      Model model = open.stream().filter(one -> one.roll == written).findAny().orElseThrow();
      model.writtenAt = now;
      model.writes = ++write;
      boolean isFull = rolls.wrote(roll, 0, now);
      assertThat(isFull).isEqualTo(roll.elements() == 7);
      if (isFull) {
        remove(open, roll);
        rolls.remove(roll);
      }
      assertThat(rolls.all()).containsExactlyElementsOf(open.stream().map(m -> m.roll).toList());
      assertThat(rolls.first()).isSameAs(open.isEmpty() ? null : open.get(0).roll);
    }
  }

  private static Model remove(List<Model> open, Roll<Integer> roll) {
    Model model = open.stream().filter(one -> one.roll == roll).findAny().orElseThrow();
    open.remove(model);
    return model;
  }
}
