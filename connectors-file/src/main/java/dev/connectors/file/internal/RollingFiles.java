package dev.connectors.file.internal;

import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.RollingStart;
import dev.connectors.core.internal.Disk;
import dev.connectors.core.internal.OpenRolls;
import dev.connectors.core.internal.OpenRolls.Roll;
import dev.connectors.file.FileWriteSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes elements into files, each under a temporary name until it is complete. Times are
 * nanoseconds of any origin. When a method fails, all is to be aborted. Not thread-safe.
 */
final class RollingFiles<I, T> {
  /** A name that comes again within so many is a mistake, unless elements may come again. */
  private static final int REMEMBERED = 1_000;

  /** Whether elements may be written again, into a file that replaces the one before. */
  enum Replay {
    POSSIBLE,
    IMPOSSIBLE
  }

  private final RollingPlan<T, Path> plan;
  private final RollingFormat<? super T> format;
  private final RollingSettings settings;
  private final FileWriteSettings write;
  private final Function<I, T> element;
  private final RollingResults<I, ?> results;
  private final Replay replay;
  private final Disk disk;
  private final Clock clock;
  private final Operations operations;
  private final OpenRolls<RollingFile<T>> rolls;
  private final Set<Path> open = new HashSet<>();
  private final Set<Path> recent =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Path, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });
  private long number;

  RollingFiles(
      RollingPlan<T, Path> plan,
      RollingSettings settings,
      FileWriteSettings write,
      Function<I, T> element,
      RollingResults<I, ?> results,
      Replay replay,
      Disk disk,
      Clock clock) {
    this.plan = plan;
    this.format = plan.format();
    this.settings = settings;
    this.write = write;
    this.element = element;
    this.results = results;
    this.replay = replay;
    this.disk = disk;
    this.clock = clock;
    this.operations = new Operations(write);
    this.rolls = new OpenRolls<>(settings);
  }

  /** Writes what came in, and completes what is full then. */
  void write(I input, long now) throws IOException {
    T value = element.apply(input);
    String partition = Objects.requireNonNull(plan.partition(value), "the partition is null");
    Roll<RollingFile<T>> roll = rolls.of(partition);
    if (roll == null) {
      Roll<RollingFile<T>> tooMany = rolls.toMakeRoom();
      if (tooMany != null) {
        complete(tooMany);
      }
      roll = rolls.begin(partition, begin(partition, value), now);
    }
    RollingFile<T> file = roll.file();
    file.write(value);
    results.written(input, file);
    if (rolls.wrote(roll, file.bytes(), now)) {
      complete(roll);
    } else if (results.held() >= settings.maxHeld() && !results.hasNext()) {
      complete(Objects.requireNonNull(rolls.first(), "what is held is in open files"));
    }
  }

  private RollingFile<T> begin(String partition, T first) throws IOException {
    Path name =
        Objects.requireNonNull(
            plan.name(new RollingStart<>(partition, first, ++number, clock.instant())),
            "the name of a file is null");
    Path parent = name.getParent();
    if (parent != null) {
      operations.mkdirs(parent);
    }
    DraftFile draft = new DraftFile(name, write, disk);
    try {
      refuseSecond(draft.target());
      RollingFile<T> file = new RollingFile<>(partition, format, draft);
      open.add(draft.target());
      return file;
    } catch (IOException | RuntimeException e) {
      try {
        draft.abort();
      } catch (IOException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
  }

  private void refuseSecond(Path target) {
    if (open.contains(target)) {
      throw new IllegalStateException(
          target + " is open already for another partition: the name has to tell them apart");
    }
    if (replay == Replay.IMPOSSIBLE && !recent.add(target)) {
      throw new IllegalStateException(
          target
              + " was written before: the name has to tell files apart, by their number or time");
    }
  }

  /** Completes the files whose time is over. */
  void completeDue(long now) throws IOException {
    for (Roll<RollingFile<T>> roll = rolls.due(now); roll != null; roll = rolls.due(now)) {
      complete(roll);
    }
  }

  /** When {@link #completeDue} has something to do, or {@link OpenRolls#NO_DEADLINE}. */
  long deadline() {
    return rolls.deadline();
  }

  void completeAll() throws IOException {
    for (Roll<RollingFile<T>> roll : rolls.all()) {
      complete(roll);
    }
  }

  private void complete(Roll<RollingFile<T>> roll) throws IOException {
    RollingFile<T> file = roll.file();
    file.complete(roll.elements());
    rolls.remove(roll);
    open.remove(file.target());
    results.completed(file);
  }

  /** Leaves nothing of what is not complete. */
  void abort() throws IOException {
    @Nullable IOException failure = null;
    for (Roll<RollingFile<T>> roll : rolls.all()) {
      rolls.remove(roll);
      try {
        roll.file().abort();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    open.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
