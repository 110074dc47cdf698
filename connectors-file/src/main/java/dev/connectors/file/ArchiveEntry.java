package dev.connectors.file;

import dev.connectors.file.internal.GivenEntry;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * An entry of an archive: one that was read, or one to be written. {@link ArchiveSource} and {@link
 * ArchiveFlow} say when the content of one that was read can be read.
 */
public interface ArchiveEntry {
  EntryHeader header();

  /** Empty for all but files. */
  Source<ByteString, NotUsed> content();

  /** The content, if it is in memory anyway: small entries are read together. */
  Optional<ByteString> bytes();

  /**
   * An entry to be written.
   *
   * @param content is run when it is this entry's turn, once
   */
  static ArchiveEntry of(EntryHeader header, Source<ByteString, ?> content) {
    return GivenEntry.of(header, content);
  }

  /** An entry to be written, whose size is that of the content. */
  static ArchiveEntry of(EntryHeader header, ByteString content) {
    return GivenEntry.of(header, content);
  }

  /** A directory to be written. */
  static ArchiveEntry directory(String name) {
    return GivenEntry.of(EntryHeader.directory(name), ByteString.emptyByteString());
  }
}
