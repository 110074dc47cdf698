package dev.connectors.file;

import com.typesafe.config.Config;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.file.internal.Values;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.jspecify.annotations.Nullable;

/**
 * How a directory is watched.
 *
 * <p>Immutable. Defaults are those of {@code connectors.file.changes} in {@code reference.conf}.
 */
public final class ChangeSettings {
  private static final String PATH = "connectors.file.changes";

  private final Draft values;

  private ChangeSettings(Draft draft) {
    Objects.requireNonNull(draft.existing, "existing");
    Checks.positive(PATH + ".settle-time", draft.settleTime);
    Checks.positive(PATH + ".max-files", draft.maxFiles);
    Checks.positive(PATH + ".buffer-elements", draft.bufferElements);
    values = draft;
  }

  /** The settings at {@code connectors.file.changes} of the system's configuration. */
  public static ChangeSettings create(ClassicActorSystemProvider system) {
    return new ChangeSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.file.changes}. */
  public static ChangeSettings create(Config config) {
    return new ChangeSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /** What becomes of files that are there at the start. Default {@link ExistingFiles#IGNORE}. */
  public ChangeSettings withExisting(ExistingFiles value) {
    return with(draft -> draft.existing = value);
  }

  /**
   * For how long size and modification time have to stay the same until a file counts as complete.
   * Default 1 s.
   */
  public ChangeSettings withSettleTime(Duration value) {
    return with(draft -> draft.settleTime = value);
  }

  /** How many files may be known at a time; with more the stream fails. Default 100,000. */
  public ChangeSettings withMaxFiles(int value) {
    return with(draft -> draft.maxFiles = value);
  }

  /** How many changes are held for the stream. Default 1,000. */
  public ChangeSettings withBufferElements(int value) {
    return with(draft -> draft.bufferElements = value);
  }

  /**
   * A relative directory is resolved against this one, and one that leads out of it is refused with
   * {@link OutsideRootException}. Default: none.
   */
  public ChangeSettings withRoot(Path value) {
    return with(draft -> draft.root = value);
  }

  public ExistingFiles existing() {
    return values.existing;
  }

  public Duration settleTime() {
    return values.settleTime;
  }

  public int maxFiles() {
    return values.maxFiles;
  }

  public int bufferElements() {
    return values.bufferElements;
  }

  public Optional<Path> root() {
    return Optional.ofNullable(values.root);
  }

  @Override
  public String toString() {
    return "ChangeSettings(existing=%s, settleTime=%s, maxFiles=%d, bufferElements=%d, root=%s)"
        .formatted(existing(), settleTime(), maxFiles(), bufferElements(), values.root);
  }

  private ChangeSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(values);
    change.accept(draft);
    return new ChangeSettings(draft);
  }

  /** Not changed once it is in settings. */
  private static final class Draft {
    ExistingFiles existing;
    Duration settleTime;
    int maxFiles;
    int bufferElements;
    @Nullable Path root;

    Draft(SettingsReader reader) {
      existing = reader.policy("existing", ExistingFiles.class);
      settleTime = reader.duration("settle-time");
      maxFiles = reader.integer("max-files");
      bufferElements = reader.integer("buffer-elements");
      root = Values.path(reader, "root");
    }

    Draft(Draft from) {
      existing = from.existing;
      settleTime = from.settleTime;
      maxFiles = from.maxFiles;
      bufferElements = from.bufferElements;
      root = from.root;
    }
  }
}
