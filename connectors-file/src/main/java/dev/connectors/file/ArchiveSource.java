package dev.connectors.file;

import dev.connectors.file.internal.ArchiveReadStage;
import dev.connectors.file.internal.Codec;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Sources of the entries of archives that are files.
 *
 * <ul>
 *   <li><b>Emits</b> each entry with its content as a source of its own, in the archive's order.
 *       Nobody has to read a content: the one after it comes anyway.
 *   <li><b>Fails</b> with {@link ArchiveException} on what is unsafe, beyond a limit, damaged or
 *       not supported, and with the exceptions of {@code java.nio.file}. A content fails with what
 *       is wrong with itself.
 *   <li><b>Threads:</b> files are read by those of {@code connectors.file.dispatcher}.
 * </ul>
 *
 * <p>The file is open until the stream and the contents that are being read have ended.
 *
 * @see <a href="https://commons.apache.org/proper/commons-compress/">Apache Commons Compress</a>
 */
public final class ArchiveSource {
  private ArchiveSource() {}

  /**
   * The entries of a zip, with the settings at {@code connectors.file.archive.read} of the system
   * that runs the stream.
   *
   * @see #zip(Path, ArchiveReadSettings)
   */
  public static Source<ArchiveEntry, NotUsed> zip(Path path) {
    return Source.fromGraph(ArchiveReadStage.zip(path, null));
  }

  /**
   * The entries of a zip as its central directory lists them. Contents are read where they are, so
   * those that nobody asks for cost nothing; they can be read in any order, beside each other,
   * again and after the stream has ended. A content is checked against its size and checksum.
   */
  public static Source<ArchiveEntry, NotUsed> zip(Path path, ArchiveReadSettings settings) {
    return Source.fromGraph(
        ArchiveReadStage.zip(path, Objects.requireNonNull(settings, "settings")));
  }

  /**
   * The entries of a 7z, with the settings at {@code connectors.file.archive.read} of the system
   * that runs the stream.
   *
   * @see #sevenZ(Path, ArchiveReadSettings)
   */
  public static Source<ArchiveEntry, NotUsed> sevenZ(Path path) {
    Codec.requireXz("7z");
    return Source.fromGraph(ArchiveReadStage.sevenZ(path, null));
  }

  /**
   * The entries of a 7z. Its entries may be compressed as one, so to leave one out is to decompress
   * it when one behind it is read: it is limited as if it were read. The content of one that is
   * larger than {@code chunk-size} has to be asked for before the next entry, and run once, as that
   * of {@link ArchiveFlow#readTar}.
   *
   * @throws IllegalStateException if {@code org.tukaani:xz} is not on the class path
   */
  public static Source<ArchiveEntry, NotUsed> sevenZ(Path path, ArchiveReadSettings settings) {
    Codec.requireXz("7z");
    return Source.fromGraph(
        ArchiveReadStage.sevenZ(path, Objects.requireNonNull(settings, "settings")));
  }

  /**
   * The entries of a tar that is not compressed: {@link FileSource#bytes} and {@link
   * ArchiveFlow#readTar}.
   */
  public static Source<ArchiveEntry, NotUsed> tar(Path path, ArchiveReadSettings settings) {
    return FileSource.bytes(path).via(ArchiveFlow.readTar(settings));
  }
}
