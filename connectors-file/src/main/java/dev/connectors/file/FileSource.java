package dev.connectors.file;

import dev.connectors.core.CheckpointStore;
import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.Contexts;
import dev.connectors.file.internal.ChangesStage;
import dev.connectors.file.internal.FileDispatcher;
import dev.connectors.file.internal.LinesStage;
import dev.connectors.file.internal.Listing;
import dev.connectors.file.internal.ReadStage;
import dev.connectors.file.internal.TailStage;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;
import org.apache.pekko.util.ByteString;

/**
 * Sources that read files and directories. They block the threads of {@code
 * connectors.file.dispatcher} and no others, read on demand, and fail with the exceptions of {@code
 * java.nio.file}.
 *
 * @see <a
 *     href="https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/nio/file/package-summary.html">
 *     java.nio.file</a>
 */
public final class FileSource {
  private FileSource() {}

  /**
   * A file's bytes, with the settings at {@code connectors.file.read} of the system that runs the
   * stream.
   *
   * @see #bytes(Path, FileReadSettings)
   */
  public static Source<ByteString, NotUsed> bytes(Path path) {
    return Source.fromGraph(new ReadStage(path, null));
  }

  /**
   * A file's bytes, in elements of {@code chunk-size} at most. Completes at the end that the file
   * has then.
   */
  public static Source<ByteString, NotUsed> bytes(Path path, FileReadSettings settings) {
    return Source.fromGraph(new ReadStage(path, Objects.requireNonNull(settings, "settings")));
  }

  /**
   * A file's lines, with the settings at {@code connectors.file.read} of the system that runs the
   * stream.
   *
   * @see #lines(Path, FileReadSettings)
   */
  public static Source<String, NotUsed> lines(Path path) {
    return bytes(path).via(new LinesStage(path, null));
  }

  /**
   * A file's lines without their terminators, LF or CR LF; the last one need not have any. A byte
   * order mark in front of UTF-8 is left out. Completes at the end that the file has then. Fails
   * with {@link LineTooLongException} unless {@code on-long-line} says otherwise.
   */
  public static Source<String, NotUsed> lines(Path path, FileReadSettings settings) {
    return bytes(path, settings).via(new LinesStage(path, settings));
  }

  /**
   * What is in a directory, each as {@code directory} resolved with its name: files, directories
   * and links, in no particular order. The directory is read while there is demand, so what comes
   * and goes meanwhile may be among them or not.
   */
  public static Source<Path, NotUsed> list(Path directory) {
    Objects.requireNonNull(directory, "directory");
    return Source.unfoldResource(() -> Listing.of(directory), Listing::next, Listing::close)
        .withAttributes(FileDispatcher.named("FileSource.list"));
  }

  /**
   * A directory and all that is below it, each directory before what is in it. Links are emitted
   * and not followed.
   *
   * @see #walk(Path, int)
   */
  public static Source<Path, NotUsed> walk(Path directory) {
    return walk(directory, Integer.MAX_VALUE);
  }

  /**
   * A directory and what is below it, down to a depth.
   *
   * @param maxDepth at least 0; 0 is the directory alone, 1 what is in it as well
   */
  public static Source<Path, NotUsed> walk(Path directory, int maxDepth) {
    Objects.requireNonNull(directory, "directory");
    if (maxDepth < 0) {
      throw new IllegalArgumentException("maxDepth is " + maxDepth + ", allowed is at least 0");
    }
    return Source.unfoldResource(
            () -> Listing.below(directory, maxDepth), Listing::next, Listing::close)
        .withAttributes(FileDispatcher.named("FileSource.walk"));
  }

  /**
   * The lines of files that grow, as they come, without delivery tracking: after a restart it
   * begins anew, where {@code start} says.
   *
   * <p>It survives what happens to logs: a file that is renamed is read to its end and its
   * successor from its beginning, one that is truncated from its beginning, one that is deleted to
   * the end that is open. What was copied before it was truncated is read on in the copy, if that
   * is beside it and uncompressed; what was appended between copying and truncating is lost. Files
   * are read by one thread of the source's own, rotated ones first, the others in turn.
   *
   * <p>A line is emitted with its terminator, LF or CR LF, seen and left out. What follows the last
   * one of a file waits for the rest, until the file was rotated away or deleted and is quiet for
   * {@code rotated-wait}: then it is the last line.
   *
   * <ul>
   *   <li><b>Completes</b> when it is stopped by its {@link Control}: a file that grows has no end.
   *   <li><b>Fails</b> with {@link LineTooLongException} unless {@code on-long-line} says
   *       otherwise, with the exceptions of {@code java.nio.file}, with {@link
   *       OutsideRootException}, and when there are more than {@code max-files}; after the lines
   *       that were read before.
   * </ul>
   */
  public static Source<TailLine, Control> tail(TailedFiles files, TailSettings settings) {
    return Source.fromGraph(
        TailStage.plain(
            Objects.requireNonNull(files, "files"), Objects.requireNonNull(settings, "settings")));
  }

  /**
   * As {@link #tail}, at least once: each line comes with a {@link Committable}, and after a
   * restart it goes on behind the last that is done with all before it. End the stream with {@link
   * dev.connectors.core.Committer}.
   *
   * <p>The positions of all files are one checkpoint: for each its key (on Unix device and inode),
   * path, offset and checksums of a few bytes. They are saved on a second thread of the source's
   * own. So a file is found again that was renamed, copied and truncated, or whose inode was used
   * again while nobody read; and those are read that were made and rotated meanwhile. A file that
   * was deleted or compressed meanwhile is lost as far as it was not done, and a warning names it.
   *
   * <p>A lane is what had one name, one file after the other. {@link Committable#reject} fails the
   * stream with the given cause; the line is read again after a restart.
   *
   * @param name of the checkpoint; one source at a time may use it
   * @param store where the positions are saved
   */
  public static SourceWithContext<TailLine, Committable, Control> tailCommittable(
      String name, TailedFiles files, CheckpointStore store, TailSettings settings) {
    return Contexts.source(
        TailStage.committable(
            Checks.notEmpty("name", name),
            Objects.requireNonNull(files, "files"),
            Objects.requireNonNull(store, "store"),
            Objects.requireNonNull(settings, "settings")));
  }

  /**
   * What becomes of the files in a directory and all below it, as long as it runs: each is
   * announced when it is complete, which it is when its size and modification time have not changed
   * for {@code settle-time}, or at once when it was renamed below the directory or has been
   * complete for that long before it was moved there.
   *
   * <p>Directories made later are watched too, and what was in them before that is seen. When
   * events come faster than they can be taken (the operating system then drops them) all is looked
   * at again, so nothing is missed but changes that followed each other before they were seen:
   * these are one. A rename is a deletion and a creation. Symbolic links are neither followed nor
   * announced. Nothing is remembered: what happens while nobody watches is not announced later,
   * unless {@code existing = announce}.
   *
   * <ul>
   *   <li><b>Completes</b> when it is stopped by its {@link Control}.
   *   <li><b>Fails</b> with the exceptions of {@code java.nio.file}: when the directory is none or
   *       is deleted, and when the operating system refuses to watch more (on Linux, {@code
   *       fs.inotify.max_user_watches}); with {@link OutsideRootException}; and with more than
   *       {@code max-files}.
   * </ul>
   *
   * @see <a
   *     href="https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/nio/file/WatchService.html">
   *     WatchService</a>, on macOS it looks only every few seconds
   */
  public static Source<FileChange, Control> changes(Path directory, ChangeSettings settings) {
    return Source.fromGraph(
        new ChangesStage(
            Objects.requireNonNull(directory, "directory"),
            Objects.requireNonNull(settings, "settings")));
  }
}
