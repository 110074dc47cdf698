package dev.connectors.file;

import com.typesafe.config.Config;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.file.internal.Values;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.jspecify.annotations.Nullable;

/**
 * How files are written, moved and deleted.
 *
 * <p>Immutable. Defaults are those of {@code connectors.file.write} in {@code reference.conf}.
 */
public final class FileWriteSettings {
  private static final String PATH = "connectors.file.write";

  private final SyncPolicy sync;
  private final ExistingPolicy existing;
  private final int bufferSize;
  private final @Nullable Path root;

  private FileWriteSettings(Draft draft) {
    sync = Objects.requireNonNull(draft.sync, "sync");
    existing = Objects.requireNonNull(draft.existing, "existing");
    bufferSize = Checks.positive(PATH + ".buffer-size", draft.bufferSize);
    root = draft.root;
  }

  /** The settings at {@code connectors.file.write} of the system's configuration. */
  public static FileWriteSettings create(ClassicActorSystemProvider system) {
    return new FileWriteSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.file.write}. */
  public static FileWriteSettings create(Config config) {
    return new FileWriteSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /** What is synced before a file counts as written. Default: the file and its directory. */
  public FileWriteSettings withSync(SyncPolicy value) {
    return with(draft -> draft.sync = value);
  }

  /** What becomes of a target that exists. Default: it is replaced in one step. */
  public FileWriteSettings withExisting(ExistingPolicy value) {
    return with(draft -> draft.existing = value);
  }

  /** Bytes that small elements are gathered in before they are written. Default 128 KiB. */
  public FileWriteSettings withBufferSize(int value) {
    return with(draft -> draft.bufferSize = value);
  }

  /** As {@link FileReadSettings#withRoot}. */
  public FileWriteSettings withRoot(Path value) {
    return with(draft -> draft.root = value);
  }

  public SyncPolicy sync() {
    return sync;
  }

  public ExistingPolicy existing() {
    return existing;
  }

  public int bufferSize() {
    return bufferSize;
  }

  public Optional<Path> root() {
    return Optional.ofNullable(root);
  }

  @Override
  public String toString() {
    return "FileWriteSettings(sync=%s, existing=%s, bufferSize=%d, root=%s)"
        .formatted(sync, existing, bufferSize, root);
  }

  private FileWriteSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new FileWriteSettings(draft);
  }

  private static final class Draft {
    SyncPolicy sync;
    ExistingPolicy existing;
    int bufferSize;
    @Nullable Path root;

    Draft(SettingsReader reader) {
      sync = reader.policy("sync", SyncPolicy.class);
      existing = reader.policy("existing", ExistingPolicy.class);
      bufferSize = Values.size(reader, "buffer-size");
      root = Values.path(reader, "root");
    }

    Draft(FileWriteSettings settings) {
      sync = settings.sync;
      existing = settings.existing;
      bufferSize = settings.bufferSize;
      root = settings.root;
    }
  }
}
