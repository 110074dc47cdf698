package dev.connectors.file;

import com.typesafe.config.Config;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.Observer;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.file.internal.Values;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.jspecify.annotations.Nullable;

/**
 * How growing files are read.
 *
 * <p>Immutable. Defaults are those of {@code connectors.file.tail} in {@code reference.conf}.
 */
public final class TailSettings {
  private static final String PATH = "connectors.file.tail";

  private final Draft values;

  private TailSettings(Draft draft) {
    Checks.positive(PATH + ".poll-interval", draft.pollInterval);
    Checks.positive(PATH + ".rotated-wait", draft.rotatedWait);
    Values.ofLines(Objects.requireNonNull(draft.charset, "charset"));
    Checks.positive(PATH + ".chunk-size", draft.chunkSize);
    Checks.positive(PATH + ".max-line", draft.maxLine);
    Objects.requireNonNull(draft.onLongLine, "onLongLine");
    Objects.requireNonNull(draft.start, "start");
    Checks.positive(PATH + ".max-files", draft.maxFiles);
    Checks.positive(PATH + ".buffer-bytes", draft.bufferBytes);
    Checks.notNegative(PATH + ".commit-interval", draft.commitInterval);
    Checks.positive(PATH + ".max-waiting-commits", draft.maxWaitingCommits);
    Checks.notNegative(PATH + ".drain-timeout", draft.drainTimeout);
    Checks.notNegative(PATH + ".cancel-grace", draft.cancelGrace);
    Objects.requireNonNull(draft.inFlight, "inFlight");
    Objects.requireNonNull(draft.observer, "observer");
    values = draft;
  }

  /** The settings at {@code connectors.file.tail} of the system's configuration. */
  public static TailSettings create(ClassicActorSystemProvider system) {
    return new TailSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.file.tail}. */
  public static TailSettings create(Config config) {
    return new TailSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /** Where files are read from that are there at the first start. Default: the beginning. */
  public TailSettings withStart(TailStart value) {
    return with(draft -> draft.start = value);
  }

  /** How often is looked whether files have grown, come or gone. Default 250 ms. */
  public TailSettings withPollInterval(Duration value) {
    return with(draft -> draft.pollInterval = value);
  }

  /**
   * For how long a file that was rotated away or deleted has to be quiet until it counts as
   * complete: then what follows its last terminator is emitted as its last line. Default 5 s.
   */
  public TailSettings withRotatedWait(Duration value) {
    return with(draft -> draft.rotatedWait = value);
  }

  /**
   * Of the text, one in which a line feed is the byte 10 and nothing else is. What is malformed in
   * it becomes U+FFFD. Default UTF-8.
   */
  public TailSettings withCharset(Charset value) {
    return with(draft -> draft.charset = value);
  }

  /** Bytes in one read. Default 128 KiB. */
  public TailSettings withChunkSize(int value) {
    return with(draft -> draft.chunkSize = value);
  }

  /** The longest line in bytes, without its terminator. Default 1 MiB. */
  public TailSettings withMaxLine(int value) {
    return with(draft -> draft.maxLine = value);
  }

  /** What becomes of a longer line. Default {@link LongLinePolicy#FAIL}. */
  public TailSettings withOnLongLine(LongLinePolicy value) {
    return with(draft -> draft.onLongLine = value);
  }

  /** How many files may be tailed or known as rotated; with more the stream fails. Default 4096. */
  public TailSettings withMaxFiles(int value) {
    return with(draft -> draft.maxFiles = value);
  }

  /**
   * How many bytes of lines are read ahead of the stream; one read may exceed it. Default 1 MiB.
   */
  public TailSettings withBufferBytes(long value) {
    return with(draft -> draft.bufferBytes = value);
  }

  /**
   * The shortest time from the beginning of one saving of the positions to that of the next, unless
   * {@code max-waiting-commits} wait. Default 20 ms.
   */
  public TailSettings withCommitInterval(Duration value) {
    return with(draft -> draft.commitInterval = value);
  }

  /**
   * When so many commits wait, positions are saved without waiting for the interval. Default 16.
   */
  public TailSettings withMaxWaitingCommits(int value) {
    return with(draft -> draft.maxWaitingCommits = value);
  }

  /** For how long a stopped source waits for what is in flight. Default 30 s. */
  public TailSettings withDrainTimeout(Duration value) {
    return with(draft -> draft.drainTimeout = value);
  }

  /**
   * For how long a source whose stream has failed or was cancelled waits without seeing progress.
   * Default 1 s.
   */
  public TailSettings withCancelGrace(Duration value) {
    return with(draft -> draft.cancelGrace = value);
  }

  /** The bounds of what is emitted and not yet settled, for committable sources. */
  public TailSettings withInFlight(InFlightSettings value) {
    return with(draft -> draft.inFlight = value);
  }

  /** Told what the source does; called on its thread and the stage's. */
  public TailSettings withObserver(Observer value) {
    return with(draft -> draft.observer = value);
  }

  /**
   * Relative directories are resolved against this one; a directory that leads out of it fails the
   * stream with {@link OutsideRootException}, and files that are links out of it are left alone.
   * Default: none, and links are followed.
   */
  public TailSettings withRoot(Path value) {
    return with(draft -> draft.root = value);
  }

  public TailStart start() {
    return values.start;
  }

  public Duration pollInterval() {
    return values.pollInterval;
  }

  public Duration rotatedWait() {
    return values.rotatedWait;
  }

  public Charset charset() {
    return values.charset;
  }

  public int chunkSize() {
    return values.chunkSize;
  }

  public int maxLine() {
    return values.maxLine;
  }

  public LongLinePolicy onLongLine() {
    return values.onLongLine;
  }

  public int maxFiles() {
    return values.maxFiles;
  }

  public long bufferBytes() {
    return values.bufferBytes;
  }

  public Duration commitInterval() {
    return values.commitInterval;
  }

  public int maxWaitingCommits() {
    return values.maxWaitingCommits;
  }

  public Duration drainTimeout() {
    return values.drainTimeout;
  }

  public Duration cancelGrace() {
    return values.cancelGrace;
  }

  public InFlightSettings inFlight() {
    return values.inFlight;
  }

  public Observer observer() {
    return values.observer;
  }

  public Optional<Path> root() {
    return Optional.ofNullable(values.root);
  }

  @Override
  public String toString() {
    return ("TailSettings(start=%s, pollInterval=%s, rotatedWait=%s, charset=%s, chunkSize=%d,"
            + " maxLine=%d, onLongLine=%s, maxFiles=%d, bufferBytes=%d, commitInterval=%s,"
            + " maxWaitingCommits=%d, drainTimeout=%s, cancelGrace=%s, root=%s)")
        .formatted(
            start(),
            pollInterval(),
            rotatedWait(),
            charset(),
            chunkSize(),
            maxLine(),
            onLongLine(),
            maxFiles(),
            bufferBytes(),
            commitInterval(),
            maxWaitingCommits(),
            drainTimeout(),
            cancelGrace(),
            values.root);
  }

  private TailSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(values);
    change.accept(draft);
    return new TailSettings(draft);
  }

  /** Not changed once it is in settings. */
  private static final class Draft {
    TailStart start;
    Duration pollInterval;
    Duration rotatedWait;
    Charset charset;
    int chunkSize;
    int maxLine;
    LongLinePolicy onLongLine;
    int maxFiles;
    long bufferBytes;
    Duration commitInterval;
    int maxWaitingCommits;
    Duration drainTimeout;
    Duration cancelGrace;
    InFlightSettings inFlight;
    Observer observer = Observer.NONE;
    @Nullable Path root;

    Draft(SettingsReader reader) {
      start = reader.policy("start", TailStart.class);
      pollInterval = reader.duration("poll-interval");
      rotatedWait = reader.duration("rotated-wait");
      charset = Values.charset(reader, "charset");
      chunkSize = Values.size(reader, "chunk-size");
      maxLine = Values.size(reader, "max-line");
      onLongLine = reader.policy("on-long-line", LongLinePolicy.class);
      maxFiles = reader.integer("max-files");
      bufferBytes = reader.bytes("buffer-bytes");
      commitInterval = reader.duration("commit-interval");
      maxWaitingCommits = reader.integer("max-waiting-commits");
      drainTimeout = reader.duration("drain-timeout");
      cancelGrace = reader.duration("cancel-grace");
      inFlight = InFlightSettings.create(reader.in("in-flight").config());
      root = Values.path(reader, "root");
    }

    Draft(Draft from) {
      start = from.start;
      pollInterval = from.pollInterval;
      rotatedWait = from.rotatedWait;
      charset = from.charset;
      chunkSize = from.chunkSize;
      maxLine = from.maxLine;
      onLongLine = from.onLongLine;
      maxFiles = from.maxFiles;
      bufferBytes = from.bufferBytes;
      commitInterval = from.commitInterval;
      maxWaitingCommits = from.maxWaitingCommits;
      drainTimeout = from.drainTimeout;
      cancelGrace = from.cancelGrace;
      inFlight = from.inFlight;
      observer = from.observer;
      root = from.root;
    }
  }
}
