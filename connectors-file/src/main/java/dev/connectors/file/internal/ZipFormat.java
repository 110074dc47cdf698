package dev.connectors.file.internal;

import dev.connectors.file.ArchiveWriteSettings;
import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipShort;
import org.jspecify.annotations.Nullable;

/** Zip, names in UTF-8, sizes in descriptors behind the contents. */
public final class ZipFormat implements ArchiveWriter.Format {
  /** What a zip can say, in local time, and the first that its readers agree on. */
  private static final LocalDateTime EARLIEST = LocalDateTime.of(1980, 1, 1, 0, 0);

  private static final ZipShort ZIP64_EXTRA = new ZipShort(1);

  private final ZipArchiveOutputStream zip;

  /** The local time of an entry without one is always the same, whatever the time zone. */
  private final FileTime earliest =
      FileTime.from(EARLIEST.atZone(ZoneId.systemDefault()).toInstant());

  private @Nullable ZipArchiveEntry unsized;

  public ZipFormat(OutputStream out, ArchiveWriteSettings settings) {
    zip = new ZipArchiveOutputStream(out);
    zip.setLevel(settings.level());
  }

  @Override
  public boolean allowsUnknownSize() {
    return true;
  }

  @Override
  public void begin(EntryHeader header) throws IOException {
    boolean isDirectory = header.type() == EntryType.DIRECTORY;
    ZipArchiveEntry entry = new ZipArchiveEntry(header.name() + (isDirectory ? "/" : ""));
    entry.setTime(header.modified().map(FileTime::from).orElse(earliest));
    header
        .mode()
        .ifPresent(
            mode ->
                entry.setUnixMode(mode | (isDirectory ? UnixStat.DIR_FLAG : UnixStat.FILE_FLAG)));
    if (isDirectory) {
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(0);
      entry.setCrc(0);
    } else {
      entry.setMethod(ZipEntry.DEFLATED);
      header.size().ifPresent(entry::setSize);
    }
    // Whether it needs zip64 has to be known beforehand; a size that is not known may.
    boolean isKnown = header.size().isPresent();
    unsized = isKnown ? null : entry;
    zip.setUseZip64(isKnown ? Zip64Mode.AsNeeded : Zip64Mode.Always);
    zip.putArchiveEntry(entry);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    zip.write(bytes, offset, length);
  }

  @Override
  public void end() throws IOException {
    zip.closeArchiveEntry();
    if (unsized != null) {
      // The directory, which knows the size, has its own if it needs it, and else an empty one.
      unsized.removeExtraField(ZIP64_EXTRA);
      unsized = null;
    }
  }

  @Override
  public void finish() throws IOException {
    zip.setUseZip64(Zip64Mode.AsNeeded);
    zip.finish();
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException | RuntimeException e) {
      // Of an archive that was not finished; its target is memory.
    }
  }
}
