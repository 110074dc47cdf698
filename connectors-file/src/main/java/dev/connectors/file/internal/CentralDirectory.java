package dev.connectors.file.internal;

import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveException.Reason;
import dev.connectors.file.ArchiveReadSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * Counts the entries of a zip before it is opened: Commons Compress makes objects of all of them,
 * however many there are. What looks unusual here is left to Commons Compress to judge.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE</a>
 */
final class CentralDirectory {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int LOCATOR_LENGTH = 20;
  private static final int END64_LENGTH = 56;
  private static final int HEADER_SIGNATURE = 0x02014b50;
  private static final int HEADER_LENGTH = 46;
  private static final int WINDOW = LOCATOR_LENGTH + END_LENGTH + LONGEST_COMMENT;

  private final FileChannel channel;
  private final long size;
  private final ByteBuffer window =
      ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long windowStart;

  private CentralDirectory(FileChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
  }

  /** Refuses more entries than are allowed, and longer names. */
  static void check(FileChannel channel, ArchiveReadSettings settings) throws IOException {
    new CentralDirectory(channel).count(settings);
  }

  private void count(ArchiveReadSettings settings) throws IOException {
    long position = start();
    long entries = 0;
    while (has(position, HEADER_LENGTH) && intAt(position) == HEADER_SIGNATURE) {
      if (++entries > settings.maxEntries()) {
        throw ArchiveGuard.tooMany(settings, null, entries);
      }
      int name = shortAt(position + 28);
      if (name / 4 > settings.maxName()) { // no character has more than four bytes
        throw new ArchiveException(
            Reason.NAME_TOO_LONG,
            null,
            "the name of entry %d has %d bytes, max-name is %d characters"
                .formatted(entries, name, settings.maxName()),
            settings.maxName(),
            name);
      }
      position += HEADER_LENGTH + name + shortAt(position + 30) + shortAt(position + 32);
    }
  }

  /** Where the first header is; -1 if that is not seen. */
  private long start() throws IOException {
    long first = Math.max(0, size - WINDOW);
    load(first);
    for (long end = size - END_LENGTH; end >= first; end--) {
      if (within(end, END_LENGTH) && intAt(end) == END_SIGNATURE) {
        long locator = end - LOCATOR_LENGTH;
        if (within(locator, LOCATOR_LENGTH) && intAt(locator) == LOCATOR_SIGNATURE) {
          long end64 = longAt(locator + 8);
          return has(end64, END64_LENGTH) ? longAt(end64 + 48) : -1;
        }
        long length = Integer.toUnsignedLong(intAt(end + 12));
        long offset = Integer.toUnsignedLong(intAt(end + 16));
        // An archive may have something in front of it, which the offset in it leaves out. Both may
        // lie: what is counted has to be what Commons Compress reads.
        return offset + Math.max(0, end - length - offset);
      }
    }
    return -1;
  }

  private boolean has(long position, int length) throws IOException {
    if (position < 0 || position > size - length) {
      return false;
    }
    if (!within(position, length)) {
      load(position);
    }
    return within(position, length);
  }

  private boolean within(long position, int length) {
    return position >= windowStart && position + length <= windowStart + window.limit();
  }

  private void load(long position) throws IOException {
    windowStart = position;
    window.clear();
    int read;
    do {
      read = channel.read(window, position + window.position());
    } while (read > 0);
    window.flip();
  }

  private int intAt(long position) {
    return window.getInt((int) (position - windowStart));
  }

  private long longAt(long position) {
    return window.getLong((int) (position - windowStart));
  }

  private int shortAt(long position) {
    return Short.toUnsignedInt(window.getShort((int) (position - windowStart)));
  }
}
