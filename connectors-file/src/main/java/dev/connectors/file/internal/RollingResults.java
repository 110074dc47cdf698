package dev.connectors.file.internal;

import dev.connectors.file.RolledFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.japi.Pair;

/**
 * What is emitted once files are complete, in its order. Not thread-safe.
 *
 * @param <I> what comes in
 * @param <O> what is emitted
 */
public abstract class RollingResults<I, O> {
  private RollingResults() {}

  /** {@code input} is in {@code file}, which is not complete yet. */
  abstract void written(I input, RollingFile<?> file);

  /** It has its name. */
  abstract void completed(RollingFile<?> file);

  /** Whether something can be emitted. */
  abstract boolean hasNext();

  /** What is emitted now. */
  abstract O next();

  /** How many inputs wait for their file or for those before them. */
  abstract int held();

  private static RolledFile result(RollingFile<?> file) {
    return Objects.requireNonNull(file.result(), "a complete file has a result");
  }

  /** Each file. */
  static final class Files<I> extends RollingResults<I, RolledFile> {
    private final ArrayDeque<RolledFile> complete = new ArrayDeque<>();

    @Override
    void written(I input, RollingFile<?> file) {}

    @Override
    void completed(RollingFile<?> file) {
      complete.add(result(file));
    }

    @Override
    boolean hasNext() {
      return !complete.isEmpty();
    }

    @Override
    RolledFile next() {
      return complete.remove();
    }

    @Override
    int held() {
      return 0;
    }
  }

  /** Each element's file and the element's context, in input order. */
  static final class Elements<T, C> extends RollingResults<Pair<T, C>, Pair<RolledFile, C>> {
    private record Held<C>(C context, RollingFile<?> file) {}

    private final ArrayDeque<Held<C>> held = new ArrayDeque<>();

    @Override
    void written(Pair<T, C> input, RollingFile<?> file) {
      held.add(new Held<>(input.second(), file));
    }

    @Override
    void completed(RollingFile<?> file) {}

    @Override
    boolean hasNext() {
      Held<C> next = held.peek();
      return next != null && next.file.result() != null;
    }

    @Override
    Pair<RolledFile, C> next() {
      Held<C> next = held.remove();
      return Pair.create(result(next.file), next.context);
    }

    @Override
    int held() {
      return held.size();
    }
  }

  /** Each file and the contexts of all elements in it. */
  static final class FilesWithContexts<T, C>
      extends RollingResults<Pair<T, C>, Pair<RolledFile, List<C>>> {
    private final Map<RollingFile<?>, List<C>> open = new HashMap<>();
    private final ArrayDeque<Pair<RolledFile, List<C>>> complete = new ArrayDeque<>();
    private int held;

    @Override
    void written(Pair<T, C> input, RollingFile<?> file) {
      open.computeIfAbsent(file, begun -> new ArrayList<>()).add(input.second());
      held++;
    }

    @Override
    void completed(RollingFile<?> file) {
      complete.add(
          Pair.create(result(file), Objects.requireNonNull(open.remove(file), "contexts")));
    }

    @Override
    boolean hasNext() {
      return !complete.isEmpty();
    }

    @Override
    Pair<RolledFile, List<C>> next() {
      Pair<RolledFile, List<C>> next = complete.remove();
      held -= next.second().size();
      return next;
    }

    @Override
    int held() {
      return held;
    }
  }
}
