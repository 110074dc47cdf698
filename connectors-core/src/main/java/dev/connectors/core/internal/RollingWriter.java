package dev.connectors.core.internal;

import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.RollingStart;
import dev.connectors.core.internal.OpenRolls.Roll;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes elements into files or objects, and ends each when it is time. Times are nanoseconds of
 * any origin. When a method fails, all is to be aborted. Not thread-safe.
 */
public final class RollingWriter<I, T, N, R> {
  /** A name that comes again within so many is a mistake, unless elements may come again. */
  private static final int REMEMBERED = 1_000;

  private final RollingPlan<T, N> plan;
  private final RollingSettings settings;
  private final RollingStore<T, N, R> store;
  private final RollingResults<I, T, R, ?> results;
  private final Clock clock;
  private final OpenRolls<RollingTarget<T, R>> rolls;
  private final Deque<RollingTarget<T, R>> ended = new ArrayDeque<>();
  private final Set<Object> open = new HashSet<>();
  private final Set<Object> recent =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Object, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });
  private long number;

  public RollingWriter(
      RollingPlan<T, N> plan,
      RollingSettings settings,
      RollingStore<T, N, R> store,
      RollingResults<I, T, R, ?> results,
      Clock clock) {
    this.plan = plan;
    this.settings = settings;
    this.store = store;
    this.results = results;
    this.clock = clock;
    this.rolls = new OpenRolls<>(settings);
  }

  /** Writes what came in, and ends what is full then. */
  public void write(I input, long now) throws IOException {
    T value = results.element(input);
    String partition = Objects.requireNonNull(plan.partition(value), "the partition is null");
    Roll<RollingTarget<T, R>> roll = rolls.of(partition);
    if (roll == null) {
      Roll<RollingTarget<T, R>> tooMany = rolls.toMakeRoom();
      if (tooMany != null) {
        end(tooMany);
      }
      roll = rolls.begin(partition, begin(partition, value), now);
    }
    RollingTarget<T, R> target = roll.file();
    target.write(value);
    results.written(input, target);
    if (rolls.wrote(roll, target.bytes(), now)) {
      end(roll);
    } else {
      relieve();
    }
  }

  private RollingTarget<T, R> begin(String partition, T first) throws IOException {
    N name =
        Objects.requireNonNull(
            plan.name(new RollingStart<>(partition, first, ++number, clock.instant())),
            "the name of a file or object is null");
    RollingTarget<T, R> target = store.open(partition, name);
    try {
      refuseSecond(target.name());
      open.add(target.name());
      return target;
    } catch (RuntimeException e) {
      try {
        target.abort();
      } catch (IOException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
  }

  private void refuseSecond(Object name) {
    if (open.contains(name)) {
      throw new IllegalStateException(
          name + " is open already for another partition: the name has to tell them apart");
    }
    if (!results.allowsReplay() && !recent.add(name)) {
      throw new IllegalStateException(
          name + " was written before: the name has to tell files apart, by their number or time");
    }
  }

  /** Ends the one that was begun first when too many elements are held, and none will end them. */
  public void relieve() throws IOException {
    if (results.held() >= settings.maxHeld() && !results.hasNext() && !isCompleting()) {
      end(Objects.requireNonNull(rolls.first(), "what is held is in one that is open"));
    }
  }

  /** Whether one more element may be written. */
  public boolean hasRoom() {
    return results.held() < settings.maxHeld() || !isCompleting();
  }

  /** Whether some have ended that are not complete. */
  public boolean isCompleting() {
    for (RollingTarget<T, R> next = ended.peek(); next != null; next = ended.peek()) {
      if (next.result() == null) {
        return true;
      }
      ended.remove();
    }
    return false;
  }

  /** Ends those whose time is over. */
  public void endDue(long now) throws IOException {
    for (Roll<RollingTarget<T, R>> roll = rolls.due(now); roll != null; roll = rolls.due(now)) {
      end(roll);
    }
  }

  /** When {@link #endDue} has something to do, or {@link OpenRolls#NO_DEADLINE}. */
  public long deadline() {
    return rolls.deadline();
  }

  public void endAll() throws IOException {
    for (Roll<RollingTarget<T, R>> roll : rolls.all()) {
      end(roll);
    }
  }

  private void end(Roll<RollingTarget<T, R>> roll) throws IOException {
    RollingTarget<T, R> target = roll.file();
    target.end(roll.elements());
    rolls.remove(roll);
    open.remove(target.name());
    isCompleting(); // forgets what is complete
    ended.add(target);
    results.ended(target);
  }

  /** Leaves nothing of what is not complete. */
  public void abort() throws IOException {
    List<RollingTarget<T, R>> targets = new ArrayList<>(ended);
    for (Roll<RollingTarget<T, R>> roll : rolls.all()) {
      rolls.remove(roll);
      targets.add(roll.file());
    }
    ended.clear();
    open.clear();
    @Nullable IOException failure = null;
    for (RollingTarget<T, R> target : targets) {
      try {
        if (target.result() == null) {
          target.abort();
        }
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
