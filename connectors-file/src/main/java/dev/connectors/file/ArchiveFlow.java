package dev.connectors.file;

import dev.connectors.file.internal.ArchiveWriteStage;
import dev.connectors.file.internal.Extraction;
import dev.connectors.file.internal.TarReadStage;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;

/**
 * Flows from bytes to the entries of archives, and back.
 *
 * @see <a href="https://commons.apache.org/proper/commons-compress/">Apache Commons Compress</a>
 */
public final class ArchiveFlow {
  private ArchiveFlow() {}

  /**
   * Reads a tar as it comes: POSIX and GNU, with long names and large sizes; sparse files are
   * refused. For a compressed one put {@link CompressionFlow#decompress} before it.
   *
   * <ul>
   *   <li><b>Emits</b> each entry with its content as a source of its own, to be run once. An entry
   *       whose {@code content()} was called before the next one is asked for is waited for until
   *       its content has ended or is cancelled, or is not run within {@code
   *       pekko.stream.materializer.subscription-timeout}. Any other is skipped, and to run its
   *       content later fails with {@link ArchiveException.Reason#PASSED}: call {@code content()}
   *       where the entry arrives, without a buffer or an asynchronous boundary in between. {@code
   *       filter}, {@code flatMapConcat} and {@code mapAsync} are fine.
   *   <li><b>Completes</b> when upstream does. What follows the end of the archive is left out.
   *   <li><b>Fails</b> with {@link ArchiveException} on what is unsafe, beyond a limit or damaged.
   *       A tar without its end is truncated.
   *   <li><b>Threads:</b> those of the stream; it never blocks.
   * </ul>
   */
  public static Flow<ByteString, ArchiveEntry, NotUsed> readTar(ArchiveReadSettings settings) {
    return Flow.fromGraph(new TarReadStage(Objects.requireNonNull(settings, "settings")));
  }

  /**
   * Writes a zip of entries, whose contents are run one after the other. Names are in UTF-8, files
   * are deflated. A content of unknown size that is larger than {@code buffer-size} gets a data
   * descriptor of zip64: before Java 22, {@code java.util.zip.ZipInputStream} can't read that,
   * while {@code ZipFile} can. Sizes in the headers avoid it.
   *
   * <ul>
   *   <li><b>Completes</b> when upstream has and the archive has its end.
   *   <li><b>Fails</b> with the failure of a content, or with {@link ArchiveException} on a name
   *       that is unsafe or was there before, an entry that is neither file nor directory, a
   *       content whose size is not that of its header, or more entries than {@code max-entries}.
   *   <li><b>Threads:</b> it compresses on those of the stream.
   * </ul>
   */
  public static Flow<ArchiveEntry, ByteString, NotUsed> writeZip(ArchiveWriteSettings settings) {
    return Flow.fromGraph(ArchiveWriteStage.zip(Objects.requireNonNull(settings, "settings")));
  }

  /**
   * Writes a tar of entries, whose contents are run one after the other. What the oldest headers
   * can't say is in extended ones of POSIX. A tar has the size before the content: a content larger
   * than {@code buffer-size} has to have it in its header, or the stream fails with {@link
   * ArchiveException.Reason#SIZE_UNKNOWN}. Otherwise as {@link #writeZip}.
   */
  public static Flow<ArchiveEntry, ByteString, NotUsed> writeTar(ArchiveWriteSettings settings) {
    return Flow.fromGraph(ArchiveWriteStage.tar(Objects.requireNonNull(settings, "settings")));
  }

  /**
   * Extracts entries below a directory, and emits each file when it is complete.
   *
   * <p>Each file is written as {@link FileSink#bytes} does: under a temporary name, which becomes
   * its own when the content has ended and was what its header says. When the stream fails or is
   * cancelled, files that were emitted stay, and nothing is left of the one that was being written.
   * Directories are made as they are needed.
   *
   * <p>Nothing is written outside of the directory, whatever the entries say and whatever links are
   * in it: names that are unsafe are refused with {@link ArchiveException}, paths through links
   * that lead out of it with {@link OutsideRootException}. Links are refused even if they were read
   * with {@link EntryPolicy#EMIT}. Times and permissions are not restored.
   *
   * @param settings its root is the directory, whatever it was before
   */
  public static Flow<ArchiveEntry, WrittenFile, NotUsed> extract(
      Path directory, FileWriteSettings settings) {
    Extraction extraction = new Extraction(directory, settings);
    return Flow.<ArchiveEntry>create().flatMapConcat(extraction::extract);
  }
}
