package dev.connectors.file.internal;

import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Tar, with headers of POSIX for long names, large sizes and exact times. */
public final class TarFormat implements ArchiveWriter.Format {
  private static final int DIRECTORY_MODE = 0755;
  private static final int FILE_MODE = 0644;

  private final TarArchiveOutputStream tar;

  public TarFormat(OutputStream out) {
    tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
  }

  @Override
  public boolean allowsUnknownSize() {
    return false;
  }

  @Override
  public void begin(EntryHeader header) throws IOException {
    boolean isDirectory = header.type() == EntryType.DIRECTORY;
    TarArchiveEntry entry = new TarArchiveEntry(header.name() + (isDirectory ? "/" : ""));
    entry.setSize(header.size().orElse(0));
    entry.setLastModifiedTime(FileTime.from(header.modified().orElse(Instant.EPOCH)));
    entry.setMode(header.mode().orElse(isDirectory ? DIRECTORY_MODE : FILE_MODE));
    // The constructor takes those of this process.
    entry.setIds(0, 0);
    entry.setNames("", "");
    tar.putArchiveEntry(entry);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    tar.write(bytes, offset, length);
  }

  @Override
  public void end() throws IOException {
    tar.closeArchiveEntry();
  }

  @Override
  public void finish() throws IOException {
    tar.finish();
  }

  @Override
  public void close() {
    // It holds nothing but its buffer, and would write on.
  }
}
