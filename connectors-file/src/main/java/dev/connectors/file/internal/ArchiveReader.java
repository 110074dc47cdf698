package dev.connectors.file.internal;

import dev.connectors.file.ArchiveReadSettings;
import dev.connectors.file.EntryHeader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an archive that is a file. Blocks; not thread-safe. */
interface ArchiveReader extends Closeable {

  /** How a format is opened. */
  @FunctionalInterface
  interface Format {
    ArchiveReader open(Path path, ArchiveReadSettings settings) throws IOException;
  }

  /** The next entry, or null. */
  @Nullable Listed next() throws IOException;

  /** Entries in front of the last one: what was not read of them is decompressed to come to it. */
  List<Listed> passed();

  /** The content; it is read before the next is opened, and closed. */
  InputStream open(Listed entry) throws IOException;

  /** Whether entries can be opened in any order; else only the one that {@link #next} gave last. */
  boolean isRandomAccess();

  /** Of the file. */
  long size();

  /**
   * An entry as it stands in the archive.
   *
   * @param ordinal from 0
   * @param compressedSize 0 if it is not known
   * @param crc -1 if it is not known, or is checked by whoever reads
   * @param handle what the reader knows it by
   * @param tally how much of it was counted
   */
  record Listed(
      long ordinal,
      EntryHeader header,
      long compressedSize,
      long crc,
      Object handle,
      ArchiveGuard.Tally tally) {

    Listed(long ordinal, EntryHeader header, long compressedSize, long crc, Object handle) {
      this(ordinal, header, compressedSize, crc, handle, new ArchiveGuard.Tally());
    }
  }
}
