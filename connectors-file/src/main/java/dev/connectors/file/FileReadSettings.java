package dev.connectors.file;

import com.typesafe.config.Config;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.file.internal.Values;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.jspecify.annotations.Nullable;

/**
 * How files are read.
 *
 * <p>Immutable. Defaults are those of {@code connectors.file.read} in {@code reference.conf}.
 */
public final class FileReadSettings {
  private static final String PATH = "connectors.file.read";

  private final int chunkSize;
  private final Charset charset;
  private final int maxLine;
  private final LongLinePolicy onLongLine;
  private final @Nullable Path root;

  private FileReadSettings(Draft draft) {
    chunkSize = Checks.positive(PATH + ".chunk-size", draft.chunkSize);
    charset = Objects.requireNonNull(draft.charset, "charset");
    maxLine = Checks.positive(PATH + ".max-line", draft.maxLine);
    onLongLine = Objects.requireNonNull(draft.onLongLine, "onLongLine");
    root = draft.root;
  }

  /** The settings at {@code connectors.file.read} of the system's configuration. */
  public static FileReadSettings create(ClassicActorSystemProvider system) {
    return new FileReadSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.file.read}. */
  public static FileReadSettings create(Config config) {
    return new FileReadSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /** Bytes in one read, and in one element of bytes. Default 128 KiB. */
  public FileReadSettings withChunkSize(int value) {
    return with(draft -> draft.chunkSize = value);
  }

  /** Of the text. What is malformed in it becomes U+FFFD. Default UTF-8. */
  public FileReadSettings withCharset(Charset value) {
    return with(draft -> draft.charset = value);
  }

  /** The longest line in bytes, without its terminator. Default 1 MiB. */
  public FileReadSettings withMaxLine(int value) {
    return with(draft -> draft.maxLine = value);
  }

  /** What becomes of a longer line. Default {@link LongLinePolicy#FAIL}. */
  public FileReadSettings withOnLongLine(LongLinePolicy value) {
    return with(draft -> draft.onLongLine = value);
  }

  /**
   * Relative paths are resolved against this directory, and a path that leads out of it, through
   * symbolic links too, is refused with {@link OutsideRootException}. The check precedes the
   * opening: it does not protect against somebody who replaces directories by links at that moment.
   * Default: none, and links are followed.
   */
  public FileReadSettings withRoot(Path value) {
    return with(draft -> draft.root = value);
  }

  public int chunkSize() {
    return chunkSize;
  }

  public Charset charset() {
    return charset;
  }

  public int maxLine() {
    return maxLine;
  }

  public LongLinePolicy onLongLine() {
    return onLongLine;
  }

  public Optional<Path> root() {
    return Optional.ofNullable(root);
  }

  @Override
  public String toString() {
    return "FileReadSettings(chunkSize=%d, charset=%s, maxLine=%d, onLongLine=%s, root=%s)"
        .formatted(chunkSize, charset, maxLine, onLongLine, root);
  }

  private FileReadSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new FileReadSettings(draft);
  }

  private static final class Draft {
    int chunkSize;
    Charset charset;
    int maxLine;
    LongLinePolicy onLongLine;
    @Nullable Path root;

    Draft(SettingsReader reader) {
      chunkSize = Values.size(reader, "chunk-size");
      charset = Values.charset(reader, "charset");
      maxLine = Values.size(reader, "max-line");
      onLongLine = reader.policy("on-long-line", LongLinePolicy.class);
      root = Values.path(reader, "root");
    }

    Draft(FileReadSettings settings) {
      chunkSize = settings.chunkSize;
      charset = settings.charset;
      maxLine = settings.maxLine;
      onLongLine = settings.onLongLine;
      root = settings.root;
    }
  }
}
