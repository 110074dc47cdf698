package dev.connectors.core.internal;

import dev.connectors.core.CommitOrder;
import dev.connectors.core.Committable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;

/** Committables made of committables. */
public final class Composite {
  private static final Settleable.Commits UNAWAITED =
      new Settleable.Commits() {
        @Override
        public void owedBy(InFlight window) {}

        @Override
        public void begun(CompletionStage<Done> commit) {}
      };

  private Composite() {}

  /** Settles any committable; one that is not ours is committed by itself. */
  static boolean settle(Committable committable, CommitOrder order, Settleable.Commits commits) {
    if (committable instanceof Settleable settleable) {
      return settleable.settle(order, commits);
    }
    commits.begun(committable.commit());
    return true;
  }

  private static boolean wasPassed(Committable committable) {
    return committable instanceof Settleable settleable && settleable.wasPassed();
  }

  static void outOfOrder(Committable committable) {
    if (committable instanceof Settleable settleable) {
      settleable.outOfOrder();
    }
  }

  public static List<Committable> split(Committable whole, int parts) {
    Checks.positive("parts", parts);
    if (parts == 1) {
      return List.of(whole);
    }
    AtomicInteger open = new AtomicInteger(parts);
    List<Committable> split = new ArrayList<>(parts);
    for (int i = 0; i < parts; i++) {
      split.add(new Part(whole, open));
    }
    return split;
  }

  /** Splits where it is not known in advance into how many. */
  public static final class OpenSplit {
    private final Committable whole;
    private final AtomicInteger open = new AtomicInteger(1);

    public OpenSplit(Committable whole) {
      this.whole = whole;
    }

    /** One more part; before {@link #end}. */
    public Committable part() {
      open.incrementAndGet();
      return new Part(whole, open);
    }

    /** There are no more: the whole is done when all parts are, at once if they are already. */
    public void end() {
      if (open.decrementAndGet() == 0) {
        Composite.settle(whole, CommitOrder.ANY_ORDER, UNAWAITED);
      }
    }
  }

  public static Committable all(Collection<? extends Committable> committables) {
    return committables.size() == 1
        ? committables.iterator().next()
        : new All(List.copyOf(committables));
  }

  public static <I, O> FlowWithContext<I, Committable, O, Committable, NotUsed> mapConcat(
      Function<I, ? extends Collection<O>> function) {
    return FlowWithContext.fromPairs(
        Flow.<Pair<I, Committable>>create()
            .mapConcat(element -> concat(element.second(), function.apply(element.first()))));
  }

  private static <O> List<Pair<O, Committable>> concat(Committable whole, Collection<O> outs) {
    if (outs.isEmpty()) {
      settle(whole, CommitOrder.ANY_ORDER, UNAWAITED);
      return List.of();
    }
    List<Committable> parts = split(whole, outs.size());
    List<Pair<O, Committable>> pairs = new ArrayList<>(outs.size());
    for (O out : outs) {
      pairs.add(Pair.create(out, parts.get(pairs.size())));
    }
    return pairs;
  }

  /** One of several that are done when all are. */
  private static final class Part extends Settleable {
    private final Committable whole;
    private final AtomicInteger open;
    private final AtomicBoolean settled = new AtomicBoolean();

    Part(Committable whole, AtomicInteger open) {
      this.whole = whole;
      this.open = open;
    }

    @Override
    public boolean settle(CommitOrder order, Commits commits) {
      if (isLast()) {
        return Composite.settle(whole, order, commits);
      }
      return order == CommitOrder.ANY_ORDER || !wasPassed();
    }

    @Override
    public boolean wasPassed() {
      return Composite.wasPassed(whole);
    }

    @Override
    public void outOfOrder() {
      Composite.outOfOrder(whole);
    }

    @Override
    public CompletionStage<Done> commit() {
      return isLast() ? whole.commit() : InFlight.DONE;
    }

    @Override
    public CompletionStage<Done> reject(Throwable cause) {
      return settled.compareAndSet(false, true) ? whole.reject(cause) : InFlight.DONE;
    }

    private boolean isLast() {
      return settled.compareAndSet(false, true) && open.decrementAndGet() == 0;
    }

    @Override
    public String toString() {
      return "part of " + whole;
    }
  }

  /** Several that are settled together. */
  private static final class All extends Settleable {
    private final List<Committable> members;

    All(List<Committable> members) {
      this.members = members;
    }

    /** The order among the members does not matter: they arrive together. */
    @Override
    public boolean settle(CommitOrder order, Commits commits) {
      boolean inOrder = order == CommitOrder.ANY_ORDER || !wasPassed();
      for (Committable member : members) {
        Composite.settle(member, order, commits);
      }
      return inOrder;
    }

    @Override
    public boolean wasPassed() {
      for (Committable member : members) {
        if (Composite.wasPassed(member)) {
          return true;
        }
      }
      return false;
    }

    /**
     * Of members that passed each other, too: their lanes may lose what is done, never the rest.
     */
    @Override
    public void outOfOrder() {
      members.forEach(Composite::outOfOrder);
    }

    @Override
    public CompletionStage<Done> commit() {
      return together(Committable::commit);
    }

    @Override
    public CompletionStage<Done> reject(Throwable cause) {
      return together(member -> member.reject(cause));
    }

    private CompletionStage<Done> together(
        java.util.function.Function<Committable, CompletionStage<Done>> call) {
      return CompletableFuture.allOf(
              members.stream()
                  .map(member -> call.apply(member).toCompletableFuture())
                  .toArray(CompletableFuture<?>[]::new))
          .thenApply(nothing -> Done.getInstance());
    }

    @Override
    public String toString() {
      return "all of " + members;
    }
  }
}
