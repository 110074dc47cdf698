package dev.connectors.file.internal;

import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.internal.Disk;
import dev.connectors.core.internal.RollingResults;
import dev.connectors.core.internal.RollingStage;
import dev.connectors.core.internal.RollingStore;
import dev.connectors.core.internal.RollingTarget;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.RolledFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.jspecify.annotations.Nullable;

/** Makes the files that elements are written into, each under a temporary name. */
public final class RollingFiles<T> implements RollingStore<T, Path, RolledFile> {
  private static final String CONFIG = "connectors.file.rolling";

  private final RollingPlan<T, Path> plan;
  private final FileWriteSettings settings;
  private final Disk disk;
  private final Operations operations;

  RollingFiles(RollingPlan<T, Path> plan, FileWriteSettings settings, Disk disk) {
    this.plan = plan;
    this.settings = settings;
    this.disk = disk;
    this.operations = new Operations(settings);
  }

  @Override
  public RollingTarget<T, RolledFile> open(String partition, Path name) throws IOException {
    Path parent = name.getParent();
    if (parent != null) {
      operations.mkdirs(parent);
    }
    DraftFile draft = new DraftFile(name, settings, disk);
    try {
      return new RollingFile<>(partition, plan.format(), draft);
    } catch (IOException | RuntimeException e) {
      try {
        draft.abort();
      } catch (IOException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
  }

  /**
   * Emits each file.
   *
   * @param rolling null, like {@code write}, for those of the system that runs the stream
   */
  public static <T> RollingStage<T, T, Path, RolledFile, RolledFile> each(
      RollingPlan<T, Path> plan,
      @Nullable RollingSettings rolling,
      @Nullable FileWriteSettings write) {
    return stage(plan, rolling, write, RollingResults.Each::new);
  }

  /** Emits the file of each element and its context, in input order. */
  public static <T, C>
      RollingStage<Pair<T, C>, T, Path, RolledFile, Pair<RolledFile, C>> ofElements(
          RollingPlan<T, Path> plan, RollingSettings rolling, FileWriteSettings write) {
    return stage(
        plan,
        Objects.requireNonNull(rolling, "rolling"),
        Objects.requireNonNull(write, "write"),
        RollingResults.OfElements::new);
  }

  /** Emits each file and the contexts of its elements. */
  public static <T, C>
      RollingStage<Pair<T, C>, T, Path, RolledFile, Pair<RolledFile, List<C>>> withContexts(
          RollingPlan<T, Path> plan, RollingSettings rolling, FileWriteSettings write) {
    return stage(
        plan,
        Objects.requireNonNull(rolling, "rolling"),
        Objects.requireNonNull(write, "write"),
        RollingResults.WithContexts::new);
  }

  private static <I, T, O> RollingStage<I, T, Path, RolledFile, O> stage(
      RollingPlan<T, Path> plan,
      @Nullable RollingSettings rolling,
      @Nullable FileWriteSettings write,
      Supplier<RollingResults<I, T, RolledFile, O>> newResults) {
    return new RollingStage<>(
        FileDispatcher.named("FileFlow.rolling"),
        plan,
        new RollingStage.Setup<>() {
          @Override
          public RollingSettings settings(ActorSystem system) {
            return rolling != null
                ? rolling
                : RollingSettings.create(system.settings().config().getConfig(CONFIG));
          }

          @Override
          public RollingStore<T, Path, RolledFile> store(ActorSystem system, Runnable onChange) {
            return new RollingFiles<>(
                plan, write != null ? write : FileWriteSettings.create(system), new Disk());
          }
        },
        newResults);
  }
}
