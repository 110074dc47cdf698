package dev.connectors.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.japi.Pair;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** On targets that are complete only some time after they have ended. */
class RollingWriterTest {
  private static final class Target implements RollingTarget<String, String> {
    final String name;
    final List<String> written = new ArrayList<>();
    boolean hasEnded;
    boolean isComplete;
    boolean isAborted;

    Target(String name) {
      this.name = name;
    }

    @Override
    public Object name() {
      return name;
    }

    @Override
    public void write(String element) {
      written.add(element);
    }

    @Override
    public long bytes() {
      return written.size();
    }

    @Override
    public void end(long elements) {
      assertThat(elements).isEqualTo(written.size());
      hasEnded = true;
    }

    @Override
    public @Nullable String result() {
      return isComplete ? name + written : null;
    }

    @Override
    public void abort() throws IOException {
      isAborted = true;
      throw new IOException(name + " is stuck");
    }
  }

  private final List<Target> targets = new ArrayList<>();
  private final RollingSettings settings =
      RollingSettings.create(ConfigFactory.load().getConfig("connectors.rolling"));

  /** Elements are {@code partition} and number; names are those of the first element. */
  private <I, O> RollingWriter<I, String, String, String> writer(
      RollingSettings chosen, RollingResults<I, String, String, O> results) {
    RollingPlan<String, String> plan =
        RollingPlan.<String, String>of(
                RollingFormat.lines(element -> element),
                start -> start.first().equals("a9") ? "a1" : start.first())
            .withPartition(element -> element.substring(0, 1));
    return new RollingWriter<>(plan, chosen, this::open, results, Clock.systemUTC());
  }

  private Target open(String partition, String name) {
    Target target = new Target(name);
    targets.add(target);
    return target;
  }

  private static Pair<String, Integer> pair(String element, int context) {
    return Pair.create(element, context);
  }

  @Test
  void write_targetIsCompletedLate_emitsInTheOrderInWhichTheyEnded() throws Exception {
    RollingResults.WithContexts<String, Integer, String> results =
        new RollingResults.WithContexts<>();
    var writer = writer(settings.withMaxElements(2), results);
    int context = 0;
    for (String element : List.of("a1", "b1", "b2", "a2")) {
      writer.write(pair(element, context++), 0);
    }
    assertThat(writer.isCompleting()).isTrue();

    targets.get(0).isComplete = true; // a, which ended last
    assertThat(results.hasNext()).isFalse();
    targets.get(1).isComplete = true;

    assertThat(results.next()).isEqualTo(Pair.create("b1[b1, b2]", List.of(1, 2)));
    assertThat(results.next()).isEqualTo(Pair.create("a1[a1, a2]", List.of(0, 3)));
    assertThat(writer.isCompleting()).isFalse();
  }

  @Test
  void write_tooManyHeld_endsTheFirstAndHasRoomWhenItIsComplete() throws Exception {
    RollingResults.OfElements<String, Integer, String> results = new RollingResults.OfElements<>();
    var writer = writer(settings.withMaxHeld(3), results);
    writer.write(pair("a1", 1), 0);
    writer.write(pair("b1", 2), 0);
    assertThat(writer.hasRoom()).isTrue();
    writer.write(pair("b2", 3), 0);

    assertThat(targets).extracting(target -> target.hasEnded).containsExactly(true, false);
    assertThat(writer.hasRoom()).isFalse();
    writer.relieve();
    assertThat(targets.get(1).hasEnded).isFalse(); // one is on its way

    targets.get(0).isComplete = true;
    assertThat(results.next()).isEqualTo(Pair.create("a1[a1]", 1));
    assertThat(results.hasNext()).isFalse();
    assertThat(writer.hasRoom()).isTrue();
  }

  @Test
  void relieve_heldByOneThatIsOpen_endsItWhenNoneIsOnItsWay() throws Exception {
    RollingResults.WithContexts<String, Integer, String> results =
        new RollingResults.WithContexts<>();
    var writer = writer(settings.withMaxHeld(3), results);
    for (int i = 1; i <= 3; i++) {
      writer.write(pair("b" + i, i), 0); // the third one ends b
    }
    targets.get(0).isComplete = true;
    for (int i = 1; i <= 3; i++) {
      writer.write(pair("a" + i, i), 0); // b's result waits to be emitted
    }
    assertThat(targets.get(1).hasEnded).isFalse();

    results.next();
    writer.relieve();

    assertThat(targets.get(1).hasEnded).isTrue();
  }

  @Test
  void write_sameNameWhileOneIsCompleting_isAllowedWithContextsOnly() throws Exception {
    var replayed =
        writer(
            settings.withMaxElements(1), new RollingResults.OfElements<String, Integer, String>());
    replayed.write(pair("a1", 1), 0);
    replayed.write(pair("a9", 2), 0);
    assertThat(targets).extracting(target -> target.name).containsExactly("a1", "a1");

    var once = writer(settings.withMaxElements(1), new RollingResults.Each<String, String>());
    once.write("a1", 0);
    assertThatThrownBy(() -> once.write("a9", 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a1 was written before")
        .hasSuppressedException(new IOException("a1 is stuck"));
  }

  @Test
  void abort_openEndedAndComplete_abortsWhatIsNotComplete() throws Exception {
    var writer = writer(settings.withMaxElements(2), new RollingResults.Each<String, String>());
    for (String element : List.of("a1", "a2", "b1", "b2", "c1")) {
      writer.write(element, 0);
    }
    targets.get(0).isComplete = true;

    assertThatThrownBy(writer::abort)
        .isInstanceOf(IOException.class)
        .hasMessage("b1 is stuck")
        .hasSuppressedException(new IOException("c1 is stuck"));
    writer.abort();

    assertThat(targets).extracting(target -> target.isAborted).containsExactly(false, true, true);
  }
}
