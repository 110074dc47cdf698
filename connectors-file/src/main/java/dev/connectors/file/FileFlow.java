package dev.connectors.file;

import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.file.internal.FileDispatcher;
import dev.connectors.file.internal.Operations;
import dev.connectors.file.internal.RollingFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;

/**
 * Flows that move, copy, delete and make files, and flows that write elements into many of them.
 * They block the threads of {@code connectors.file.dispatcher} and no others, one call at a time.
 *
 * <p>Those that move, copy, delete and make emit what they were given, in input order. Doing it
 * again changes nothing, so at-least-once sources can be in front. Such a flow fails with the
 * exception of {@code java.nio.file}, or {@link OutsideRootException}; the supervision strategy of
 * the stream may have it go on with the next.
 */
public final class FileFlow {
  private FileFlow() {}

  /**
   * Moves files and directories, and emits what was moved.
   *
   * <p>Within a file system that is one step. Between two the file is copied under a temporary
   * name, renamed, and then deleted where it was; a directory that is not empty can't be moved that
   * way. What is synced is what {@code sync} says. Where {@code from} is missing and {@code to} is
   * there, it counts as moved before.
   */
  public static Flow<Move, Move, NotUsed> move(FileWriteSettings settings) {
    Operations operations = new Operations(settings);
    return each("FileFlow.move", operations::move);
  }

  /** {@link #move} with a context. */
  public static <C> FlowWithContext<Move, C, Move, C, NotUsed> moveWithContext(
      FileWriteSettings settings) {
    Operations operations = new Operations(settings);
    return eachWithContext("FileFlow.move", operations::move);
  }

  /**
   * Copies files and emits what was copied, each whole or not at all, as {@link
   * FileSink#bytes(Path, FileWriteSettings)} writes one. The operating system does it without the
   * bytes passing through the heap, so this is quicker than {@link FileSource#bytes(Path,
   * FileReadSettings)} into that sink.
   *
   * <p>What is copied is the content up to the end that the file has then; permissions and times
   * are those of a new file, and directories are refused. A copy that is made again replaces the
   * first, unless {@code existing = fail}.
   */
  public static Flow<Copy, Copy, NotUsed> copy(FileWriteSettings settings) {
    Operations operations = new Operations(settings);
    return each("FileFlow.copy", operations::copy);
  }

  /** {@link #copy} with a context. */
  public static <C> FlowWithContext<Copy, C, Copy, C, NotUsed> copyWithContext(
      FileWriteSettings settings) {
    Operations operations = new Operations(settings);
    return eachWithContext("FileFlow.copy", operations::copy);
  }

  /**
   * Deletes files and empty directories, and emits what is gone: also what was missing. Of a link,
   * the link.
   */
  public static Flow<Path, Path, NotUsed> delete(FileWriteSettings settings) {
    Operations operations = new Operations(settings);
    return each("FileFlow.delete", operations::delete);
  }

  /** {@link #delete} with a context. */
  public static <C> FlowWithContext<Path, C, Path, C, NotUsed> deleteWithContext(
      FileWriteSettings settings) {
    Operations operations = new Operations(settings);
    return eachWithContext("FileFlow.delete", operations::delete);
  }

  /** Makes directories with their parents, and emits what is there then. */
  public static Flow<Path, Path, NotUsed> mkdirs(FileWriteSettings settings) {
    Operations operations = new Operations(settings);
    return each("FileFlow.mkdirs", operations::mkdirs);
  }

  /** {@link #mkdirs} with a context. */
  public static <C> FlowWithContext<Path, C, Path, C, NotUsed> mkdirsWithContext(
      FileWriteSettings settings) {
    Operations operations = new Operations(settings);
    return eachWithContext("FileFlow.mkdirs", operations::mkdirs);
  }

  /**
   * Writes elements into files, with the settings at {@code connectors.file.rolling} and {@code
   * connectors.file.write} of the system that runs the stream.
   *
   * @see #rolling(RollingPlan, RollingSettings, FileWriteSettings)
   */
  public static <T> Flow<T, RolledFile, NotUsed> rolling(RollingPlan<T, Path> plan) {
    return Flow.fromGraph(RollingFiles.<T>each(plan, null, null));
  }

  /**
   * Writes elements into files, and emits each file when it is complete. Missing directories are
   * made.
   *
   * <ul>
   *   <li><b>Complete</b> is a file by size, count and time, also when no element arrives, when one
   *       too many would be open, and when upstream completes. It gets its name then, as with
   *       {@link FileSink#bytes(Path, FileWriteSettings)}: nobody ever sees a part of it.
   *   <li><b>Fails</b> with upstream's failure, with the exception of {@code java.nio.file}, for
   *       example when the disk is full, with what the functions of the plan throw, and with {@link
   *       IllegalStateException} when two files have the same name. The files that are not complete
   *       are deleted then, and when downstream cancels. After a crash of the process their
   *       temporary files are left.
   *   <li><b>Bounds:</b> {@code max-open} files. While a file waits to be emitted, no element is
   *       taken.
   * </ul>
   */
  public static <T> Flow<T, RolledFile, NotUsed> rolling(
      RollingPlan<T, Path> plan, RollingSettings rolling, FileWriteSettings write) {
    return Flow.fromGraph(
        RollingFiles.<T>each(
            plan,
            Objects.requireNonNull(rolling, "rolling"),
            Objects.requireNonNull(write, "write")));
  }

  /**
   * {@link #rolling(RollingPlan, RollingSettings, FileWriteSettings)} with a context: emits for
   * each element, in input order, its context and the file that it is in, once that and the files
   * of all elements before it are complete. At most {@code max-held} elements wait for it.
   *
   * <p>When an at-least-once source reads elements again after a crash, a file whose name is made
   * of its first element replaces the one before if the source begins with that element; otherwise
   * what was committed of it stands in both. {@link #rollingWithContexts} avoids that. Make names
   * of positions only where each file has elements of one lane of the source, such as Kafka's
   * partition: else a file may be replaced whose other elements are committed and not read again.
   */
  public static <T, C> FlowWithContext<T, C, RolledFile, C, NotUsed> rollingWithContext(
      RollingPlan<T, Path> plan, RollingSettings rolling, FileWriteSettings write) {
    return FlowWithContext.fromPairs(
        Flow.fromGraph(RollingFiles.<T, C>ofElements(plan, rolling, write)));
  }

  /**
   * {@link #rollingWithContext} that emits each file once, with the contexts of all elements in it:
   * {@code mapContext(Committable::all)} makes one of them, so that the commit of a file is the
   * commit of all its elements. Files come in the order in which they are completed.
   *
   * <p>With a file for each lane of the source, such as Kafka's partition, which is complete by
   * size and count alone, and named after the position of its first element, every element stands
   * in exactly one file, also after a crash: what is read again begins with a file and makes the
   * same one. With any other partition use {@link dev.connectors.core.CommitOrder#ANY_ORDER}: later
   * elements may be complete before earlier ones.
   */
  public static <T, C> FlowWithContext<T, C, RolledFile, List<C>, NotUsed> rollingWithContexts(
      RollingPlan<T, Path> plan, RollingSettings rolling, FileWriteSettings write) {
    return FlowWithContext.fromPairs(
        Flow.fromGraph(RollingFiles.<T, C>withContexts(plan, rolling, write)));
  }

  private static <T> Flow<T, T, NotUsed> each(String name, Function<T, T> operation) {
    return Flow.<T>create().map(operation).withAttributes(FileDispatcher.named(name));
  }

  private static <T, C> FlowWithContext<T, C, T, C, NotUsed> eachWithContext(
      String name, Function<T, T> operation) {
    return FlowWithContext.fromPairs(
        each(name, pair -> Pair.create(operation.apply(pair.first()), pair.second())));
  }
}
