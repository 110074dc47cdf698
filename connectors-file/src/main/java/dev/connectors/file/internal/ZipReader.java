package dev.connectors.file.internal;

import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveException.Reason;
import dev.connectors.file.ArchiveReadSettings;
import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryPolicy;
import dev.connectors.file.EntryType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** A zip by its central directory, in that order. */
final class ZipReader implements ArchiveReader {
  private static final int SMALLEST_BUFFER = 512;
  private static final int LARGEST_BUFFER = 64 * 1024;
  private static final int PERMISSIONS = 07777;

  private final ArchiveReadSettings settings;
  private final long size;
  private final ZipFile file;
  private final Enumeration<ZipArchiveEntry> entries;
  private long ordinal;
  private @Nullable Inflater spare;

  ZipReader(Path path, ArchiveReadSettings settings) throws IOException {
    this.settings = settings;
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      size = channel.size();
      CentralDirectory.check(channel, settings);
      // What local headers say is not read: whoever follows the directory never sees it.
      file =
          ZipFile.builder()
              .setSeekableByteChannel(new NearbyChannel(channel))
              .setIgnoreLocalFileHeader(true)
              .get();
      entries = file.getEntries();
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public boolean isRandomAccess() {
    return true;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public @Nullable Listed next() throws IOException {
    if (!entries.hasMoreElements()) {
      return null;
    }
    ZipArchiveEntry entry = entries.nextElement();
    return new Listed(
        ordinal++, header(entry), Math.max(0, entry.getCompressedSize()), entry.getCrc(), entry);
  }

  @Override
  public List<Listed> passed() {
    return List.of();
  }

  private EntryHeader header(ZipArchiveEntry entry) throws IOException {
    boolean isLink = entry.isUnixSymlink();
    boolean isDirectory = entry.isDirectory();
    FileTime modified = entry.getLastModifiedTime();
    EntryHeader header =
        new EntryHeader(
            isDirectory ? EntryNames.withoutSlash(entry.getName()) : entry.getName(),
            isDirectory ? EntryType.DIRECTORY : isLink ? EntryType.SYMBOLIC_LINK : EntryType.FILE,
            entry.getSize() >= 0 ? OptionalLong.of(entry.getSize()) : OptionalLong.empty(),
            Optional.ofNullable(modified).map(FileTime::toInstant),
            entry.getPlatform() == ZipArchiveEntry.PLATFORM_UNIX
                ? OptionalInt.of(entry.getUnixMode() & PERMISSIONS)
                : OptionalInt.empty(),
            Optional.empty());
    return isLink && settings.onLink() == EntryPolicy.EMIT
        ? header.withLinkTarget(linkTarget(entry))
        : header;
  }

  private String linkTarget(ZipArchiveEntry entry) throws IOException {
    try (InputStream content = content(entry)) {
      return new String(content.readNBytes(settings.maxName()), StandardCharsets.UTF_8);
    }
  }

  @Override
  public InputStream open(Listed entry) throws IOException {
    return content((ZipArchiveEntry) entry.handle());
  }

  private InputStream content(ZipArchiveEntry entry) throws IOException {
    if (!file.canReadEntryData(entry)) {
      throw new ArchiveException(
          Reason.UNSUPPORTED,
          entry.getName(),
          entry.getGeneralPurposeBit().usesEncryption()
              ? "is encrypted"
              : "is compressed by method " + entry.getMethod() + ", which can't be read",
          null);
    }
    InputStream content =
        switch (entry.getMethod()) {
          case ZipEntry.STORED -> file.getRawInputStream(entry);
          case ZipEntry.DEFLATED -> new Inflated(file.getRawInputStream(entry), buffer(entry));
          default -> file.getInputStream(entry);
        };
    if (content == null) {
      throw new ArchiveException(Reason.CORRUPT, entry.getName(), "has no content", null);
    }
    return content;
  }

  @Override
  public void close() throws IOException {
    if (spare != null) {
      spare.end();
    }
    file.close();
  }

  /** With an inflater that the next entry uses again. */
  private final class Inflated extends InflaterInputStream {
    private boolean closed;

    Inflated(InputStream raw, int buffer) {
      super(raw, takeInflater(), buffer);
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        giveBack(inf);
        super.close();
      }
    }
  }

  /** One read for a small entry, without the memory of a large one. */
  private static int buffer(ZipArchiveEntry entry) {
    return (int) Math.max(SMALLEST_BUFFER, Math.min(LARGEST_BUFFER, entry.getCompressedSize()));
  }

  private Inflater takeInflater() {
    Inflater inflater = spare;
    spare = null;
    return inflater != null ? inflater : new Inflater(true);
  }

  private void giveBack(Inflater inflater) {
    if (spare == null) {
      inflater.reset();
      spare = inflater;
    } else {
      inflater.end();
    }
  }
}
