package dev.connectors.file;

import dev.connectors.file.internal.FileDispatcher;
import dev.connectors.file.internal.Operations;
import java.nio.file.Path;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;

/**
 * Flows that do something with each file and then emit what they were given, in input order. They
 * block the threads of {@code connectors.file.dispatcher} and no others, one call at a time.
 *
 * <p>Doing it again changes nothing, so at-least-once sources can be in front. A flow fails with
 * the exception of {@code java.nio.file}, or {@link OutsideRootException}; the supervision strategy
 * of the stream may have it go on with the next.
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

  private static <T> Flow<T, T, NotUsed> each(String name, Function<T, T> operation) {
    return Flow.<T>create().map(operation).withAttributes(FileDispatcher.named(name));
  }

  private static <T, C> FlowWithContext<T, C, T, C, NotUsed> eachWithContext(
      String name, Function<T, T> operation) {
    return FlowWithContext.fromPairs(
        each(name, pair -> Pair.create(operation.apply(pair.first()), pair.second())));
  }
}
