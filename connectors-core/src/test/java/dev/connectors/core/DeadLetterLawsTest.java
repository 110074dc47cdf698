package dev.connectors.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import dev.connectors.core.internal.Tracked;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.testkit.javadsl.TestKit;

/** Law 8 on a window: whatever fails and however writing goes, no gap and durable first. */
class DeadLetterLawsTest {
  @SuppressWarnings("NullAway.Init") // jqwik initializes it
  private static ActorSystem system;

  @BeforeContainer
  static void startSystem() {
    system = ActorSystem.create("dead-letter-laws");
  }

  @AfterContainer
  static void stopSystem() {
    TestKit.shutdownActorSystem(system);
  }

  /** At each commit all below the frontier has been written or has reached the committer. */
  private static final class Server implements InFlight.Owner {
    final Set<Long> durable = ConcurrentHashMap.newKeySet();
    final InFlight window = new InFlight(InFlightSettings.create(system), this);
    final Lane lane = window.lane("lane");
    volatile long committed = -1;
    volatile boolean gap;

    @Override
    public void resume() {}

    @Override
    public CompletionStage<Done> commit() {
      long frontier = lane.frontier();
      for (long i = committed + 1; i <= frontier; i++) {
        gap |= !durable.contains(i);
      }
      committed = Math.max(committed, frontier);
      return CompletableFuture.completedFuture(Done.getInstance());
    }

    @Override
    public CompletionStage<Done> rejected(Tracked element, Throwable cause) {
      return CompletableFuture.failedFuture(cause);
    }
  }

  @Property(tries = 200)
  void run_anyFailing_commitsNothingThatIsNotDurableAndAllInTheEnd(
      @ForAll @Size(min = 1, max = 60) List<Boolean> fails, @ForAll CommitOrder order)
      throws Exception {
    Server server = new Server();
    DeadLetters<Integer> letters =
        DeadLetters.create(
            "laws",
            Flow.<DeadLetter<Integer>>create()
                .mapAsync(
                    3,
                    letter ->
                        CompletableFuture.supplyAsync(
                            () -> server.durable.add((long) letter.payload()))),
            DeadLetterSettings.create(system).withMaxHeld(7));

    Source.range(0, fails.size() - 1)
        .map(
            i ->
                Pair.<Integer, Committable>create(
                    i, Objects.requireNonNull(server.lane.emit(i, 1))))
        .via(letters.mapWithContext(i -> passed(i, fails.get(i))).asFlow())
        .map(
            pair -> {
              server.durable.add((long) pair.first());
              return pair;
            })
        .runWith(
            Committer.sink(CommitterSettings.create(system).withMaxBatch(4).withOrder(order)),
            system)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);

    assertThat(server.gap).isFalse();
    assertThat(server.lane.frontier()).isEqualTo(fails.size() - 1);
    assertThat(server.window.elements()).isZero();
  }

  private static int passed(int number, boolean fails) {
    if (fails) {
      throw new IllegalStateException("fails");
    }
    return number;
  }
}
