package dev.connectors.file;

import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.RollingSummary;
import dev.connectors.file.internal.WriteStage;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;

/**
 * Sinks that write files. They block the threads of {@code connectors.file.dispatcher} and no
 * others.
 */
public final class FileSink {
  private FileSink() {}

  /**
   * Writes a file, with the settings at {@code connectors.file.write} of the system that runs the
   * stream.
   *
   * @see #bytes(Path, FileWriteSettings)
   */
  public static Sink<ByteString, CompletionStage<WrittenFile>> bytes(Path path) {
    return Sink.fromGraph(new WriteStage(path, null));
  }

  /**
   * Writes a file, whole or not at all: under a temporary name in the same directory ({@code
   * .<name>.<random>.part}), which becomes {@code path} when upstream has completed.
   *
   * <ul>
   *   <li><b>Completes</b> when the file has its name and is as durable as {@code sync} says.
   *   <li><b>Fails</b> with upstream's failure, or the exception of {@code java.nio.file}, for
   *       example when the disk is full. Then the temporary file is deleted, and what had the name
   *       before still has it.
   *   <li><b>Guarantee:</b> nobody ever sees a part of it under {@code path}. After a crash of the
   *       process the temporary file is left.
   * </ul>
   *
   * <p>The directory must exist; {@link FileFlow#mkdirs} makes one.
   */
  public static Sink<ByteString, CompletionStage<WrittenFile>> bytes(
      Path path, FileWriteSettings settings) {
    return Sink.fromGraph(new WriteStage(path, Objects.requireNonNull(settings, "settings")));
  }

  /**
   * Writes elements into files, with the settings at {@code connectors.file.rolling} and {@code
   * connectors.file.write} of the system that runs the stream.
   *
   * @see #rolling(RollingPlan, RollingSettings, FileWriteSettings)
   */
  public static <T> Sink<T, CompletionStage<RollingSummary>> rolling(RollingPlan<T, Path> plan) {
    return summing(FileFlow.rolling(plan));
  }

  /**
   * Writes elements into files, each whole or not at all, as {@link FileFlow#rolling(RollingPlan,
   * RollingSettings, FileWriteSettings)} does. Completes when all files are complete, with their
   * number, elements and bytes; the flow emits each of them.
   */
  public static <T> Sink<T, CompletionStage<RollingSummary>> rolling(
      RollingPlan<T, Path> plan, RollingSettings rolling, FileWriteSettings write) {
    return summing(FileFlow.rolling(plan, rolling, write));
  }

  private static <T> Sink<T, CompletionStage<RollingSummary>> summing(
      Flow<T, RolledFile, NotUsed> files) {
    return files.toMat(
        Sink.fold(RollingSummary.NONE, (sum, file) -> sum.plus(file.elements(), file.bytes())),
        Keep.right());
  }
}
