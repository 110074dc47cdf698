package dev.connectors.file;

import dev.connectors.file.internal.FileDispatcher;
import dev.connectors.file.internal.LinesStage;
import dev.connectors.file.internal.Listing;
import dev.connectors.file.internal.ReadStage;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
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
   * A file's lines without their terminators, LF or CR LF; the last one need not have any.
   * Completes at the end that the file has then. Fails with {@link LineTooLongException} unless
   * {@code on-long-line} says otherwise.
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
}
