package dev.connectors.file;

import dev.connectors.file.internal.Codec;
import dev.connectors.file.internal.CompressStage;
import dev.connectors.file.internal.DecompressStage;
import java.util.Objects;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;

/**
 * Flows that compress and decompress bytes, in pieces of any size.
 *
 * @see <a href="https://commons.apache.org/proper/commons-compress/">Apache Commons Compress</a>
 */
public final class CompressionFlow {
  private CompressionFlow() {}

  /**
   * Compresses, with the level that the format's own tool has.
   *
   * @see #compress(CompressionFormat, int)
   * @throws IllegalStateException if the format's library is not on the class path
   */
  public static Flow<ByteString, ByteString, NotUsed> compress(CompressionFormat format) {
    return Flow.fromGraph(new CompressStage(Codec.available(format), Codec.defaultLevel(format)));
  }

  /**
   * Compresses, on the threads of the stream, and emits chunks of 64 KiB. Completes when upstream
   * has and the stream has its end.
   *
   * @param level gzip -1 to 9, zstd -7 to 22, xz 0 to 9, bzip2 1 to 9; lz4 has none. The highest
   *     ones of xz and zstd take several 100 MiB of memory
   * @throws IllegalStateException if the format's library is not on the class path
   */
  public static Flow<ByteString, ByteString, NotUsed> compress(
      CompressionFormat format, int level) {
    return Flow.fromGraph(new CompressStage(Codec.available(format), Codec.level(format, level)));
  }

  /**
   * Decompresses.
   *
   * <ul>
   *   <li><b>Emits</b> chunks of {@code chunk-size} at most. Streams that follow each other, such
   *       as the members of a gzip, are emitted as one.
   *   <li><b>Completes</b> when upstream has, and everything was decompressed.
   *   <li><b>Fails</b> with {@link ArchiveException} when the input is damaged, cut off, empty, or
   *       followed by something else, or beyond a limit. What came before is emitted; checksums
   *       come last, so nothing is sure until the stream completes.
   *   <li><b>Threads:</b> one of its own, {@code connectors-decompress-…}, while the stream runs.
   * </ul>
   *
   * @throws IllegalStateException if the format's library is not on the class path
   */
  public static Flow<ByteString, ByteString, NotUsed> decompress(
      CompressionFormat format, DecompressSettings settings) {
    return Flow.fromGraph(
        new DecompressStage(Codec.available(format), Objects.requireNonNull(settings, "settings")));
  }
}
