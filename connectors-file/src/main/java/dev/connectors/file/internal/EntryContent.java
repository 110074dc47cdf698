package dev.connectors.file.internal;

import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveException.Reason;
import dev.connectors.file.internal.ArchiveReader.Listed;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** The content of an entry in chunks, checked against what its header says. Not thread-safe. */
final class EntryContent implements Closeable {
  private final Listed entry;
  private final ArchiveGuard.Meter meter;
  private final InputStream content;
  private final int chunkSize;
  private final @Nullable CRC32 crc;
  private boolean ended;

  EntryContent(ArchiveReader reader, Listed entry, ArchiveGuard guard, int chunkSize)
      throws IOException {
    this.entry = entry;
    this.meter = guard.meter(entry);
    for (Listed passed : reader.passed()) {
      guard.meter(passed).addAll(); // before its first byte is decompressed
    }
    this.content = open(reader, entry);
    this.chunkSize = chunkSize;
    this.crc = entry.crc() < 0 ? null : new CRC32();
  }

  private static InputStream open(ArchiveReader reader, Listed entry) throws IOException {
    try {
      return reader.open(entry);
    } catch (IOException | RuntimeException e) {
      throw Failures.of(e, entry.header().name());
    }
  }

  /** Null at the end; then all was as the header says. */
  @Nullable ByteString next() throws IOException {
    if (ended) {
      return null;
    }
    try {
      return read();
    } catch (IOException | RuntimeException e) {
      throw Failures.of(e, entry.header().name());
    }
  }

  boolean isAtEnd() {
    return ended;
  }

  private @Nullable ByteString read() throws IOException {
    long left = entry.header().size().orElse(Long.MAX_VALUE) - meter.read();
    int wanted = (int) Math.min(chunkSize, left);
    byte[] chunk = new byte[wanted];
    int length = content.readNBytes(chunk, 0, wanted);
    meter.add(length);
    if (crc != null) {
      crc.update(chunk, 0, length);
    }
    if (length < wanted || left == length) {
      end();
    }
    return length == 0
        ? null
        : ByteString.fromArrayUnsafe(length == wanted ? chunk : Arrays.copyOf(chunk, length));
  }

  private void end() throws IOException {
    if (content.read() >= 0) {
      meter.add(1);
    }
    meter.end();
    if (crc != null && crc.getValue() != entry.crc()) {
      throw new ArchiveException(
          Reason.CORRUPT,
          entry.header().name(),
          "the content has not the checksum of the header",
          null);
    }
    ended = true;
  }

  @Override
  public void close() throws IOException {
    content.close();
  }
}
