package dev.connectors.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.Committable;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.OutOfOrderException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.pekko.Done;

/** The laws of the window: it does what {@link WindowModel} does, whatever happens to it. */
class WindowLawsTest {
  private static final int LANES = 3;

  enum Kind {
    EMIT,
    SETTLE,
    SETTLE_THROUGH,
    COMMIT,
    REJECT,
    SPLIT,
    ALL,
    FRONTIER,
    IS_SETTLED,
    SEAL,
    REVOKE,
    HAS_CAPACITY
  }

  /**
   * {@code pick} and {@code size} mean what the kind makes of them, so that any sequence is one.
   */
  record Op(Kind kind, int lane, int pick, int size) {}

  @Property(tries = 1500)
  void bounds_anySequence_doesWhatTheModelDoes(
      @ForAll("operations") List<Op> ops, @ForAll("boundedSettings") InFlightSettings settings) {
    Run run = new Run(settings, true);
    ops.forEach(run::apply);
    run.checkAll();
  }

  @Property(tries = 1500)
  void maxUncommitted_anySequence_isRespectedAndStarvationRelieved(
      @ForAll("burstingOperations") List<Op> ops,
      @ForAll("starvingSettings") InFlightSettings settings) {
    Run run = new Run(settings, false);
    ops.forEach(run::apply);
    run.checkAll();
  }

  @Property(tries = 1000)
  void inOrder_elementsDropped_frontierReachesTheLastSettled(@ForAll List<Boolean> dropped) {
    Run run = new Run(InFlightSettingsOf.elements(10_000), true);
    Lane lane = run.lanes.get(0);
    long lastKept = Lane.NONE;
    for (int position = 0; position < dropped.size(); position++) {
      Tracked element = run.emit(lane, position);
      if (!dropped.get(position)) {
        assertThat(element.settle(CommitOrder.IN_ORDER)).isTrue();
        lastKept = position;
      }
    }
    assertThat(lane.frontier()).isEqualTo(lastKept);
  }

  @Property(tries = 1000)
  void inOrder_anyPermutation_isReportedExactlyWhenAnElementComesAfterALaterOne(
      @ForAll("permutations") List<Integer> arrivals) {
    Run run = new Run(InFlightSettingsOf.elements(10_000), true);
    Lane lane = run.lanes.get(0);
    List<Tracked> elements = new ArrayList<>();
    for (int position = 0; position < arrivals.size(); position++) {
      elements.add(run.emit(lane, position));
    }
    int highest = -1;
    for (int position : arrivals) {
      assertThat(elements.get(position).settle(CommitOrder.IN_ORDER)).isEqualTo(position > highest);
      highest = Math.max(highest, position);
    }
    assertThat(run.window.elements()).isZero();
  }

  @Property(tries = 1000)
  void anyOrder_anyPermutation_frontierIsTheLowestUnsettledLessOne(
      @ForAll("permutations") List<Integer> arrivals) {
    Run run = new Run(InFlightSettingsOf.elements(10_000), true);
    Lane lane = run.lanes.get(0);
    List<Tracked> elements = new ArrayList<>();
    for (int position = 0; position < arrivals.size(); position++) {
      elements.add(run.emit(lane, position));
    }
    boolean[] settled = new boolean[arrivals.size() + 1];
    for (int position : arrivals) {
      assertThat(elements.get(position).settle(CommitOrder.ANY_ORDER)).isTrue();
      settled[position] = true;
      int lowest = 0;
      while (settled[lowest]) {
        lowest++;
      }
      assertThat(lane.frontier()).isEqualTo(lowest == 0 ? Lane.NONE : lowest - 1);
    }
  }

  @Provide
  Arbitrary<List<Op>> operations() {
    return sequences(12);
  }

  @Provide
  Arbitrary<List<Op>> burstingOperations() {
    return sequences(100);
  }

  private static Arbitrary<List<Op>> sequences(int burst) {
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(8, Kind.EMIT),
            Tuple.of(6, Kind.SETTLE),
            Tuple.of(5, Kind.SETTLE_THROUGH),
            Tuple.of(1, Kind.COMMIT),
            Tuple.of(1, Kind.REJECT),
            Tuple.of(2, Kind.SPLIT),
            Tuple.of(1, Kind.ALL),
            Tuple.of(2, Kind.FRONTIER),
            Tuple.of(1, Kind.IS_SETTLED),
            Tuple.of(1, Kind.SEAL),
            Tuple.of(1, Kind.REVOKE),
            Tuple.of(2, Kind.HAS_CAPACITY));
    return Combinators.combine(
            kinds,
            Arbitraries.integers().between(0, LANES - 1),
            Arbitraries.integers().between(0, 1000),
            Arbitraries.integers().between(1, burst))
        .as(Op::new)
        .list()
        .ofMaxSize(80);
  }

  @Provide
  Arbitrary<InFlightSettings> boundedSettings() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 40),
            Arbitraries.longs().between(1, 200),
            Arbitraries.doubles().between(0, 1).ofScale(2))
        .as(
            (elements, bytes, resumeAt) ->
                InFlightSettingsOf.elements(elements)
                    .withMaxBytes(bytes)
                    .withMaxUncommitted(100_000)
                    .withResumeAt(resumeAt));
  }

  @Provide
  Arbitrary<InFlightSettings> starvingSettings() {
    return Arbitraries.integers().between(1, 400).map(InFlightSettingsOf::uncommitted);
  }

  @Provide
  Arbitrary<List<Integer>> permutations() {
    return Arbitraries.integers()
        .between(0, 150)
        .flatMap(size -> Arbitraries.shuffle(IntStream.range(0, size).boxed().toList()));
  }

  /** The window and its model side by side. */
  private static final class Run implements InFlight.Owner {
    /** A committable and what the model has for it. */
    record Both(Settleable real, WindowModel.Thing model) {}

    final InFlight window;
    final WindowModel model;
    final boolean asksForCapacity;
    final List<Lane> lanes = new ArrayList<>();
    final List<WindowModel.ModelLane> modelLanes = new ArrayList<>();
    final List<WindowModel.ModelLane> starved = new ArrayList<>();
    final List<Both> things = new ArrayList<>();
    long nextPosition;
    int resumes;
    int commits;
    int rejections;

    /**
     * @param asksForCapacity false for an owner that does not, so that it comes to what bounds the
     *     uncommitted
     */
    Run(InFlightSettings settings, boolean asksForCapacity) {
      this.asksForCapacity = asksForCapacity;
      window = new InFlight(settings, this);
      model = new WindowModel(settings);
      for (int i = 0; i < LANES; i++) {
        lanes.add(window.lane("lane-" + i));
        modelLanes.add(model.lane());
      }
    }

    void apply(Op op) {
      int resumesBefore = resumes;
      boolean stalledBefore = model.stalled;
      boolean starvedBefore = !starved.isEmpty();
      List<WindowModel.ModelLane> refusedBefore =
          starved.stream().filter(lane -> !model.hasRoom(lane)).toList();
      Lane lane = lanes.get(op.lane);
      WindowModel.ModelLane modelLane = modelLanes.get(op.lane);
      switch (op.kind) {
        case EMIT -> emit(lane, modelLane, op);
        case SETTLE -> settle(op, CommitOrder.ANY_ORDER);
        case SETTLE_THROUGH -> settle(op, CommitOrder.IN_ORDER);
        case COMMIT -> commit(op);
        case REJECT -> reject(op);
        case SPLIT -> split(op);
        case ALL -> all(op);
        case FRONTIER -> assertThat(lane.frontier()).isEqualTo(modelLane.frontier());
        case IS_SETTLED ->
            assertThat(lane.isSettled())
                .isEqualTo(modelLane.in(WindowModel.State.PENDING).isEmpty());
        case SEAL -> {
          // A sealed lane only waits for its revocation, so let most sequences go on emitting.
          if (op.pick % 4 == 0) {
            lane.seal();
            modelLane.sealed = true;
            starved.remove(modelLane);
          }
        }
        case REVOKE -> revoke(op);
        case HAS_CAPACITY -> assertThat(window.hasCapacity()).isEqualTo(model.hasCapacity());
      }
      assertThat(window.elements()).isEqualTo(model.elements());
      assertThat(window.bytes()).isEqualTo(model.bytes());
      assertThat(rejections).isEqualTo(model.rejections);
      boolean settling = op.kind != Kind.EMIT && op.kind != Kind.HAS_CAPACITY;
      if (settling) {
        boolean resumed = model.stalled && model.atResumeMark();
        model.stalled &= !resumed;
        int called = resumes - resumesBefore;
        if (!starvedBefore) {
          assertThat(called).isEqualTo(resumed ? 1 : 0);
        } else if (resumed
            || refusedBefore.stream().anyMatch(l -> starved.contains(l) && model.hasRoom(l))) {
          assertThat(called).isPositive();
        }
      } else {
        assertThat(resumes).isEqualTo(resumesBefore);
        assertThat(stalledBefore && !model.stalled && !model.atResumeMark()).isFalse();
      }
    }

    Tracked emit(Lane lane, long position) {
      Tracked element = lane.emit(position, 1);
      assertThat(element).isNotNull();
      return Objects.requireNonNull(element);
    }

    private void emit(Lane lane, WindowModel.ModelLane modelLane, Op op) {
      for (int i = 0; i < op.size; i++) {
        if (asksForCapacity) {
          boolean capacity = model.hasCapacity();
          assertThat(window.hasCapacity()).isEqualTo(capacity);
          if (!capacity) {
            return;
          }
        }
        long position = nextPosition;
        nextPosition += 1 + op.pick % 3;
        int bytes = op.pick % 50;
        boolean room = model.hasRoom(modelLane);
        Tracked element = lane.emit(position, bytes);
        if (modelLane.sealed || !room) {
          assertThat(element).isNull();
          if (!modelLane.sealed && !starved.contains(modelLane)) {
            starved.add(modelLane);
          }
          return;
        }
        assertThat(element).isNotNull();
        starved.remove(modelLane);
        things.add(new Both(Objects.requireNonNull(element), modelLane.emit(position, bytes)));
      }
    }

    private void settle(Op op, CommitOrder order) {
      if (!things.isEmpty()) {
        Both both = pick(op);
        boolean inOrder = both.real.settle(order, new Ignored());
        assertThat(inOrder).isEqualTo(both.model.settle(order));
        if (!inOrder && op.size % 2 == 0) { // as a committer does, who settles no more after it
          both.real.outOfOrder();
          both.model.outOfOrder();
        }
      }
    }

    private void commit(Op op) {
      if (!things.isEmpty() && pick(op).real instanceof Tracked element) {
        int commitsBefore = commits;
        assertThat(element.commit().toCompletableFuture()).isCompleted();
        assertThat(commits).isEqualTo(commitsBefore + 1);
        pick(op).model.settle(CommitOrder.ANY_ORDER);
      }
    }

    private void reject(Op op) {
      if (!things.isEmpty()) {
        Both both = pick(op);
        boolean tooLate = both.real instanceof Tracked && both.model.wasPassed();
        CompletionStage<Done> noted = both.real.reject(new IllegalStateException("poison"));
        both.model.reject();
        if (tooLate) {
          assertThat(noted.toCompletableFuture())
              .failsWithin(Duration.ZERO)
              .withThrowableThat()
              .withCauseInstanceOf(OutOfOrderException.class);
        }
      }
    }

    private void split(Op op) {
      if (!things.isEmpty()) {
        Both both = pick(op);
        int parts = op.size % 4 + 1;
        List<Committable> real = both.real.split(parts);
        List<WindowModel.Thing> modelled = WindowModel.Part.split(both.model, parts);
        for (int i = 0; i < parts; i++) {
          things.add(new Both((Settleable) real.get(i), modelled.get(i)));
        }
      }
    }

    private void all(Op op) {
      List<Settleable> real = new ArrayList<>();
      List<WindowModel.Thing> modelled = new ArrayList<>();
      // Only elements: a group of groups doubles with each operation.
      for (int i = 0; i < Math.min(op.size, 5) && !things.isEmpty(); i++) {
        Both both = things.get((op.pick + i * 7) % things.size());
        if (both.real instanceof Tracked) {
          real.add(both.real);
          modelled.add(both.model);
        }
      }
      if (real.size() > 1) {
        things.add(new Both((Settleable) Committable.all(real), new WindowModel.All(modelled)));
      }
    }

    private void revoke(Op op) {
      Lane lane = lanes.get(op.lane);
      WindowModel.ModelLane modelLane = modelLanes.get(op.lane);
      long frontier = modelLane.frontier();
      starved.remove(modelLane);
      modelLane.revoke();
      lane.revoke();
      assertThat(lane.frontier()).isEqualTo(frontier);
      assertThat(lane.isSealed()).isTrue();
      assertThat(lane.isSettled()).isTrue();
      assertThat(lane.emit(nextPosition, 1)).isNull();
      lanes.set(op.lane, window.lane("lane-" + op.lane));
      modelLanes.set(op.lane, model.lane());
    }

    private Both pick(Op op) {
      // Mostly what was emitted last, so that elements are also settled in order.
      int back = op.pick % 2 == 0 ? op.pick % Math.min(things.size(), 20) : op.pick;
      return things.get(Math.floorMod(things.size() - 1 - back, things.size()));
    }

    void checkAll() {
      long uncommitted = 0;
      for (int i = 0; i < LANES; i++) {
        WindowModel.ModelLane modelLane = modelLanes.get(i);
        Lane lane = lanes.get(i);
        assertThat(lane.frontier()).isEqualTo(modelLane.frontier());
        assertThat(lane.isSettled()).isEqualTo(modelLane.in(WindowModel.State.PENDING).isEmpty());
        uncommitted += modelLane.uncommitted();
        lane.revoke();
        modelLane.revoke();
      }
      assertThat(uncommitted).isGreaterThanOrEqualTo(model.elements());
      assertThat(window.elements()).isZero();
      assertThat(window.bytes()).isZero();
      assertThat(window.isStarving()).isFalse();
    }

    @Override
    public void resume() {
      resumes++;
    }

    @Override
    public CompletionStage<Done> commit() {
      commits++;
      return CompletableFuture.completedFuture(Done.getInstance());
    }

    @Override
    public CompletionStage<Done> rejected(Tracked element, Throwable cause) {
      rejections++;
      return CompletableFuture.completedFuture(Done.getInstance());
    }
  }

  private static final class Ignored implements Settleable.Commits {
    @Override
    public void owedBy(InFlight window) {}

    @Override
    public void begun(CompletionStage<Done> commit) {}
  }
}
