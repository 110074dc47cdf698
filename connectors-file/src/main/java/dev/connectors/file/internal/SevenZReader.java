package dev.connectors.file.internal;

import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveException.Reason;
import dev.connectors.file.ArchiveReadSettings;
import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZFile;
import org.apache.commons.compress.archivers.sevenz.SevenZMethodConfiguration;
import org.jspecify.annotations.Nullable;

/** A 7z from front to back: its entries may be compressed as one. */
final class SevenZReader implements ArchiveReader {
  private static final int UNIX_EXTENSION = 0x8000;
  private static final int TYPE = 0170000;
  private static final int LINK = 0120000;
  private static final int REGULAR = 0100000;
  private static final int PERMISSIONS = 07777;

  private final SevenZFile file;
  private final long size;
  private final List<Listed> passed = new ArrayList<>();
  private @Nullable Listed last;
  private @Nullable Object folder; // what is compressed as one, of the last entry
  private long ordinal;

  SevenZReader(Path path, ArchiveReadSettings settings) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      size = channel.size();
      file =
          SevenZFile.builder()
              .setSeekableByteChannel(channel)
              .setMaxMemoryLimitKiB((int) (settings.memoryLimit() / 1024))
              .get();
      int entries = 0;
      for (SevenZArchiveEntry entry : file.getEntries()) {
        if (++entries > settings.maxEntries()) {
          throw ArchiveGuard.tooMany(settings, entry.getName(), entries);
        }
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public boolean isRandomAccess() {
    return false;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public @Nullable Listed next() throws IOException {
    SevenZArchiveEntry entry = file.getNextEntry();
    if (entry == null) {
      return null;
    }
    if (last != null) {
      passed.add(last);
    }
    Object begun = folder(entry);
    if (begun != null && begun != folder) {
      passed.clear(); // Commons Compress begins anew, and leaves out the rest of the one before
      folder = begun;
    }
    Listed listed = new Listed(ordinal++, header(entry), 0, -1, entry);
    last = listed;
    return listed;
  }

  /** What entries that are compressed as one share, and no others; null if that is not known. */
  private static @Nullable Object folder(SevenZArchiveEntry entry) {
    Iterable<? extends SevenZMethodConfiguration> methods = entry.getContentMethods();
    return methods == null || !methods.iterator().hasNext() ? null : methods.iterator().next();
  }

  @Override
  public List<Listed> passed() {
    return passed;
  }

  private EntryHeader header(SevenZArchiveEntry entry) {
    String name = entry.getName() == null ? file.getDefaultName() : entry.getName();
    int mode = unixMode(entry);
    EntryHeader header =
        EntryHeader.file(name == null ? "" : name)
            .withType(type(entry, mode))
            .withSize(entry.hasStream() ? entry.getSize() : 0);
    if (entry.getHasLastModifiedDate()) {
      header = header.withModified(entry.getLastModifiedTime().toInstant());
    }
    return mode == 0 ? header : header.withMode(mode & PERMISSIONS);
  }

  private static int unixMode(SevenZArchiveEntry entry) {
    int attributes = entry.getHasWindowsAttributes() ? entry.getWindowsAttributes() : 0;
    return (attributes & UNIX_EXTENSION) == 0 ? 0 : attributes >>> 16;
  }

  private static EntryType type(SevenZArchiveEntry entry, int mode) {
    if (entry.isDirectory()) {
      return EntryType.DIRECTORY;
    }
    int type = mode & TYPE;
    if (type == LINK) {
      return EntryType.SYMBOLIC_LINK;
    }
    return entry.isAntiItem() || (type != 0 && type != REGULAR) ? EntryType.OTHER : EntryType.FILE;
  }

  @Override
  public InputStream open(Listed entry) throws ArchiveException {
    if (entry.ordinal() != ordinal - 1) {
      throw new ArchiveException(
          Reason.PASSED, entry.header().name(), "the next entry was asked for", null);
    }
    passed.clear();
    return new InputStream() {
      @Override
      public int read() throws IOException {
        check();
        return file.read();
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        check();
        return file.read(bytes, offset, length);
      }

      private void check() throws ArchiveException {
        if (entry.ordinal() != ordinal - 1) {
          throw new ArchiveException(
              Reason.PASSED,
              entry.header().name(),
              "the next entry was asked for before this one was read to its end",
              null);
        }
      }
    };
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
