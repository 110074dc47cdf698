package dev.connectors.core.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.japi.Pair;

/**
 * What is emitted once files or objects are complete, in its order. Not thread-safe.
 *
 * @param <I> what comes in
 * @param <T> the element in it
 * @param <R> a file or object that is complete
 * @param <O> what is emitted
 */
public abstract class RollingResults<I, T, R, O> {
  private RollingResults() {}

  /** What of {@code input} is written. */
  abstract T element(I input);

  /** Whether a source may read elements again, so that a name may come again. */
  abstract boolean allowsReplay();

  /** {@code input} is in {@code target}, which has not ended yet. */
  abstract void written(I input, RollingTarget<?, R> target);

  /** It gets no more; called in the order in which the results are emitted. */
  abstract void ended(RollingTarget<?, R> target);

  /** Whether something can be emitted. */
  public abstract boolean hasNext();

  /** What is emitted now. */
  public abstract O next();

  /** How many inputs wait for their target or for those before them. */
  abstract int held();

  private static <R> R result(RollingTarget<?, R> target) {
    return Objects.requireNonNull(target.result(), "what is complete has a result");
  }

  /** Each file or object. */
  public static final class Each<T, R> extends RollingResults<T, T, R, R> {
    private final ArrayDeque<RollingTarget<?, R>> ended = new ArrayDeque<>();

    @Override
    T element(T input) {
      return input;
    }

    @Override
    boolean allowsReplay() {
      return false;
    }

    @Override
    void written(T input, RollingTarget<?, R> target) {}

    @Override
    void ended(RollingTarget<?, R> target) {
      ended.add(target);
    }

    @Override
    public boolean hasNext() {
      RollingTarget<?, R> next = ended.peek();
      return next != null && next.result() != null;
    }

    @Override
    public R next() {
      return result(ended.remove());
    }

    @Override
    int held() {
      return 0;
    }
  }

  /** Where each element is, and the element's context, in input order. */
  public static final class OfElements<T, C, R>
      extends RollingResults<Pair<T, C>, T, R, Pair<R, C>> {
    private record Held<C, R>(C context, RollingTarget<?, R> target) {}

    private final ArrayDeque<Held<C, R>> held = new ArrayDeque<>();

    @Override
    T element(Pair<T, C> input) {
      return input.first();
    }

    @Override
    boolean allowsReplay() {
      return true;
    }

    @Override
    void written(Pair<T, C> input, RollingTarget<?, R> target) {
      held.add(new Held<>(input.second(), target));
    }

    @Override
    void ended(RollingTarget<?, R> target) {}

    @Override
    public boolean hasNext() {
      Held<C, R> next = held.peek();
      return next != null && next.target.result() != null;
    }

    @Override
    public Pair<R, C> next() {
      Held<C, R> next = held.remove();
      return Pair.create(result(next.target), next.context);
    }

    @Override
    int held() {
      return held.size();
    }
  }

  /** Each file or object and the contexts of all elements in it. */
  public static final class WithContexts<T, C, R>
      extends RollingResults<Pair<T, C>, T, R, Pair<R, List<C>>> {
    private record Ended<C, R>(RollingTarget<?, R> target, List<C> contexts) {}

    private final Map<RollingTarget<?, R>, List<C>> open = new HashMap<>();
    private final ArrayDeque<Ended<C, R>> ended = new ArrayDeque<>();
    private int held;

    @Override
    T element(Pair<T, C> input) {
      return input.first();
    }

    @Override
    boolean allowsReplay() {
      return true;
    }

    @Override
    void written(Pair<T, C> input, RollingTarget<?, R> target) {
      open.computeIfAbsent(target, begun -> new ArrayList<>()).add(input.second());
      held++;
    }

    @Override
    void ended(RollingTarget<?, R> target) {
      ended.add(new Ended<>(target, Objects.requireNonNull(open.remove(target), "contexts")));
    }

    @Override
    public boolean hasNext() {
      Ended<C, R> next = ended.peek();
      return next != null && next.target.result() != null;
    }

    @Override
    public Pair<R, List<C>> next() {
      Ended<C, R> next = ended.remove();
      held -= next.contexts.size();
      return Pair.create(result(next.target), next.contexts);
    }

    @Override
    int held() {
      return held;
    }
  }
}
