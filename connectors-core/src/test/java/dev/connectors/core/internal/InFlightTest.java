package dev.connectors.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.InFlightSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.junit.jupiter.api.Test;

class InFlightTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final long SECOND = 1_000_000_000L;

  private final AtomicInteger resumes = new AtomicInteger();
  private final InFlight.Owner owner =
      new InFlight.Owner() {
        @Override
        public void resume() {
          resumes.incrementAndGet();
        }

        @Override
        public CompletionStage<Done> commit() {
          return CompletableFuture.completedFuture(Done.getInstance());
        }

        @Override
        public CompletionStage<Done> rejected(Tracked element, Throwable cause) {
          return CompletableFuture.completedFuture(Done.getInstance());
        }
      };

  private InFlight window(InFlightSettings settings) {
    return new InFlight(settings, owner);
  }

  private InFlight window() {
    return window(InFlightSettingsOf.elements(10_000));
  }

  private static List<Tracked> emit(Lane lane, int count) {
    List<Tracked> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      elements.add(Objects.requireNonNull(lane.emit(i, 1)));
    }
    return elements;
  }

  @Test
  void emit_positionNotGrowing_throws() {
    Lane lane = window().lane("orders-0");
    emit(lane, 2);
    assertThatThrownBy(() -> lane.emit(1, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("orders-0@1");
  }

  @Test
  void emit_sealed_returnsNullAndCountsNothing() {
    InFlight window = window();
    Lane lane = window.lane("orders-0");
    lane.seal();
    assertThat(lane.emit(0, 1)).isNull();
    assertThat(window.elements()).isZero();
  }

  @Test
  void frontier_nothingDone_isNone() {
    Lane lane = window().lane("orders-0");
    emit(lane, 1);
    assertThat(lane.frontier()).isEqualTo(Lane.NONE);
  }

  @Test
  void emit_manyHeldBackByOne_growsUpToMaxUncommittedAndNotBeyond() {
    InFlight window = window(InFlightSettingsOf.elements(1_000).withMaxUncommitted(1_000));
    Lane lane = window.lane("orders-0");
    List<Tracked> elements = new ArrayList<>();
    for (Tracked element = lane.emit(0, 1); element != null; ) {
      elements.add(element);
      element = lane.emit(elements.size(), 1);
    }
    // 64 that every lane has, and of the 1,000 what is whole chunks.
    assertThat(elements).hasSize(64 + 960);

    elements.subList(1, elements.size()).forEach(element -> element.settle(CommitOrder.ANY_ORDER));
    assertThat(lane.frontier()).isEqualTo(Lane.NONE);
    assertThat(resumes).hasValue(0);
    elements.get(0).settle(CommitOrder.ANY_ORDER);
    assertThat(resumes).hasValue(1);
    assertThat(lane.frontier()).isEqualTo(elements.size() - 1);
    assertThat(lane.emit(elements.size(), 1)).isNotNull();
  }

  @Test
  void returned_rejectedElements_holdBackTheLaneNoLonger() {
    InFlight window = window(InFlightSettingsOf.elements(64).withMaxUncommitted(64));
    Lane lane = window.lane("orders");
    List<Tracked> elements = emit(lane, 128);
    elements.forEach(element -> element.reject(new IllegalStateException("poison")));
    assertThat(lane.emit(128, 1)).isNull();
    int before = resumes.get();

    elements.get(0).returned();

    assertThat(resumes).hasValue(before + 1);
    assertThat(elements.get(0).isDone()).isTrue();
    assertThat(elements.get(0).wasRejected()).isTrue();
    assertThat(lane.frontier()).isZero();
    assertThat(lane.emit(128, 1)).isNotNull();
  }

  @Test
  void outOfOrder_passedElements_areNeitherDoneNorBelowTheFrontier() {
    Lane lane = window().lane("orders");
    List<Tracked> elements = emit(lane, 6);
    elements.get(1).settle(CommitOrder.IN_ORDER);
    assertThat(lane.frontier()).isEqualTo(1);
    elements.get(4).settle(CommitOrder.IN_ORDER);

    assertThat(elements.get(3).reject(new IllegalStateException("poison")).toCompletableFuture())
        .isCompletedExceptionally();
    elements.get(5).settle(CommitOrder.IN_ORDER);

    assertThat(lane.frontier()).isEqualTo(1);
    assertThat(lane.done()).isEqualTo(2);
    assertThat(elements.stream().map(Tracked::isDone))
        .containsExactly(false, true, false, false, true, true);
    assertThat(lane.isSettled()).isTrue();
  }

  @Test
  void returned_elementNotRejected_changesNothing() {
    Lane lane = window().lane("orders");
    Tracked element = emit(lane, 1).get(0);

    element.returned();

    assertThat(element.isDone()).isFalse();
    assertThat(element.isPending()).isTrue();
  }

  @Test
  void emit_roomHeldByAnIdleLane_isTrimmedAndGiven() {
    InFlight window = window(InFlightSettingsOf.elements(1_000).withMaxUncommitted(1_000));
    Lane busy = window.lane("busy");
    Lane idle = window.lane("idle");
    emit(idle, 900).forEach(element -> element.settle(CommitOrder.ANY_ORDER));
    assertThat(emit(busy, 900)).hasSize(900);
  }

  @Test
  void emit_starvedByAnotherLane_isResumedWhenThatOneGivesRoomBack() {
    InFlight window = window(InFlightSettingsOf.elements(1_000).withMaxUncommitted(1_000));
    Lane full = window.lane("full");
    Lane starved = window.lane("starved");
    List<Tracked> elements = emit(full, 64 + 960);
    emit(starved, 64).subList(1, 64).forEach(element -> element.settle(CommitOrder.ANY_ORDER));
    assertThat(starved.emit(64, 1)).isNull();

    for (int i = 0; i < 64; i++) {
      assertThat(resumes).hasValue(0);
      elements.get(i).settle(CommitOrder.ANY_ORDER);
    }
    assertThat(resumes).hasPositiveValue();
    assertThat(starved.emit(64, 1)).isNotNull();
  }

  @Test
  void emit_starvedByALaneThatIsRevoked_isResumed() {
    InFlight window = window(InFlightSettingsOf.elements(1_000).withMaxUncommitted(1_000));
    Lane full = window.lane("full");
    Lane starved = window.lane("starved");
    emit(full, 64 + 960);
    emit(starved, 64);
    assertThat(starved.emit(64, 1)).isNull();
    full.revoke();
    assertThat(resumes).hasPositiveValue();
    assertThat(starved.emit(64, 1)).isNotNull();
  }

  @Test
  void emit_starvedInALaneThatIsSealed_isResumedOnce() {
    Lane lane = starvedByItsOldest();

    lane.seal();
    assertThat(resumes).hasValue(1);
    lane.seal();
    assertThat(resumes).hasValue(1);
  }

  @Test
  void emit_starvedInALaneThatIsRevoked_isResumed() {
    Lane lane = starvedByItsOldest();

    lane.revoke();

    assertThat(resumes).hasPositiveValue();
  }

  private Lane starvedByItsOldest() {
    Lane lane = window(InFlightSettingsOf.elements(64).withMaxUncommitted(64)).lane("orders-0");
    Tracked last = lane.emit(0, 1);
    for (int position = 1; last != null; position++) {
      last = lane.emit(position, 1);
      if (last != null) {
        last.settle(CommitOrder.ANY_ORDER);
      }
    }
    assertThat(resumes).hasValue(0);
    return lane;
  }

  @Test
  void hasCapacity_betweenTheMarks_staysRefusedUntilTheLower() {
    InFlight window = window(InFlightSettingsOf.elements(100).withResumeAt(0.5));
    Lane lane = window.lane("orders-0");
    List<Tracked> elements = emit(lane, 99);
    assertThat(window.hasCapacity()).isTrue();
    elements.add(Objects.requireNonNull(lane.emit(99, 1)));
    assertThat(window.hasCapacity()).isFalse();
    for (int i = 0; i < 49; i++) {
      elements.get(i).settle(CommitOrder.ANY_ORDER);
    }
    assertThat(window.hasCapacity()).isFalse();
    assertThat(resumes).hasValue(0);
    elements.get(49).settle(CommitOrder.ANY_ORDER);
    assertThat(resumes).hasValue(1);
    assertThat(window.hasCapacity()).isTrue();
  }

  @Test
  void hasCapacity_oneElementLargerThanMaxBytes_isLetThroughAlone() {
    InFlight window = window(InFlightSettingsOf.elements(100).withMaxBytes(10));
    Lane lane = window.lane("orders-0");
    assertThat(window.hasCapacity()).isTrue();
    Tracked huge = Objects.requireNonNull(lane.emit(0, Integer.MAX_VALUE));
    assertThat(window.bytes()).isEqualTo(Integer.MAX_VALUE);
    assertThat(window.hasCapacity()).isFalse();
    huge.settle(CommitOrder.IN_ORDER);
    assertThat(window.hasCapacity()).isTrue();
    assertThat(window.bytes()).isZero();
  }

  @Test
  void awaitSettled_settledMeanwhile_wakesAtOnceAndRunsTheTask() {
    InFlight window = window();
    Lane lane = window.lane("orders-0");
    List<Tracked> elements = emit(lane, 3);
    AtomicInteger runs = new AtomicInteger();
    boolean settled =
        window.awaitSettled(
            List.of(lane),
            SOON,
            () -> {
              if (runs.getAndIncrement() < 3) {
                elements.get(runs.get() - 1).settle(CommitOrder.ANY_ORDER);
              }
            });
    assertThat(settled).isTrue();
    assertThat(runs).hasValue(3);
  }

  @Test
  void awaitSettled_settledByAnotherThread_returnsTrue() {
    InFlight window = window();
    Lane lane = window.lane("orders-0");
    Tracked element = emit(lane, 1).get(0);
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(() -> window.awaitSettled(List.of(lane), SOON, () -> {}));
    element.settle(CommitOrder.IN_ORDER);
    assertThat(waiting).succeedsWithin(SOON).isEqualTo(true);
  }

  @Test
  void awaitSettled_neverSettled_returnsFalseAfterTheLimit() {
    InFlight window = window();
    Lane lane = window.lane("orders-0");
    emit(lane, 1);
    AtomicInteger runs = new AtomicInteger();
    assertThat(window.awaitSettled(List.of(lane), Duration.ofMillis(30), runs::incrementAndGet))
        .isFalse();
    assertThat(runs).hasPositiveValue();
  }

  @Test
  void awaitSettled_rejected_doesNotWaitForIt() {
    InFlight window = window();
    Lane lane = window.lane("orders-0");
    emit(lane, 2).forEach(element -> element.reject(new IllegalStateException("poison")));
    assertThat(window.awaitSettled(List.of(lane), SOON, () -> {})).isTrue();
    assertThat(lane.frontier()).isEqualTo(Lane.NONE);
  }

  @Test
  void awaitSettled_otherLaneUnsettled_doesNotWaitForIt() {
    InFlight window = window();
    Lane lane = window.lane("orders-0");
    emit(window.lane("orders-1"), 1);
    assertThat(window.awaitSettled(List.of(lane), SOON, () -> {})).isTrue();
  }

  @Test
  void awaitSettled_interrupted_waitsOnAndKeepsTheInterrupt() {
    InFlight window = window();
    Lane lane = window.lane("orders-0");
    Tracked element = emit(lane, 1).get(0);
    AtomicInteger runs = new AtomicInteger();
    Thread.currentThread().interrupt();
    boolean settled =
        window.awaitSettled(
            List.of(lane),
            SOON,
            () -> {
              if (runs.incrementAndGet() == 3) {
                element.settle(CommitOrder.ANY_ORDER);
              }
            });
    assertThat(settled).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void newlyStuck_sameElementOldestForTheLimit_isNamedOnce() {
    InFlight window =
        window(InFlightSettingsOf.elements(10).withStuckAfter(Duration.ofSeconds(60)));
    Lane lane = window.lane("orders-3");
    List<Tracked> elements = emit(lane, 3);
    assertThat(window.newlyStuck(0)).isEmpty();
    assertThat(window.newlyStuck(59 * SECOND)).isEmpty();
    assertThat(window.stuck()).isEmpty();
    assertThat(window.newlyStuck(60 * SECOND)).containsExactly(elements.get(0));
    assertThat(window.stuck()).extracting(Tracked::toString).containsExactly("orders-3@0");
    assertThat(window.newlyStuck(120 * SECOND)).isEmpty();
    assertThat(window.stuck()).containsExactly(elements.get(0));

    elements.get(0).settle(CommitOrder.ANY_ORDER);
    assertThat(window.stuck()).isEmpty();
    assertThat(window.newlyStuck(121 * SECOND)).isEmpty();
    assertThat(window.newlyStuck(180 * SECOND)).isEmpty();
    assertThat(window.newlyStuck(181 * SECOND)).containsExactly(elements.get(1));
  }

  @Test
  void newlyStuck_nanoTimeOverflows_isNamedAfterTheLimit() {
    InFlight window =
        window(InFlightSettingsOf.elements(10).withStuckAfter(Duration.ofSeconds(60)));
    Lane lane = window.lane("orders-3");
    List<Tracked> elements = emit(lane, 1);
    long start = Long.MAX_VALUE - SECOND;
    assertThat(window.newlyStuck(start)).isEmpty();
    assertThat(window.newlyStuck(start + 59 * SECOND)).isEmpty();
    assertThat(window.newlyStuck(start + 60 * SECOND)).isEqualTo(elements);
  }

  @Test
  void stuck_laneRevoked_isForgotten() {
    InFlight window = window(InFlightSettingsOf.elements(10));
    Lane lane = window.lane("orders-3");
    emit(lane, 1);
    window.newlyStuck(0);
    assertThat(window.newlyStuck(61 * SECOND)).hasSize(1);
    lane.revoke();
    assertThat(window.stuck()).isEmpty();
    assertThat(window.newlyStuck(200 * SECOND)).isEmpty();
  }

  @Test
  void reject_alreadyPassed_failsSinceItsPositionMayBeCommitted() {
    Lane lane = window().lane("orders-0");
    List<Tracked> elements = emit(lane, 2);
    elements.get(1).settle(CommitOrder.IN_ORDER);
    assertThat(elements.get(0).reject(new IllegalStateException("poison")).toCompletableFuture())
        .isCompletedExceptionally();
  }

  @Test
  void settle_rejectedInOrder_leavesThoseBeforeIt() {
    InFlight window = window();
    Lane lane = window.lane("orders-0");
    List<Tracked> elements = emit(lane, 2);
    elements.get(1).reject(new IllegalStateException("poison"));
    assertThat(elements.get(1).settle(CommitOrder.IN_ORDER)).isTrue();
    assertThat(window.elements()).isEqualTo(1);
    assertThat(lane.frontier()).isEqualTo(Lane.NONE);
  }
}
